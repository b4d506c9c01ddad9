package narrowband.sim.report;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a reader with one minute reads: the heading, the verdict and the cards. */
final class HtmlSummary {
    private HtmlSummary() {}

    static String subtitle(Report report) {
        Hardware hardware = report.hardware();
        String data = report.run().data().isEmpty()
                ? ""
                : ", trained on " + report.run().data();
        return Markup.escape("Network %s%s, on %s at %s"
                .formatted(
                        report.run().network(), data, hardware.part(), Quantity.megahertz(hardware.clockMegahertz())));
    }

    static String verdict(Report report) {
        return report.verification()
                .map(done -> "<p class=\"verdict %s\">%s</p>"
                        .formatted(done.passed() ? "good" : "bad", Markup.escape(verdict(done))))
                .orElse("<p class=\"verdict\">The emitted design was not run: cycles are the simulator's alone.</p>");
    }

    private static String verdict(Verification done) {
        String compared = "%s words of %s (%s)"
                .formatted(
                        Quantity.count(done.words()),
                        done.images() == 1 ? "1 image" : done.images() + " images",
                        done.simulator());
        if (done.passed()) {
            return "Verified: the emitted design gave %s with 0 mismatches, in the %s cycles that the simulator says."
                    .formatted(compared, Quantity.count(done.cyclesRtl()));
        }
        return "Not verified: of %s %s differ; the emitted design took %s cycles, the simulator says %s."
                .formatted(
                        compared,
                        Quantity.count(done.mismatches()),
                        Quantity.count(done.cyclesRtl()),
                        Quantity.count(done.cyclesSimulated()));
    }

    static String provenance(Provenance run) {
        return "Written %s by Narrowband %s, seed %d: <code>%s</code>"
                .formatted(run.written(), Markup.escape(run.version()), run.seed(), Markup.escape(run.command()));
    }

    static String section(Report report) {
        StringBuilder cards = new StringBuilder(
                "<section id=\"summary\" class=\"plain\"><h2>In short</h2><p class=\"short\">%s</p><div class=\"cards\">\n"
                        .formatted(Markup.escape(inShort(report))));
        Performance performance = report.performance();
        cards.append(card(
                "Throughput",
                performance.framesPerSecond().map(Quantity::significant).orElse("-") + " images/s",
                performance
                        .intervalCycles()
                        .map(interval -> "one every %s cycles; no schedule beats %s"
                                .formatted(Quantity.significant(interval), Quantity.count(performance.boundCycles())))
                        .orElse("simulate more than one image for a rate")));
        cards.append(card(
                "Latency",
                Quantity.time(performance.latencyMicroseconds()),
                "%s cycles from first pixel in to result out; no run takes fewer than %s"
                        .formatted(
                                Quantity.count(performance.latencyCycles()),
                                Quantity.count(performance.latencyBoundCycles()))));
        cards.append(report.energy().map(HtmlSummary::energy).orElse(card("Energy per image", "-", Energy.NONE)));
        report.accuracy().ifPresent(accuracy -> cards.append(accuracy(accuracy)));
        cards.append(bits(report));
        cards.append(card(
                "Look-up tables",
                Quantity.count(report.hardware().used().luts()),
                "%s of %s"
                        .formatted(
                                Quantity.percent(
                                        (double) report.hardware().used().luts()
                                                / report.hardware().available().luts()),
                                report.hardware().part())));
        cards.append(card(
                "Block RAM",
                Quantity.count(report.hardware().used().blockRams()) + " blocks",
                "of " + Quantity.count(report.hardware().available().blockRams())));
        cards.append(bottleneck(report));
        return cards.append("</div></section>\n").toString();
    }

