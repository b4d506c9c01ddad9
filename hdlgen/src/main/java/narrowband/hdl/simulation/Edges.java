package narrowband.hdl.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.SynchronousRead;

/** What the edges of clocks do, as steps. Sets of clocks are bits, the first clock the lowest. */
final class Edges {
    /** The verdict of a run that reached what it ran for. */
    static final int REACHED = 1;
    /** The verdict where the first check failed; the following ones follow. */
    static final int FIRST_CHECK = 2;

    private final FlatNetlist netlist;
    private final Graph graph;
    /** One slot per clock: 1 while its reset is active. */
    private final int firstReset;
    /** One slot per check. */
    private final int firstCounter;

    /**
     * A kind of run.
     *
     * @param clocks those that have an edge in each cycle
     * @param until the value that ends the run where it is 1, or -1
     */
    record Kind(long clocks, int until) {}

    Edges(FlatNetlist netlist, Graph graph, Slots slots) {
        this.netlist = netlist;
        this.graph = graph;
        firstReset = slots.allocate(netlist.clocks().size());
        firstCounter = slots.allocate(netlist.checks().size());
    }

    /** The steps of a cycle, those that may end the run first. */
    List<Step> steps(Kind kind) {
        List<Step> steps = new ArrayList<>();
        if (kind.until >= 0) {
            steps.add(new Step.Halt(kind.until, true, REACHED, -1));
        }
        checks(kind.clocks, steps);
        for (Net register : netlist.registers()) {
            int driver = graph.number(netlist.drivers().get(register));
            int number = graph.number(register);
            if (driver != number && has(kind.clocks, netlist.clock(register))) {
                steps.add(new Step.Advance(number, driver, false));
            }
        }
        for (SynchronousRead read : netlist.reads()) {
            if (has(kind.clocks, netlist.clock(read))) {
                steps.add(new Step.Fetch(
                        graph.number(read),
                        read.memory(),
                        graph.number(read.address()),
                        graph.number(read.enable()),
                        false));
            }
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            MemoryWrite write = entry.getValue();
            if (has(kind.clocks, netlist.writeClock(entry.getKey()))) {
                steps.add(new Step.Write(
                        entry.getKey(),
                        graph.number(write.address()),
                        graph.number(write.data()),
                        graph.number(write.enable())));
            }
        }
        return steps;
    }

    private void checks(long clocks, List<Step> steps) {
        List<Step> counts = new ArrayList<>();
        for (int i = 0; i < netlist.checks().size(); i++) {
            PlacedCheck placed = netlist.checks().get(i);
            if (has(clocks, placed.clock())) {
                int condition = graph.number(placed.check().condition());
                int unless = placed.offInReset() ? firstReset + netlist.clocks().indexOf(placed.clock()) : -1;
                if (placed.check().kind() == Check.Kind.COVER) {
                    counts.add(new Step.Count(condition, counter(i), unless));
                } else {
                    steps.add(new Step.Halt(condition, false, FIRST_CHECK + i, unless));
                }
            }
        }
        steps.addAll(counts);
    }

    /** The registers that the resets of these clocks act on. */
    List<Net> resettable(long clocks) {
        return netlist.registers().stream()
                .filter(register -> register.resettable() && has(clocks, netlist.clock(register)))
                .toList();
    }

    /** Notes in the state which resets are active. */
    void resets(long[] state, long active) {
        for (int i = 0; i < netlist.clocks().size(); i++) {
            state[firstReset + i] = active >> i & 1;
        }
    }

    /** The slot that counts how often a check held. */
    int counter(int check) {
        return firstCounter + check;
    }

    private boolean has(long clocks, Clock clock) {
        return (clocks >> netlist.clocks().indexOf(clock) & 1) != 0;
    }
}
