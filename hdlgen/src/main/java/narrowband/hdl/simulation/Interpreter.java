package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
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
    private boolean settled;

    /** A design at power up. */
    public Interpreter(FlatNetlist netlist) {
        super(netlist);
        this.netlist = netlist;
        netlist.inputs().forEach(input -> values.put(input, BigInteger.ZERO));
        netlist.registers().forEach(register -> values.put(register, register.initial()));
        netlist.reads().forEach(read -> values.put(read, BigInteger.ZERO));
        for (MemoryBlock memory : netlist.memories()) {
            BigInteger[] words = new BigInteger[memory.depth()];
            Arrays.fill(words, BigInteger.ZERO);
            for (int address = 0; address < memory.contents().size(); address++) {
                words[address] = memory.contents().get(address);
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
    void advance(long cycles, boolean reset) {
        for (long i = 0; i < cycles; i++) {
            settle();
            clock(reset);
            settled = false;
        }
    }

    private void clock(boolean reset) {
        Map<Node, BigInteger> next = new IdentityHashMap<>();
        for (Net register : netlist.registers()) {
            boolean resets = reset && register.resettable();
            next.put(
                    register,
                    resets ? register.initial() : held(netlist.drivers().get(register)));
        }
        for (SynchronousRead port : netlist.reads()) {
            if (held(port.enable()).signum() != 0) {
                next.put(port, word(port.memory(), held(port.address())));
            }
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            MemoryWrite write = entry.getValue();
            if (held(write.enable()).signum() != 0) {
                int address = held(write.address()).intValueExact();
                if (address < entry.getKey().depth()) {
                    memories.get(entry.getKey())[address] = held(write.data());
                }
            }
        }
        values.putAll(next);
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

    private BigInteger held(Node node) {
        Node source = netlist.source(node);
        return source instanceof Constant constant ? constant.value() : values.get(source);
    }
}
