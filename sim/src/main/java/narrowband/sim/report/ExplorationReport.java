package narrowband.sim.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import narrowband.sim.explore.Outcome;
import narrowband.sim.explore.ParetoFront;

/**
 * What an exploration found, by FPGA and rate.
 *
 * @param run where it comes from
 * @param accuracies 0..1, of the networks that were measured
 * @param outcomes designs and refusals
 * @param front the designs that no other beats
 */
public record ExplorationReport(
        Provenance run, Map<String, Double> accuracies, List<Outcome> outcomes, List<Outcome> front) {
    private static final List<String> COLUMNS = List.of(
            "network",
            "accuracy",
            "fpga",
            "clock_megahertz",
            "plan",
            "weights_megabytes_per_second",
            "images_per_second",
            "latency_microseconds",
            "energy_picojoules_per_image",
            "energy_p10",
            "energy_p90",
            "logic_cells",
            "luts",
            "flip_flops",
            "block_rams",
            "multipliers",
            "on_front",
            "refusal");

    /** The report of all outcomes, in an order that does not depend on which was found first. */
    public static ExplorationReport of(Provenance run, Map<String, Double> accuracies, List<Outcome> found) {
        List<Outcome> outcomes = found.stream()
                .sorted(Comparator.comparing(
                                (Outcome outcome) -> outcome.point().fpga())
                        .thenComparing(outcome -> -outcome.figures()
                                .map(Outcome.Figures::framesPerSecond)
                                .orElse(0.0))
                        .thenComparing(outcome -> outcome.point().toString()))
                .toList();
        return new ExplorationReport(run, Map.copyOf(accuracies), outcomes, ParetoFront.of(outcomes, accuracies));
    }

    /** Every outcome as a line; numbers in the units that the headings name. */
    public String csv() {
        Set<Outcome> best = new HashSet<>(front);
        List<List<String>> lines = new ArrayList<>(List.of(COLUMNS));
        for (Outcome outcome : outcomes) {
            List<String> cells = new ArrayList<>(List.of(
                    outcome.point().network(),
                    accuracies.containsKey(outcome.point().network())
                            ? number(accuracies.get(outcome.point().network()))
                            : "",
                    outcome.point().fpga(),
                    number(outcome.point().clockMegahertz()),
                    outcome.point().plan(),
                    outcome.point()
                            .megabytesPerSecond()
                            .map(ExplorationReport::number)
                            .orElse("")));
            outcome.figures()
                    .ifPresentOrElse(
                            figures -> cells.addAll(List.of(
                                    number(figures.framesPerSecond()),
                                    number(figures.latencyMicroseconds()),
                                    figures.picojoulesPerImage()
                                            .map(energy -> number(energy.nominal()))
                                            .orElse(""),
                                    figures.picojoulesPerImage()
                                            .map(energy -> number(energy.p10()))
                                            .orElse(""),
                                    figures.picojoulesPerImage()
                                            .map(energy -> number(energy.p90()))
                                            .orElse(""),
                                    String.valueOf(figures.logicCells()),
                                    String.valueOf(figures.resources().luts()),
                                    String.valueOf(figures.resources().flipFlops()),
                                    String.valueOf(figures.resources().blockRams()),
                                    String.valueOf(figures.resources().multipliers()))),
                            () -> cells.addAll(Collections.nCopies(10, "")));
            cells.add(String.valueOf(best.contains(outcome)));
            cells.add(outcome.refusal().orElse(""));
            lines.add(cells);
        }
        return CsvReport.text(lines);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    /** The front as a table of Markdown, which reads well in a terminal too. */
    public String markdown() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "network",
                "accuracy",
                "FPGA",
                "clock",
                "plan",
                "images/s",
                "latency",
                "energy",
                "logic cells",
                "block RAM"));
        front.forEach(outcome -> rows.add(cells(outcome)));
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append(line(rows.get(r), widths));
            if (r == 0) {
                text.append(line(Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths));
            }
        }
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            line.append(' ')
                    .append(cells.get(i))
                    .append(" ".repeat(widths[i] - cells.get(i).length()))
                    .append(" |");
        }
        return line.append('\n').toString();
    }

    private List<String> cells(Outcome outcome) {
        Outcome.Figures figures = outcome.figures().orElseThrow();
        return List.of(
                outcome.point().network(),
                accuracies.containsKey(outcome.point().network())
                        ? String.format(
                                Locale.ROOT,
                                "%.2f %%",
                                100 * accuracies.get(outcome.point().network()))
                        : "-",
                outcome.point().fpga(),
                Quantity.megahertz(outcome.point().clockMegahertz()),
                plan(outcome),
                Quantity.significant(figures.framesPerSecond()),
                Quantity.time(figures.latencyMicroseconds()),
                figures.picojoulesPerImage()
                        .map(energy -> Quantity.energy(energy.nominal()))
                        .orElse("-"),
                Quantity.count(figures.logicCells()),
                Quantity.count(figures.resources().blockRams()));
    }

    private static String plan(Outcome outcome) {
        return outcome.point().plan()
                + outcome.point()
                        .megabytesPerSecond()
                        .map(rate -> " at %s MB/s".formatted(Quantity.significant(rate)))
                        .orElse("");
    }

    /** A page that opens from disk: designs as points, the front as a table, all designs, what was refused and why. */
    public String html() {
        Map<String, String> headings = new LinkedHashMap<>();
        Map<String, String> sections = new LinkedHashMap<>();
        List<String> fpgas = outcomes.stream()
                .map(outcome -> outcome.point().fpga())
                .distinct()
                .toList();
        StringBuilder plots = new StringBuilder("<div class=\"charts\">");
        for (String fpga : fpgas) {
            List<Outcome> here = outcomes.stream()
                    .filter(outcome -> outcome.figures().isPresent()
                            && outcome.point().fpga().equals(fpga))
                    .toList();
            if (!here.isEmpty()) {
                plots.append(plots(fpga, here));
            }
        }
        headings.put("designs", "Designs");
        sections.put(
                "designs",
                Markup.section(
                        "designs",
                        "What a design costs and gives",
                        "Each point is a design, on logarithmic scales. Coloured: no other design on the same FPGA is at least as"
                                + " good in accuracy, rate, latency, energy and cells, and better in one. The line of steps joins"
                                + " those that no other beats in the two quantities of its chart.",
                        plots.append("</div>").toString()));
        headings.put("front", "Front");
        sections.put("front", Markup.section("front", "Designs that no other beats", "", table(front)));
        headings.put("all", "All");
        sections.put(
                "all",
                Markup.section(
                        "all",
                        "All designs",
                        "",
                        table(outcomes.stream()
                                .filter(outcome -> outcome.figures().isPresent())
                                .toList())));
        String refusals = outcomes.stream()
                .filter(outcome -> outcome.refusal().isPresent())
                .map(outcome -> "<dt>%s, %s, %s</dt><dd>%s</dd>"
                        .formatted(
                                Markup.escape(outcome.point().network()),
                                Markup.escape(outcome.point().fpga()),
                                Markup.escape(plan(outcome)),
                                Markup.escape(outcome.refusal().orElseThrow())))
                .collect(Collectors.joining());
        if (!refusals.isEmpty()) {
            headings.put("refused", "Refused");
            sections.put(
                    "refused",
                    Markup.section("refused", "What there is no design for", "", "<dl>" + refusals + "</dl>"));
        }
        return HtmlReport.page(
                run.title(),
                "%d designs of %d networks, %d of them on the front"
                        .formatted(
                                outcomes.stream()
                                        .filter(outcome -> outcome.figures().isPresent())
                                        .count(),
                                outcomes.stream()
                                        .map(outcome -> outcome.point().network())
                                        .distinct()
                                        .count(),
                                front.size()),
                "",
                headings,
                sections,
                HtmlSummary.provenance(run),
                JsonReport.line(this));
    }

    private static final double LEAST_ERROR = 0.01;

    /** The charts of one FPGA: rate against size, latency against energy, errors against energy where accuracy was measured. */
    private String plots(String fpga, List<Outcome> designs) {
        StringBuilder plots = new StringBuilder();
        plots.append(plot(
                fpga,
                new HtmlScatter.Scale("logic cells", false),
                new HtmlScatter.Scale("images/s", true),
                designs,
                outcome -> outcome.figures().orElseThrow().logicCells(),
                outcome -> outcome.figures().orElseThrow().framesPerSecond()));
        List<Outcome> withEnergy = designs.stream()
                .filter(outcome ->
                        outcome.figures().orElseThrow().picojoulesPerImage().isPresent())
                .toList();
        if (!withEnergy.isEmpty()) {
            plots.append(plot(
                    fpga,
                    new HtmlScatter.Scale("energy for an image, µJ", false),
                    new HtmlScatter.Scale("latency, µs", false),
                    withEnergy,
                    ExplorationReport::microjoules,
                    outcome -> outcome.figures().orElseThrow().latencyMicroseconds()));
            List<Outcome> measured = withEnergy.stream()
                    .filter(outcome -> accuracies.containsKey(outcome.point().network()))
                    .toList();
            if (!measured.isEmpty()) {
                plots.append(plot(
                        fpga,
                        new HtmlScatter.Scale("energy for an image, µJ", false),
                        new HtmlScatter.Scale("wrong answers, %", false),
                        measured,
                        ExplorationReport::microjoules,
                        outcome -> Math.max(
                                LEAST_ERROR,
                                100 * (1 - accuracies.get(outcome.point().network())))));
            }
        }
        return plots.toString();
    }

    private static double microjoules(Outcome outcome) {
        return outcome.figures()
                        .orElseThrow()
                        .picojoulesPerImage()
                        .orElseThrow()
                        .nominal()
                / 1e6;
    }

    private String plot(
            String fpga,
            HtmlScatter.Scale across,
            HtmlScatter.Scale up,
            List<Outcome> designs,
            ToDoubleFunction<Outcome> x,
            ToDoubleFunction<Outcome> y) {
        return HtmlScatter.figure(
                fpga,
                across,
                up,
                designs.stream()
                        .map(outcome -> new HtmlScatter.Dot(
                                x.applyAsDouble(outcome),
                                y.applyAsDouble(outcome),
                                front.contains(outcome),
                                String.join(", ", cells(outcome))))
                        .toList());
    }

    private String table(List<Outcome> designs) {
        return HtmlTables.designs(designs.stream()
                .map(outcome -> cells(outcome).stream().map(Markup::escape).toList())
                .toList());
    }
}