    /** What the run found, as one would tell it to somebody who asks whether it is any good. */
    private static String inShort(Report report) {
        Performance performance = report.performance();
        Hardware hardware = report.hardware();
        StringBuilder text = new StringBuilder();
        text.append(performance
                .framesPerSecond()
                .map(rate -> "%s images a second on the %s at %s; each is answered %s after its first pixel. "
                        .formatted(
                                Quantity.significant(rate),
                                hardware.part(),
                                Quantity.megahertz(hardware.clockMegahertz()),
                                Quantity.time(performance.latencyMicroseconds())))
                .orElse("One image is answered %s after its first pixel on the %s at %s. "
                        .formatted(
                                Quantity.time(performance.latencyMicroseconds()),
                                hardware.part(),
                                Quantity.megahertz(hardware.clockMegahertz()))));
        report.accuracy()
                .ifPresent(accuracy ->
                        text.append("%s of the test images are classified right, with weights of %s bits on average. "
                                .formatted(
                                        Quantity.percent(accuracy.integer()), Quantity.bits(report.meanWeightBits()))));
        text.append(fit(hardware));
        report.energy()
                .ifPresent(energy -> text.append(
                        "An image costs about %s, with a probability of 80 %% between %s: an estimate, no board was measured. "
                                .formatted(
                                        Quantity.energy(
                                                energy.picojoulesPerImage().nominal()),
                                        Quantity.range(energy.picojoulesPerImage())
                                                .replace(" to ", " and "))));
        text.append(limit(report));
        performance
                .intervalCycles()
                .ifPresent(interval -> text.append(
                        "Waiting costs %s of the rate; the rest is the work of these units, and only larger ones would be faster."
                                .formatted(Quantity.percent(interval / performance.boundCycles() - 1))));
        return text.toString();
    }

    /** What takes the time. */
    private static String limit(Report report) {
        return report.passes().stream()
                .max(Comparator.comparingDouble(PassRow::share))
                .map(pass -> "Of the array's time %s takes most, %s. "
                        .formatted(pass.layers().getFirst(), Quantity.percent(pass.share())))
                .orElse(
                        report.performance().bottleneck().isEmpty()
                                ? ""
                                : "%s sets the rate. "
                                        .formatted(report.performance().bottleneck()));
    }

    private static String fit(Hardware hardware) {
        double luts = (double) hardware.used().luts() / hardware.available().luts();
        double rams = hardware.available().blockRams() == 0
                ? 0
                : (double) hardware.used().blockRams() / hardware.available().blockRams();
        return luts > 1 || rams > 1
                ? "It does not fit: it would take %s of the look-up tables and %s of the block RAMs. "
                        .formatted(Quantity.percent(luts), Quantity.percent(rams))
                : "It takes %s of the look-up tables and %s of the block RAMs. "
                        .formatted(Quantity.percent(luts), Quantity.percent(rams));
    }

    private static String energy(Energy energy) {
        return card(
                "Energy per image",
                Quantity.energy(energy.picojoulesPerImage().nominal()),
                "estimate; 80 %% interval %s; %s mW while streaming"
                        .formatted(
                                Quantity.range(energy.picojoulesPerImage()),
                                Quantity.significant(energy.milliwatts())));
    }

    private static String accuracy(Accuracy accuracy) {
        double points = 100 * (accuracy.integer() - accuracy.floating());
        return card(
                "Accuracy of the integers",
                Quantity.percent(accuracy.integer()),
                String.format(
                        Locale.ROOT,
                        "%s in floating point (%+.1f points); %,d test images",
                        Quantity.percent(accuracy.floating()),
                        points,
                        accuracy.images()));
    }

    private static String bits(Report report) {
        String range = report.bits().values().stream()
                .map(LayerBits::weights)
                .distinct()
                .sorted()
                .map(Quantity::bits)
                .collect(Collectors.joining(", "));
        return card(
                "Mean weight width",
                Quantity.bits(report.meanWeightBits()) + " bits",
                "over all weights; widths used: %s; mean activation width %s"
                        .formatted(
                                range.isEmpty() ? "none" : range,
                                Quantity.bits(report.bits().values().stream()
                                        .mapToDouble(LayerBits::activations)
                                        .average()
                                        .orElse(0))));
    }

    private static String bottleneck(Report report) {
        return report.passes().stream()
                .max(Comparator.comparingDouble(PassRow::share))
                .map(pass -> card(
                        "Bottleneck",
                        pass.layers().getFirst(),
                        "%s of the array's time: %s cycles for an image"
                                .formatted(Quantity.percent(pass.share()), Quantity.count(pass.cycles()))))
                .orElseGet(() -> card(
                        "Bottleneck",
                        report.performance().bottleneck(),
                        "%s cycles of work for an image"
                                .formatted(Quantity.count(report.layers().stream()
                                        .mapToLong(LayerRow::cyclesPerImage)
                                        .max()
                                        .orElse(0)))));
    }

    private static String card(String heading, String value, String note) {
        return "<div class=\"card\"><h3>%s</h3><strong>%s</strong><small>%s</small></div>\n"
                .formatted(heading, Markup.escape(value), Markup.escape(note));
    }
}
