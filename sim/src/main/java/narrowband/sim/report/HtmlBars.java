package narrowband.sim.report;

import java.util.Comparator;
import narrowband.sim.report.LayerRow.Stalls;

/** The charts made of bars: where cycles go, where energy goes, what the device has left. */
final class HtmlBars {
    private HtmlBars() {}

    static String cycles(Report report) {
        StringBuilder bars = new StringBuilder("<div class=\"bars\">\n");
        for (LayerRow layer : report.layers()) {
            Stalls stalls = layer.stalls();
            bars.append(Markup.bar(
                    "%s<small>%s</small>".formatted(Markup.escape(layer.name()), Markup.escape(layer.kind())),
                    stack(stalls),
                    "%s: works in %s of the cycles".formatted(layer.name(), Quantity.percent(layer.utilisation())),
                    "%s<small>%s cycles/image</small>"
                            .formatted(Quantity.percent(layer.utilisation()), Quantity.count(layer.cyclesPerImage()))));
        }
        bars.append("</div><ul class=\"keys\">")
                .append(Markup.key("busy", "works"))
                .append(Markup.key("input", "waits for input"))
                .append(Markup.key("rows", "waits for rows of the line buffer"))
                .append(Markup.key("output", "blocked by a full output"))
                .append(Markup.key("fill", "before its first step"))
                .append(Markup.key("drain", "after its last"))
                .append("</ul>");
        return Markup.section(
                "cycles",
                "Where the cycles go",
                "Each layer's busiest process over a stream of %d images, %s cycles in all. Every cycle is in one class."
                        .formatted(
                                report.performance().imagesSimulated(),
                                Quantity.count(report.layers().stream()
                                        .mapToLong(layer -> layer.stalls().total())
                                        .max()
                                        .orElse(0))),
                bars.toString());
    }

    private static String stack(Stalls stalls) {
        String[] styles = {"fill", "busy", "input", "rows", "output", "drain"};
        String[] names = {
            "before its first step",
            "works",
            "waits for input",
            "waits for rows",
            "blocked by a full output",
            "after its last step"
        };
        long[] cycles = {
            stalls.filling(),
            stalls.busy(),
            stalls.waitingForInput(),
            stalls.waitingForRows(),
            stalls.blockedByOutput(),
            stalls.draining()
        };
        StringBuilder parts = new StringBuilder();
        long before = 0;
        double total = stalls.total();
        for (int i = 0; i < cycles.length; i++) {
            if (cycles[i] > 0) {
                parts.append(Markup.part(
                        styles[i],
                        before / total,
                        (before + cycles[i]) / total,
                        "%s: %s cycles, %s"
                                .formatted(names[i], Quantity.count(cycles[i]), Quantity.percent(cycles[i] / total))));
            }
            before += cycles[i];
        }
        return parts.toString();
    }

    static String energy(Energy energy) {
        double longest = energy.parts().stream()
                .map(part -> part.picojoules().p90())
                .max(Comparator.naturalOrder())
                .orElse(1.0);
        StringBuilder bars = new StringBuilder("<div class=\"bars\">\n");
        for (Energy.Part part : energy.parts()) {
            double nominal = part.picojoules().nominal();
            String share =
                    Quantity.percent(nominal / energy.picojoulesPerImage().nominal());
            bars.append(Markup.bar(
                    Markup.escape(part.name()),
                    Markup.part("energy", 0, nominal / longest, share + " of the total")
                            + Markup.whisker(
                                    part.picojoules().p10() / longest,
                                    part.picojoules().p90() / longest),
                    "%s: %s".formatted(part.name(), Quantity.energy(nominal)),
                    "%s<small>%s</small>".formatted(Quantity.energy(nominal), Quantity.range(part.picojoules()))));
        }
        bars.append("</div><ul class=\"keys\">")
                .append(Markup.key("energy", "nominal estimate; the line spans the 80 % interval"))
                .append("</ul>");
        return Markup.section(
                "energy",
                "Where the energy goes",
                Markup.escape("One image in the steady state: %s (80 %% interval %s). Profile %s. %s"
                        .formatted(
                                Quantity.energy(energy.picojoulesPerImage().nominal()),
                                Quantity.range(energy.picojoulesPerImage()),
                                energy.profile(),
                                energy.confidence())),
                bars.toString());
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
