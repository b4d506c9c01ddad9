package narrowband.sim.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The report as {@code report.html}: one page that opens from disk and loads nothing, neither script nor font nor image. The
 * whole report stands in it as JSON once more, so that the page alone is enough to keep.
 */
public final class HtmlReport {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /** The page's text, UTF-8. */
    public static String text(Report report) {
        return text(report, Optional.empty());
    }

    /** The page's text, UTF-8, with an image's way through the units where that was kept. */
    public static String text(Report report, Optional<Schedule> schedule) {
        Map<String, String> headings = new LinkedHashMap<>();
        Map<String, String> sections = new LinkedHashMap<>();
        add("summary", "Summary", HtmlSummary.section(report), headings, sections);
        report.training()
                .filter(training -> !training.epochs().isEmpty())
                .ifPresent(training -> add("training", "Training", HtmlTraining.section(training), headings, sections));
        add("cycles", "Cycles", HtmlStalls.section(report), headings, sections);
        report.explanation().ifPresent(why -> add("why", "Why", HtmlWhy.section(why), headings, sections));
        schedule.ifPresent(way -> add(
                "schedule",
                "Schedule",
                HtmlGantt.section(way, report.hardware().clockMegahertz()),
                headings,
                sections));
        if (report.roofline().design().bitOperations() > 0) {
            add("roofline", "Roofline", HtmlRoofline.section(report), headings, sections);
        }
        report.energy()
                .ifPresent(energy -> add(
                        "energy", "Energy", HtmlBars.energy(energy) + HtmlTables.terms(energy), headings, sections));
        if (!report.passes().isEmpty()) {
            add("passes", "Passes", HtmlTables.passes(report), headings, sections);
        }
        report.marginal()
                .ifPresent(
                        savings -> add("marginal", "One bit less", HtmlTables.marginal(savings), headings, sections));
        add("layers", "Layers", HtmlTables.layers(report), headings, sections);
        add("device", "Device", HtmlBars.resources(report), headings, sections);
        add("legend", "What the numbers mean", HtmlLegend.section(), headings, sections);

        return page(
                report.run().title(),
                HtmlSummary.subtitle(report),
                HtmlSummary.verdict(report),
                headings,
                sections,
                HtmlSummary.provenance(report.run()),
                JsonReport.line(report));
    }

    /**
     * A page of sections.
     *
     * @param title text
     * @param subtitle HTML, as is the verdict
     * @param headings by the id of their section
     * @param json what the page tells, for machines
     */
    static String page(
            String title,
            String subtitle,
            String verdict,
            Map<String, String> headings,
            Map<String, String> sections,
            String provenance,
            String json) {
        Map<String, String> values = new HashMap<>();
        values.put("title", Markup.escape(title));
        values.put("subtitle", subtitle);
        values.put("verdict", verdict);
        values.put(
                "navigation",
                headings.entrySet().stream()
                        .map(heading -> "<a href=\"#%s\">%s</a>".formatted(heading.getKey(), heading.getValue()))
                        .collect(Collectors.joining()));
        values.put("sections", String.join("", sections.values()));
        values.put("provenance", provenance);
        values.put("json", Markup.json(json));
        values.put("css", resource("page.css"));
        values.put("js", resource("page.js"));
        values.put("uplotCss", resource("uplot/uPlot.min.css"));
        values.put("uplotJs", resource("uplot/uPlot.iife.min.js"));
        values.put("uplotLicence", resource("uplot/LICENSE"));
        return filled(resource("page.html"), values);
    }

    private static void add(
            String id, String heading, String section, Map<String, String> headings, Map<String, String> sections) {
        headings.put(id, heading);
        sections.put(id, section);
    }

    /** Fills all places at once, so that nothing filled in is taken for a place. */
    private static String filled(String template, Map<String, String> values) {
        return PLACE.matcher(template).replaceAll(place -> Matcher.quoteReplacement(values.get(place.group(1))));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
