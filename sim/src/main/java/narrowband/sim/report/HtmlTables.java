package narrowband.sim.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.sim.bottleneck.Sensitivity;
import narrowband.sim.bottleneck.Way;
import narrowband.sim.energy.EnergyEstimate;

/** The layer table, and the energy's count-times-unit table. */
final class HtmlTables {
    private HtmlTables() {}

    /** A column: its heading, whether its cells are numbers. */
    private record Column(String heading, boolean number) {}

    private static final List<Column> LAYERS = List.of(
            new Column("Layer", false),
            new Column("Output", false),
            new Column("Weight bits", true),
            new Column("Bits in", true),
            new Column("Bits out", true),
            new Column("MACs", true),
            new Column("Parallelism", false),
            new Column("Cycles / image", true),
            new Column("Works", true),
            new Column("LUTs", true),
            new Column("Flip-flops", true),
            new Column("Block RAMs", true),
            new Column("Energy / image", true));

    static String layers(Report report) {
        List<List<String>> rows = new ArrayList<>();
        for (LayerRow layer : report.layers()) {
            rows.add(List.of(
                    "%s<small>%s</small>".formatted(Markup.escape(layer.name()), Markup.escape(layer.kind())),
                    "<span class=\"whole\">%s</span>".formatted(Markup.escape(layer.shape())),
                    layer.weightBits().map(String::valueOf).orElse("-"),
                    String.valueOf(layer.inputBits()),
                    String.valueOf(layer.outputBits()),
                    layer.multiplyAccumulates() == 0 ? "-" : Quantity.count(layer.multiplyAccumulates()),
                    Markup.escape(layer.folding()),
                    Quantity.count(layer.cyclesPerImage()),
                    Quantity.percent(layer.utilisation()),
                    Quantity.count(layer.resources().luts()),
                    Quantity.count(layer.resources().flipFlops()),
                    Quantity.count(layer.resources().blockRams()),
                    layer.picojoules()
                            .map(energy -> "%s<small>%s</small>"
                                    .formatted(Quantity.energy(energy.nominal()), Quantity.range(energy)))
                            .orElse("-")));
        }
        return Markup.section(
                "layers",
                "Layer by layer",
                "Parallelism: rows (pe), columns (simd), and digits of weight x activation in bits at a time; or lanes.",
                table("Layers", LAYERS, rows));
    }

    private static final List<Column> UNITS = List.of(
            new Column("Process", false),
            new Column("Layer", false),
            new Column("Cycles of work", true),
            new Column("Before its first step", true),
            new Column("Works", true),
            new Column("On padding", true),
            new Column("Waits for input", true),
            new Column("Waits for weights", true),
            new Column("Waits for rows", true),
            new Column("Waits within", true),
            new Column("Blocked by a buffer", true),
            new Column("Blocked by output", true),
            new Column("Held back", true),
            new Column("After its last step", true));

    /** Processes and their classes of cycles; the cells are HTML. */
    static String units(List<List<String>> rows) {
        return table("Cycles of each process", UNITS, rows);
    }

    private static final List<Column> SENSITIVITIES = List.of(
            new Column("If this were without limit", false),
            new Column("Cycles between images", true),
            new Column("Images / s", true),
            new Column("Cycles of latency", true),
            new Column("Sooner", true));

    /** What each thing would be worth without a limit. */
    static String sensitivities(List<Sensitivity> rows) {
        return table("Without limit", SENSITIVITIES, escaped(WhyText.sensitivityRows(rows)));
    }

    private static final List<Column> WAY = List.of(
            new Column("Layer", false),
            new Column("Process", false),
            new Column("Cycles", true),
            new Column("Share", true));

    /** A critical path by process. */
    static String way(Way way) {
        return table("Critical path", WAY, escaped(WhyText.wayRows("", way)));
    }

    /** The cells of a table of text, its heading left out. */
    private static List<List<String>> escaped(List<String[]> rows) {
        return rows.stream()
                .skip(1)
                .map(row -> Arrays.stream(row).map(Markup::escape).toList())
                .toList();
    }

    private static final List<Column> ROOFLINE = List.of(
            new Column("Layer", false),
            new Column("Bit operations / image", true),
            new Column("Bytes / image", true),
            new Column("Bit operations / byte", true),
            new Column("Bit operations / s", true),
            new Column("Of its roof", true));

    /** Points of a roofline; the cells are HTML. */
    static String roofline(List<List<String>> rows) {
        return table("Roofline by layer", ROOFLINE, rows);
    }

