package narrowband.sim.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.sim.bottleneck.UnitCycles;

/** The stall stack: each process of each unit as a bar, its cycles by class, 100 % in all. */
final class HtmlStalls {
    /** Bars that are shown at once; of more, the busiest of each layer, and the others behind a fold. */
    private static final int BARS = 28;

    private HtmlStalls() {}

    /** A class of cycles: the style of its colour, its name, its key. */
    private record Share(String style, String name, long cycles) {}

    private static List<Share> shares(UnitCycles cycles) {
        return List.of(
                new Share("fill", "before its first step", cycles.filling()),
                new Share("busy", "works", cycles.useful()),
                new Share("padding", "works on padding", cycles.padding()),
                new Share("input", "waits for input", cycles.waitingForInput()),
                new Share("weights", "waits for weights", cycles.waitingForWeights()),
                new Share("rows", "waits for rows of its line buffer", cycles.waitingForRows()),
                new Share("within", "waits within the engine", cycles.waitingWithin()),
                new Share("buffer", "no room in a line buffer or tile memory", cycles.blockedByBuffer()),
                new Share("output", "blocked by a full output", cycles.blockedByOutput()),
                new Share("held", "held back outside", cycles.heldBack()),
                new Share("drain", "after its last step", cycles.draining()));
    }

    /** The unit and its process; of the world outside what it moves. */
    private static String name(UnitCycles row) {
        return row.unit().isEmpty() ? row.process() : row.unit() + "." + row.process();
    }

    static String section(Report report) {
        List<UnitCycles> all = report.units();
        StringBuilder body = new StringBuilder();
        if (all.size() <= BARS) {
            body.append(bars(all));
        } else {
            body.append(bars(busiest(all)))
                    .append("<details><summary>All %d processes of all units</summary>".formatted(all.size()))
                    .append(bars(all))
                    .append("</details>");
        }
        body.append(keys(all)).append(table(all));
        return Markup.section(
                "cycles",
                "Where the cycles go",
                "%s over a stream of %s, %s cycles in all. Every cycle of a process is in exactly one class: a bar is 100 %%."
                        .formatted(
                                all.size() <= BARS
                                        ? "Each process of each unit"
                                        : "The busiest process of each layer's units",
                                Quantity.plural(report.performance().imagesSimulated(), "image"),
                                Quantity.count(all.stream()
                                        .mapToLong(row -> row.cycles())
                                        .max()
                                        .orElse(0))),
                body.toString());
    }

    private static List<UnitCycles> busiest(List<UnitCycles> rows) {
        Map<String, UnitCycles> byLayer = new LinkedHashMap<>();
        for (UnitCycles row : rows) {
            byLayer.merge(row.layer(), row, (one, other) -> other.work() > one.work() ? other : one);
        }
        return new ArrayList<>(byLayer.values());
    }

    private static String bars(List<UnitCycles> rows) {
        StringBuilder bars = new StringBuilder("<div class=\"bars dense\">\n");
        for (UnitCycles row : rows) {
            String works = Quantity.percent((double) row.work() / row.cycles());
            bars.append(Markup.bar(
                    Markup.escape(name(row)),
                    stack(row),
                    "%s works in %s of the cycles%s"
                            .formatted(
                                    name(row),
                                    works,
                                    worst(row)
                                            .map(share -> ", %s in %s"
                                                    .formatted(
                                                            share.name,
                                                            Quantity.percent((double) share.cycles / row.cycles())))
                                            .orElse("")),
                    works));
        }
        return bars.append("</div>").toString();
    }

    /** What it loses most cycles to. */
    private static Optional<Share> worst(UnitCycles cycles) {
        return shares(cycles).stream()
                .filter(share -> !share.style.equals("busy") && share.cycles > 0)
                .max(Comparator.comparingLong(Share::cycles));
    }

    static String stack(UnitCycles cycles) {
        StringBuilder parts = new StringBuilder();
        long before = 0;
        double total = cycles.cycles();
        for (Share share : shares(cycles)) {
            if (share.cycles > 0) {
                parts.append(Markup.part(
                        share.style,
                        before / total,
                        (before + share.cycles) / total,
                        "%s: %s cycles, %s"
                                .formatted(
                                        share.name,
                                        Quantity.count(share.cycles),
                                        Quantity.percent(share.cycles / total))));
            }
            before += share.cycles;
        }
        return parts.toString();
    }

    /** Keys of the classes that there are. */
    private static String keys(List<UnitCycles> rows) {
        StringBuilder keys = new StringBuilder("<ul class=\"keys\">");
        List<Share> classes = shares(rows.getFirst());
        for (int i = 0; i < classes.size(); i++) {
            int index = i;
            if (rows.stream().anyMatch(row -> shares(row).get(index).cycles > 0)) {
                keys.append(Markup.key(classes.get(i).style, classes.get(i).name));
            }
        }
        return keys.append("</ul>").toString();
    }

    /** The same in numbers. */
    private static String table(List<UnitCycles> rows) {
        List<List<String>> cells = new ArrayList<>();
        for (UnitCycles row : rows) {
            List<String> line = new ArrayList<>(
                    List.of(Markup.escape(name(row)), Markup.escape(row.layer()), Quantity.count(row.work())));
            for (Share share : shares(row)) {
                line.add(Quantity.percent((double) share.cycles / row.cycles()));
            }
            cells.add(line);
        }
        return "<details><summary>The same in numbers</summary>%s</details>".formatted(HtmlTables.units(cells));
    }
}
