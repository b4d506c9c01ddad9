package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SynchronousRead;

/** Runs a design whose registers, read ports and memories without contents start unknown: what is known at a time is the same for every start. */
final class UnknownPropagation {
    private final FlatNetlist netlist;
    private final Map<Node, PartlyKnown> values = new IdentityHashMap<>();
    private final Map<MemoryBlock, PartlyKnown[]> memories = new IdentityHashMap<>();

    UnknownPropagation(FlatNetlist netlist) {
        this.netlist = netlist;
        netlist.registers().forEach(register -> values.put(register, PartlyKnown.unknown(register.width())));
        netlist.reads().forEach(read -> values.put(read, PartlyKnown.unknown(read.width())));
        for (MemoryBlock memory : netlist.memories()) {
            PartlyKnown[] words = new PartlyKnown[memory.depth()];
            Arrays.setAll(
                    words,
                    address -> memory.contents().isEmpty()
                            ? PartlyKnown.unknown(memory.width())
                            : PartlyKnown.known(memory.contents().get(address)));
            memories.put(memory, words);
        }
    }

    void poke(Net input, BigInteger value) {
        values.put(input, PartlyKnown.known(value));
    }

    /** Computes all signals for the present inputs. */
    void settle() {
        for (Node node : netlist.order()) {
            switch (node) {
                case Operation operation -> {
                    List<PartlyKnown> operands =
                            new ArrayList<>(operation.operands().size());
                    operation.operands().forEach(operand -> operands.add(value(operand)));
                    values.put(operation, PartlyKnown.of(operation, operands));
                }
                case AsynchronousRead read -> values.put(read, word(read.memory(), value(read.address())));
                default -> throw new IllegalStateException("no combinational node: " + node);
            }
        }
    }

    /** What is known of a signal. */
    PartlyKnown value(Node node) {
        Node source = netlist.source(node);
        return source instanceof Constant constant ? PartlyKnown.known(constant.value()) : values.get(source);
    }

    /** Edges of some clocks, of which some are in reset. */
    void clock(Predicate<Clock> edge, Predicate<Clock> reset) {
        Map<Node, PartlyKnown> next = new IdentityHashMap<>();
        for (Net register : netlist.registers()) {
            Clock clock = netlist.clock(register);
            if (edge.test(clock)) {
                next.put(
                        register,
                        register.resettable() && reset.test(clock)
                                ? PartlyKnown.known(register.initial())
                                : value(netlist.drivers().get(register)));
            }
        }
        for (SynchronousRead port : netlist.reads()) {
            if (edge.test(netlist.clock(port))) {
                PartlyKnown taken = word(port.memory(), value(port.address()));
                next.put(port, chosen(value(port.enable()), taken, value(port)));
            }
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            if (edge.test(netlist.writeClock(entry.getKey()))) {
                write(memories.get(entry.getKey()), entry.getValue());
            }
        }
        values.putAll(next);
    }

    private void write(PartlyKnown[] words, MemoryWrite write) {
        PartlyKnown enable = value(write.enable());
        PartlyKnown address = value(write.address());
        PartlyKnown data = value(write.data());
        for (int i = 0; i < words.length; i++) {
            if (reaches(address, i)) {
                words[i] = chosen(
                        address.isKnown() ? enable : enable.either(PartlyKnown.known(BigInteger.ZERO)), data, words[i]);
            }
        }
    }

    private static PartlyKnown chosen(PartlyKnown condition, PartlyKnown taken, PartlyKnown other) {
        return !condition.isKnown() ? taken.either(other) : condition.ones().signum() != 0 ? taken : other;
    }

    private static boolean reaches(PartlyKnown address, int index) {
        BigInteger number = BigInteger.valueOf(index);
        return number.andNot(address.unknown()).equals(address.ones());
    }

    private PartlyKnown word(MemoryBlock memory, PartlyKnown address) {
        PartlyKnown[] words = memories.get(memory);
        boolean beyond = address.possible().compareTo(BigInteger.valueOf(words.length)) >= 0;
        PartlyKnown word = beyond ? PartlyKnown.known(BigInteger.ZERO) : null;
        if (address.isKnown()) {
            return beyond ? word : words[address.ones().intValueExact()];
        }
        for (int i = 0; i < words.length; i++) {
            if (reaches(address, i)) {
                word = word == null ? words[i] : word.either(words[i]);
            }
        }
        return word;
    }
}
