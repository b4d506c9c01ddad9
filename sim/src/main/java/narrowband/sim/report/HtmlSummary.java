package narrowband.sim.report;

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
        StringBuilder cards = new StringBuilder("<section id=\"summary\" class=\"plain\"><div class=\"cards\">\n");
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
        cards.append(card(
                "Bottleneck",
                performance.bottleneck(),
                "%s cycles of work for an image"
                        .formatted(Quantity.count(report.layers().stream()
                                .mapToLong(LayerRow::cyclesPerImage)
                                .max()
                                .orElse(0)))));
        return cards.append("</div></section>\n").toString();
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

    private static String card(String heading, String value, String note) {
        return "<div class=\"card\"><h3>%s</h3><strong>%s</strong><small>%s</small></div>\n"
                .formatted(heading, Markup.escape(value), Markup.escape(note));
    }
}
