package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SynchronousRead;

/** The meaning of a netlist: each node in order, with {@link narrowband.hdl.ir.Operator#evaluate}. Slow and plain. */
public final class Interpreter extends Simulator {
    private final FlatNetlist netlist;
    private final Map<Node, BigInteger> values = new IdentityHashMap<>();
    private final Map<MemoryBlock, BigInteger[]> memories = new IdentityHashMap<>();
    private final PowerUp start;
    private final long[] covered;
    private boolean settled;
    private long resets;
    private int failed = -1;

    /** A design at power up. */
    public Interpreter(FlatNetlist netlist) {
        this(netlist, PowerUp.declared());
    }

    /** A design that starts as {@code start} says. */
    public Interpreter(FlatNetlist netlist, PowerUp start) {
        super(netlist);
        this.netlist = netlist;
        this.start = start;
        covered = new long[netlist.checks().size()];
        netlist.inputs().forEach(input -> values.put(input, BigInteger.ZERO));
        netlist.registers()
                .forEach(register -> values.put(register, start.value(register.width(), register.initial())));
        netlist.reads().forEach(read -> values.put(read, start.value(read.width(), BigInteger.ZERO)));
        for (MemoryBlock memory : netlist.memories()) {
            BigInteger[] words = new BigInteger[memory.depth()];
            for (int address = 0; address < words.length; address++) {
                words[address] = memory.contents().isEmpty()
                        ? start.value(memory.width(), BigInteger.ZERO)
                        : memory.contents().get(address);
            }
            memories.put(memory, words);
        }
    }

    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        for (Node node : netlist.order()) {
            switch (node) {
                case Operation operation -> values.put(operation, compute(operation));
                case AsynchronousRead read -> values.put(read, word(read.memory(), held(read.address())));
                default -> throw new IllegalStateException("no combinational node: " + node);
            }
        }
    }

    private BigInteger compute(Operation operation) {
        List<BigInteger> operands = new ArrayList<>(operation.operands().size());
        for (Node operand : operation.operands()) {
            operands.add(held(operand));
        }
        return operation.operator().evaluate(operation.width(), operation.low(), operation.operands(), operands);
    }

    private BigInteger word(MemoryBlock memory, BigInteger address) {
        int index = address.intValueExact();
        return index < memory.depth() ? memories.get(memory)[index] : BigInteger.ZERO;
    }

    @Override
    long advance(long edges, long cycles, Node until) {
        for (long done = 0; done < cycles; done++) {
            settle();
            if (until != null && held(until).signum() != 0) {
                return done;
            }
            failed = check(edges);
            if (failed >= 0) {
                return done;
            }
            clock(edges);
            settled = false;
        }
        return cycles;
    }

    @Override
    int failed() {
        return failed;
    }

    @Override
    void resets(long active) {
        resets = active;
    }

    @Override
    long covered(int check) {
        return covered[check];
    }

    private boolean in(long clocks, Clock clock) {
        return (clocks >> netlist.clocks().indexOf(clock) & 1) != 0;
    }

    /** The first check that does not hold at these edges, or -1; counts covers where all hold. */
    private int check(long edges) {
        List<Integer> covers = new ArrayList<>();
        for (int i = 0; i < covered.length; i++) {
            PlacedCheck placed = netlist.checks().get(i);
            if (!in(edges, placed.clock()) || (placed.offInReset() && in(resets, placed.clock()))) {
                continue;
            }
            boolean holds = held(placed.check().condition()).signum() != 0;
            if (placed.check().kind() == Check.Kind.COVER) {
                if (holds) {
                    covers.add(i);
                }
            } else if (!holds) {
                return i;
            }
        }
        covers.forEach(i -> covered[i]++);
        return -1;
    }

    private void clock(long edges) {
        Map<Node, BigInteger> next = new IdentityHashMap<>();
        for (Net register : netlist.registers()) {
            Clock clock = netlist.clock(register);
            if (in(edges, clock)) {
                boolean resetting = in(resets, clock) && register.resettable();
                next.put(
                        register,
                        resetting ? register.initial() : held(netlist.drivers().get(register)));
            }
        }
        for (SynchronousRead port : netlist.reads()) {
            if (in(edges, netlist.clock(port)) && held(port.enable()).signum() != 0) {
                BigInteger word = word(port.memory(), held(port.address()));
                next.put(port, collides(port, edges) ? start.collided(port.width(), word) : word);
            }
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            MemoryWrite write = entry.getValue();
            if (in(edges, netlist.writeClock(entry.getKey()))
                    && held(write.enable()).signum() != 0) {
                int address = held(write.address()).intValueExact();
                if (address < entry.getKey().depth()) {
                    memories.get(entry.getKey())[address] = held(write.data());
                }
            }
        }
        values.putAll(next);
    }

    /** Whether a word is read that is written at the same edge, in a memory in which that must not matter. */
    private boolean collides(SynchronousRead port, long edges) {
        MemoryWrite write = netlist.writes().get(port.memory());
        return !port.memory().collisionsMatter()
                && write != null
                && in(edges, netlist.writeClock(port.memory()))
                && held(write.enable()).signum() != 0
                && held(write.address()).equals(held(port.address()));
    }

    @Override
    void write(Net input, BigInteger value) {
        values.put(input, value);
        settled = false;
    }

    @Override
    BigInteger read(Node node) {
        settle();
        return held(node);
    }

    @Override
    void copy(Node node, long[] to, int at) {
        Words.store(to, at, node.width(), read(node));
    }

    private BigInteger held(Node node) {
        Node source = netlist.source(node);
        return source instanceof Constant constant ? constant.value() : values.get(source);
    }
}
