package narrowband.sim.report;

import java.util.Comparator;
import java.util.List;
import narrowband.sim.energy.EnergyEstimate;

/** The charts made of bars: where energy goes, what the device has left. */
final class HtmlBars {
    private static final int EVENT_COLOURS = 8;

    private HtmlBars() {}

    static String energy(Energy energy) {
        double longest = energy.parts().stream()
                .map(part -> part.picojoules().p90())
                .max(Comparator.naturalOrder())
                .orElse(1.0);
        StringBuilder bars = new StringBuilder(events(energy) + "<h3>By part of the design</h3><div class=\"bars\">\n");
        for (Energy.Part part : energy.parts()) {
            double nominal = part.picojoules().nominal();
            String share =
                    Quantity.percent(nominal / energy.picojoulesPerImage().nominal());
            bars.append(Markup.bar(
                    Markup.escape(part.name()),
                    Markup.part("energy", 0, nominal / longest, share + " of the total")
                            + Markup.whisker(
                                    part.picojoules().p10() / longest,
                                    part.picojoules().p50() / longest,
                                    part.picojoules().p90() / longest),
                    "%s: %s; of the draws 10 %% lie below %s, 50 %% below %s, 90 %% below %s"
                            .formatted(
                                    part.name(),
                                    Quantity.energy(nominal),
                                    Quantity.energy(part.picojoules().p10()),
                                    Quantity.energy(part.picojoules().p50()),
                                    Quantity.energy(part.picojoules().p90())),
                    "%s<small>%s</small>".formatted(Quantity.energy(nominal), Quantity.range(part.picojoules()))));
        }
        bars.append("</div><ul class=\"keys\">")
                .append(Markup.key(
                        "energy", "nominal estimate; the line spans the 80 % interval, its stroke is the median"))
                .append("</ul>");
        return Markup.section(
                "energy",
                "Where the energy goes",
                Markup.escape(
                        "One image in the steady state: %s nominal; median %s, 10th to 90th percentile %s. %s Profile %s. %s"
                                .formatted(
                                        Quantity.energy(
                                                energy.picojoulesPerImage().nominal()),
                                        Quantity.energy(
                                                energy.picojoulesPerImage().p50()),
                                        Quantity.range(energy.picojoulesPerImage()),
                                        energy.switchingInWords(),
                                        energy.profile(),
                                        energy.confidence())),
                bars.toString());
    }

    /** The total as one bar, its parts the events from the dearest on. */
    private static String events(Energy energy) {
        List<EnergyEstimate.Term> terms = energy.terms().stream()
                .filter(term -> term.picojoules() > 0)
                .sorted(Comparator.comparingDouble(EnergyEstimate.Term::picojoules)
                        .reversed())
                .toList();
        double total = energy.picojoulesPerImage().nominal();
        StringBuilder parts = new StringBuilder();
        StringBuilder keys = new StringBuilder();
        double before = 0;
        for (int i = 0; i < terms.size(); i++) {
            EnergyEstimate.Term term = terms.get(i);
            String style = "event" + i % EVENT_COLOURS;
            String share = "%s: %s, %s"
                    .formatted(
                            term.name(),
                            Quantity.energy(term.picojoules()),
                            Quantity.percent(term.picojoules() / total));
            parts.append(Markup.part(style, before / total, (before + term.picojoules()) / total, share));
            keys.append(Markup.key(style, share));
            before += term.picojoules();
        }
        return "<h3>By event</h3><div class=\"bars\">"
                + Markup.bar("one image", parts.toString(), "One image's energy by event", Quantity.energy(total))
                + "</div><ul class=\"keys\">" + keys + "</ul>";
    }

    static String resources(Report report) {
        Hardware hardware = report.hardware();
        String bars = "<div class=\"bars meter\">\n"
                + meter(
                        "Look-up tables",
                        hardware.used().luts(),
                        hardware.available().luts())
                + meter(
                        "Flip-flops",
                        hardware.used().flipFlops(),
                        hardware.available().flipFlops())
                + meter(
                        "Block RAMs",
                        hardware.used().blockRams(),
                        hardware.available().blockRams())
                + "</div>";
        return Markup.section(
                "device",
                "What it takes of the device",
                Markup.escape("%s (%s), %d units and %d FIFOs. An estimate before synthesis."
                        .formatted(hardware.part(), hardware.fpga(), hardware.units(), hardware.fifos())),
                bars);
    }

    private static String meter(String name, long used, long available) {
        double share = (double) used / available;
        String over = share > 1 ? " over" : "";
        return Markup.bar(
                name,
                Markup.part("meterfill" + over, 0, share, Quantity.percent(share)),
                "%s: %s used".formatted(name, Quantity.percent(share)),
                "<span class=\"%s\">%s<small>%s of %s</small></span>"
                        .formatted(
                                over.strip(),
                                Quantity.percent(share),
                                Quantity.count(used),
                                Quantity.count(available)));
    }
}
