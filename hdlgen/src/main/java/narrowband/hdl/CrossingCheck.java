package narrowband.hdl;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/**
 * Finds values that pass from one clock to another without a synchroniser. A memory may be written on one clock and read on another: a word that rests is read safely, and
 * pointers tell when it rests.
 */
final class CrossingCheck {
    private final FlatNetlist netlist;
    private final Map<Clock, Integer> number = new IdentityHashMap<>();
    /** For operations and memory reads, the clocks of what they are made of. */
    private final Map<Node, BitSet> clocks = new IdentityHashMap<>();

    private CrossingCheck(FlatNetlist netlist) {
        this.netlist = netlist;
        netlist.clocks().forEach(clock -> number.put(clock, number.size()));
    }

    /** Checks a design; what has one clock passes at once. */
    static void check(FlatNetlist netlist) {
        if (netlist.clocks().size() > 1) {
            new CrossingCheck(netlist).check();
        }
    }

    private void check() {
        for (Node node : netlist.order()) {
            BitSet union = new BitSet();
            operands(node).forEach(operand -> union.or(of(operand)));
            clocks.put(node, union);
        }
        netlist.registers().forEach(this::register);
        netlist.reads().forEach(read -> {
            String name = "read port " + name(read);
            SourceLine source = read.memory().source();
            require(read.address(), netlist.clock(read), name, source);
            require(read.enable(), netlist.clock(read), name, source);
        });
        netlist.writes().forEach((memory, write) -> {
            Clock clock = netlist.writeClock(memory);
            for (Node node : List.of(write.address(), write.data(), write.enable())) {
                require(node, clock, "the write port of a memory", memory.source());
            }
        });
        netlist.checks()
                .forEach(placed -> require(
                        placed.check().condition(),
                        placed.clock(),
                        "the check \"" + placed.check().message() + "\"",
                        placed.check().source()));
        netlist.outputs().forEach(output -> {
            if (of(output).cardinality() > 1) {
                throw fault("output " + name(output), output.source(), output, null);
            }
        });
    }

    private static List<Node> operands(Node node) {
        return switch (node) {
            case Operation operation -> operation.operands();
            case AsynchronousRead read -> List.of(read.address());
            default -> List.of();
        };
    }

    private BitSet of(Node reference) {
        Node node = netlist.source(reference);
        BitSet known = clocks.get(node);
        if (known != null) {
            return known;
        }
        BitSet own = new BitSet();
        if (!(node instanceof Constant) && netlist.clock(node) != null) {
            own.set(number.get(netlist.clock(node)));
        }
        return own;
    }

    private void register(Net register) {
        Node driver = netlist.drivers().get(register);
        Node source = netlist.source(driver);
        if (!register.synchronizing()) {
            require(driver, netlist.clock(register), "register " + name(register), register.source());
        } else if (source instanceof Operation || source instanceof AsynchronousRead) {
            throw new ElaborationException(
                    register.source(),
                    "the value that " + name(register) + " takes over from another clock does not come straight from a"
                            + " register, and could be caught in a glitch",
                    "Put it into a register of its own clock first");
        }
    }

    private void require(Node value, Clock clock, String sink, SourceLine source) {
        BitSet foreign = (BitSet) of(value).clone();
        foreign.clear(number.get(clock));
        if (!foreign.isEmpty()) {
            throw fault(sink, source, value, clock);
        }
    }

    private ElaborationException fault(String sink, SourceLine source, Node value, Clock clock) {
        StringBuilder found = new StringBuilder();
        for (Node leaf : Reach.sources(netlist, value)) {
            if (netlist.clock(leaf) != null && netlist.clock(leaf) != clock) {
                found.append(found.isEmpty() ? "" : ", ").append(name(leaf)).append(" (");
                found.append(netlist.clockName(netlist.clock(leaf))).append(')');
            }
        }
        String fault = clock == null
                ? sink + " mixes " + found + ", of several clocks"
                : sink + " (" + netlist.clockName(clock) + ") depends on " + found + ", of another clock";
        return new ElaborationException(
                source, fault, "Pass it through synchronize(...), or through a FIFO for two clocks");
    }

    private String name(Node node) {
        if (netlist.names().get(node) instanceof String name) {
            return name;
        }
        return node instanceof SynchronousRead ? "of a memory" : "a signal without a name";
    }
}