    private static final List<Column> PASSES = List.of(
            new Column("Pass", false),
            new Column("Weight bits", true),
            new Column("Bits in", true),
            new Column("Tiles", true),
            new Column("Positions", true),
            new Column("Array works", true),
            new Column("Cycles / image", true),
            new Column("Share", true));

    /** The passes of a shared engine. */
    static String passes(Report report) {
        List<List<String>> rows = new ArrayList<>();
        for (PassRow pass : report.passes()) {
            rows.add(List.of(
                    Markup.escape(String.join(" ", pass.layers())),
                    pass.weightBits().map(String::valueOf).orElse("-"),
                    String.valueOf(pass.activationBits()),
                    Quantity.count(pass.tiles()),
                    Quantity.count(pass.positions()),
                    Quantity.count(pass.steps()),
                    Quantity.count(pass.cycles()),
                    Quantity.percent(pass.share())));
        }
        return Markup.section(
                "passes",
                "Pass by pass",
                "Cycles: of the array or of what requantises behind it, for each position whichever takes longer, without the"
                        + " wait for weights and between passes.",
                table("Passes", PASSES, rows));
    }

    /** What one bit less would save. */
    static String marginal(List<MarginalRow> savings) {
        List<String[]> cells = TextReport.marginalRows(savings);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < cells.getFirst().length; i++) {
            columns.add(new Column(cells.getFirst()[i], i > 0));
        }
        return Markup.section(
                "marginal",
                "One bit less",
                "What each layer would save with weights, or activations, of one bit less: of the cheapest unit and window that"
                        + " keep the rate, or of a shared engine's cycles. Below 0: a narrower operand that divides worse costs"
                        + " more. Thresholds stay as they are.",
                table("One bit less", columns, escaped(cells)));
    }

    private static final List<Column> TERMS = List.of(
            new Column("Event", false),
            new Column("Count / image", true),
            new Column("Unit energy", true),
            new Column("80 % interval", true),
            new Column("Energy", true),
            new Column("Share", true),
            new Column("Source", false));

    /** The energy once more, by event. */
    static String terms(Energy energy) {
        double total = energy.picojoulesPerImage().nominal();
        List<List<String>> rows = new ArrayList<>();
        for (EnergyEstimate.Term term : energy.terms()) {
            rows.add(List.of(
                    Markup.escape(term.name()),
                    "%s<small>%s</small>".formatted(Quantity.count(term.count()), Markup.escape(term.countUnit())),
                    "%s %s".formatted(Quantity.significant(term.unitEnergy().nominal()), Markup.escape(term.unit())),
                    "%s to %s"
                            .formatted(
                                    Quantity.significant(term.unitEnergy().low()),
                                    Quantity.significant(term.unitEnergy().high())),
                    Quantity.energy(term.picojoules()),
                    Quantity.percent(term.picojoules() / total),
                    Markup.escape(term.unitEnergy().source())));
        }
        return Markup.section(
                "energy-terms",
                "How the energy is counted",
                "Count from the simulation, times unit energy from the profile. A factor that is wrong is wrong for all"
                        + " layers alike; designs compared within one profile are surer than any of them alone.",
                table("Energy by event", TERMS, rows));
    }

    private static final List<Column> DESIGNS = List.of(
            new Column("Network", false),
            new Column("Accuracy", true),
            new Column("FPGA", false),
            new Column("Clock", true),
            new Column("Plan", false),
            new Column("Images / s", true),
            new Column("Latency", true),
            new Column("Energy / image", true),
            new Column("Logic cells", true),
            new Column("Block RAMs", true));

    /** Designs of an exploration; the cells are HTML. */
    static String designs(List<List<String>> rows) {
        return table("Designs", DESIGNS, rows);
    }

    /** @param name for those who do not see it; where the table is wider than its place, arrow keys scroll it */
    private static String table(String name, List<Column> columns, List<List<String>> rows) {
        StringBuilder html = new StringBuilder(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"data\"><thead><tr>"
                        .formatted(name));
        for (Column column : columns) {
            html.append("<th scope=\"col\"%s>%s</th>"
                    .formatted(column.number() ? " class=\"number\"" : "", column.heading()));
        }
        html.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr>");
            for (int i = 0; i < columns.size(); i++) {
                html.append(Markup.cell(columns.get(i).heading(), columns.get(i).number(), row.get(i)));
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>").toString();
    }
}
