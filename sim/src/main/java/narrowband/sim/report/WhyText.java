package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.bottleneck.Sensitivity;
import narrowband.sim.bottleneck.UnitCycles;
import narrowband.sim.bottleneck.Way;

/** Why a design is not faster, as plain text: where each cycle went, the critical paths, and what each limit costs. */
final class WhyText {
    /** Shares of a way that are worth a line. */
    private static final int SHARES = 8;

    private WhyText() {}

    static String text(List<UnitCycles> units, Explanation why) {
        return TextReport.table(unitRows(units), 1)
                + "shares of the stream's cycles, each cycle of a process in one class; padding: what lanes\n"
                + "without a channel cost; weights: waits for a tile of them; rows: the\n"
                + "line buffer's are not complete; within: array and tail of an engine wait for each other; buffer: no room in a line\n"
                + "buffer or tile memory; output: no room behind it; held: the world outside, or its memory, had nothing.\n\n"
                + TextReport.table(wayRows("latency: what an image alone takes its way through", why.latency()), 2)
                + "\n"
                + TextReport.table(wayRows("interval: what decides how soon the next is out", why.interval()), 2)
                + "cycles on the critical path by layer and process: the chain of events of which each waited for the one before.\n\n"
                + TextReport.table(sensitivityRows(why.sensitivities()), 1)
                + "simulated again with one thing without limit: a layer whose work takes no time, or a resource. What is worth 1.00\n"
                + "times is no bottleneck.\n\n";
    }

    /** The cells of the table of units, its heading first. */
    static List<String[]> unitRows(List<UnitCycles> units) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "process", "works", "padding", "input", "weights", "rows", "within", "buffer", "output", "held", "fills",
            "drains"
        });
        for (UnitCycles unit : units) {
            rows.add(new String[] {
                unit.unit().isEmpty() ? unit.process() : unit.unit() + "." + unit.process(),
                share(unit.useful(), unit),
                share(unit.padding(), unit),
                share(unit.waitingForInput(), unit),
                share(unit.waitingForWeights(), unit),
                share(unit.waitingForRows(), unit),
                share(unit.waitingWithin(), unit),
                share(unit.blockedByBuffer(), unit),
                share(unit.blockedByOutput(), unit),
                share(unit.heldBack(), unit),
                share(unit.filling(), unit),
                share(unit.draining(), unit)
            });
        }
        return rows;
    }

    private static String share(long cycles, UnitCycles unit) {
        return cycles == 0 ? "" : Quantity.percent((double) cycles / unit.cycles());
    }

    /** The cells of the table of a way, its heading first; what is little, together. */
    static List<String[]> wayRows(String heading, Way way) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {heading, "process", "cycles", "share"});
        for (Way.Share share : way.largest(SHARES)) {
            rows.add(new String[] {
                share.layer(), share.name(), Quantity.count(share.cycles()), Quantity.percent(share.share())
            });
        }
        return rows;
    }

    /** The cells of the table of sensitivities, its heading first. */
    static List<String[]> sensitivityRows(List<Sensitivity> sensitivities) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"if this were without limit", "interval", "images/s", "latency", "sooner"});
        for (Sensitivity row : sensitivities) {
            rows.add(new String[] {
                without(row),
                Quantity.count(row.intervalCycles()),
                times(row.intervalGain()),
                Quantity.count(row.latencyCycles()),
                times(row.latencyGain())
            });
        }
        return rows;
    }

    static String without(Sensitivity row) {
        return row.layer() ? "work of " + row.without() : row.without();
    }

    static String times(double gain) {
        return String.format(Locale.ROOT, "%.2f x", gain);
    }
}
