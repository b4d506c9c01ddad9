package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
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

/** A design compiled to bytecode: what to use for long runs. Equal to the {@link Interpreter} in every signal and cycle. */
public final class CompiledSimulator extends Simulator {
    private final FlatNetlist netlist;
    private final Slots slots;
    private final long[] state;
    private final long[] next;
    private final long[][] memories;
    private final Program[] programs;
    private final List<Port> writes = new ArrayList<>();

    /** A memory's write port: where its address, data and enable lie in the state. */
    private record Port(long[] memory, int depth, int words, int address, int data, int enable) {}

    /** A design at power up. */
    public CompiledSimulator(FlatNetlist netlist) {
        super(netlist);
        this.netlist = netlist;
        slots = new Slots(netlist);
        programs = new ProgramCompiler(netlist, slots).compile().toArray(Program[]::new);
        state = new long[slots.words()];
        next = new long[slots.registerWords()];
        memories = new long[netlist.memories().size()][];
        for (Map.Entry<Node, Integer> slot : slots.all()) {
            switch (slot.getKey()) {
                case Net net -> Words.store(state, slot.getValue(), net.width(), net.initial());
                case Constant constant -> Words.store(state, slot.getValue(), constant.width(), constant.value());
                default -> {}
            }
        }
        for (MemoryBlock memory : netlist.memories()) {
            int words = Words.count(memory.width());
            long[] contents = new long[Math.multiplyExact(memory.depth(), words)];
            for (int i = 0; i < memory.contents().size(); i++) {
                Words.store(
                        contents, i * words, memory.width(), memory.contents().get(i));
            }
            memories[slots.memory(memory)] = contents;
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            MemoryBlock memory = entry.getKey();
            MemoryWrite write = entry.getValue();
            writes.add(new Port(
                    memories[slots.memory(memory)],
                    memory.depth(),
                    Words.count(memory.width()),
                    slots.at(netlist.source(write.address())),
                    slots.at(netlist.source(write.data())),
                    slots.at(netlist.source(write.enable()))));
        }
    }

    @Override
    void evaluate() {
        for (Program program : programs) {
            program.evaluate(state, memories);
        }
    }

    @Override
    void clock(boolean reset) {
        for (Program program : programs) {
            program.advance(state, memories, next);
        }
        for (Port port : writes) {
            if (state[port.enable] != 0 && state[port.address] < port.depth) {
                System.arraycopy(state, port.data, port.memory, (int) state[port.address] * port.words, port.words);
            }
        }
        System.arraycopy(next, 0, state, 0, next.length);
        if (reset) {
            for (Net register : netlist.registers()) {
                if (register.resettable()) {
                    Words.store(state, slots.at(register), register.width(), register.initial());
                }
            }
        }
    }

    @Override
    void write(Net input, BigInteger value) {
        Words.store(state, slots.at(input), input.width(), value);
    }

    @Override
    BigInteger read(Node reference) {
        Node node = netlist.source(reference);
        int at = slots.at(node);
        if (at >= 0) {
            return Words.load(state, at, node.width());
        }
        return switch (node) {
            case Constant constant -> constant.value();
            case Operation operation -> {
                List<BigInteger> operands =
                        operation.operands().stream().map(this::read).toList();
                yield operation.operator().evaluate(operation.width(), operation.low(), operation.operands(), operands);
            }
            case AsynchronousRead read -> throw new IllegalStateException("memory reads always have a slot");
            default -> throw new IllegalArgumentException("the signal is not part of this design");
        };
    }
}
