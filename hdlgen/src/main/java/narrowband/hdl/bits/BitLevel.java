package narrowband.hdl.bits;

import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SynchronousRead;

/**
 * A flattened design in single bits. Registers, read ports and memory words are latches with the values that they have at power up; the reset, where any register has one, is
 * an input {@code rst}, the first of all. What a black box without a behaviour gives is an input too. Bits are called {@code name[index]}, those of signals of one bit {@code name}; the words of the k-th memory {@code memoryk.worda}.
 */
public final class BitLevel {
    /** The name of the reset. */
    public static final String RESET = "rst";

    private final FlatNetlist netlist;
    private final AndInverterGraph graph = new AndInverterGraph();
    private final WordGates gates = new WordGates(graph);
    private final Map<Node, int[]> words = new IdentityHashMap<>();
    private final Map<MemoryBlock, int[][]> memories = new IdentityHashMap<>();

    private int reset;

    private BitLevel(FlatNetlist netlist) {
        if (netlist.clockOf().values().stream().distinct().count() > 1) {
            throw new IllegalArgumentException("a design with several clocks has no bit-level form");
        }
        this.netlist = netlist;
    }

    /** The bits of {@code netlist}. Memories become one latch per bit: meant for small ones. */
    public static BitLevel of(FlatNetlist netlist) {
        BitLevel level = new BitLevel(netlist);
        level.build();
        for (Net output : netlist.outputs()) {
            int[] word = level.word(output);
            for (int i = 0; i < word.length; i++) {
                level.graph.output(bit(level.name(output), i, word.length), word[i]);
            }
        }
        return level;
    }

    /** A graph with one output: 1 in a cycle in which {@code check} fails although all that the top module assumes has held so far. */
    public static AndInverterGraph failure(FlatNetlist netlist, PlacedCheck check) {
        BitLevel level = new BitLevel(netlist);
        level.build();
        AndInverterGraph graph = level.graph;
        int held = graph.latch("held", true);
        int holds = held;
        for (PlacedCheck other : netlist.checks()) {
            if (other.check().kind() == Check.Kind.ASSUME && other.instance().isEmpty()) {
                holds = graph.and(holds, level.holds(other));
            }
        }
        graph.drive(graph.latches().size() - 1, holds);
        graph.output("fails", graph.and(holds, AndInverterGraph.not(level.holds(check))));
        return graph;
    }

    private int holds(PlacedCheck placed) {
        int condition = word(placed.check().condition())[0];
        return placed.offInReset() ? graph.or(reset, condition) : condition;
    }

    /** The gates, whose inputs and outputs are the design's. */
    public AndInverterGraph graph() {
        return graph;
    }

    /** The literals of a signal of the design, the lowest bit first. */
    public List<Integer> literals(Node signal) {
        return java.util.Arrays.stream(word(signal)).boxed().toList();
    }

    private void build() {
        boolean resettable = netlist.registers().stream().anyMatch(Net::resettable);
        reset = resettable ? graph.input(RESET) : AndInverterGraph.FALSE;
        netlist.inputs().forEach(this::input);
        netlist.undriven().forEach(this::input);
        netlist.registers()
                .forEach(
                        register -> words.put(register, latches(name(register), register.initial(), register.width())));
        netlist.reads().forEach(read -> words.put(read, latches(name(read), BigInteger.ZERO, read.width())));
        netlist.memories().forEach(this::memory);
        netlist.order().forEach(node -> words.put(node, compute(node)));
        Edge edge = new Edge();
        for (Net register : netlist.registers()) {
            int[] next = word(netlist.drivers().get(register));
            int[] initial = WordGates.constant(register.width(), register.initial());
            edge.drive(register.resettable() ? gates.select(reset, initial, next) : next);
        }
        for (SynchronousRead read : netlist.reads()) {
            edge.drive(gates.select(word(read.enable())[0], read(read.memory(), read.address()), words.get(read)));
        }
        netlist.memories().stream().filter(MemoryBlock::writable).forEach(memory -> write(memory, edge));
    }

    private void input(Net net) {
        int[] word = new int[net.width()];
        for (int i = 0; i < word.length; i++) {
            word[i] = graph.input(bit(name(net), i, word.length));
        }
        words.put(net, word);
    }

    /** Drives latches in the order of their creation. */
    private final class Edge {
        private int driven;

        void drive(int[] next) {
            for (int literal : next) {
                graph.drive(driven++, literal);
            }
        }
    }

    private String name(Node node) {
        return netlist.names().getOrDefault(node, "unnamed");
    }

    private static String bit(String name, int index, int width) {
        return width == 1 ? name : name + "[" + index + "]";
    }

    private int[] latches(String name, BigInteger initial, int width) {
        int[] word = new int[width];
        for (int i = 0; i < width; i++) {
            word[i] = graph.latch(bit(name, i, width), initial.testBit(i));
        }
        return word;
    }

    private void memory(MemoryBlock memory) {
        int number = memories.size();
        int[][] contents = new int[memory.depth()][];
        for (int i = 0; i < contents.length; i++) {
            BigInteger word = memory.contents().isEmpty()
                    ? BigInteger.ZERO
                    : memory.contents().get(i);
            contents[i] = memory.writable()
                    ? latches("memory" + number + ".word" + i, word, memory.width())
                    : WordGates.constant(memory.width(), word);
        }
        memories.put(memory, contents);
    }

    private void write(MemoryBlock memory, Edge edge) {
        MemoryWrite write = netlist.writes().get(memory);
        int[] address = word(write.address());
        int[] data = word(write.data());
        int enable = word(write.enable())[0];
        int[][] contents = memories.get(memory);
        for (int i = 0; i < contents.length; i++) {
            int here =
                    graph.and(enable, gates.equal(address, WordGates.constant(address.length, BigInteger.valueOf(i))));
            edge.drive(gates.select(here, data, contents[i]));
        }
    }

    private int[] read(MemoryBlock memory, Node address) {
        return gates.choose(memories.get(memory), word(address), memory.width());
    }

    private int[] word(Node node) {
        Node source = netlist.source(node);
        int[] word = words.get(source);
        if (word == null) {
            if (!(source instanceof Constant constant)) {
                throw new IllegalArgumentException("the signal is not part of this design");
            }
            word = WordGates.constant(constant.width(), constant.value());
            words.put(source, word);
        }
        return word;
    }

    private int[] compute(Node node) {
        return switch (node) {
            case Operation operation -> operation(operation);
            case AsynchronousRead read -> read(read.memory(), read.address());
            default -> throw new IllegalStateException("no combinational node: " + node);
        };
    }

    private int[] operation(Operation operation) {
        int[] a = word(operation.operand(0));
        int[] b = operation.operands().size() > 1 ? word(operation.operand(1)) : a;
        int sign = a[a.length - 1];
        int width = operation.width();
        return switch (operation.operator()) {
            case ADD -> gates.add(a, b, AndInverterGraph.FALSE);
            case SUBTRACT -> gates.subtract(a, b);
            case MULTIPLY -> gates.multiply(a, b);
            case AND -> WordGates.bitwise(a, b, graph::and);
            case OR -> WordGates.bitwise(a, b, graph::or);
            case XOR -> WordGates.bitwise(a, b, graph::xor);
            case NOT -> WordGates.not(a);
            case EQUAL -> one(gates.equal(a, b));
            case NOT_EQUAL -> one(AndInverterGraph.not(gates.equal(a, b)));
            case LESS -> one(gates.less(a, b));
            case LESS_OR_EQUAL -> one(AndInverterGraph.not(gates.less(b, a)));
            case SIGNED_LESS -> one(gates.signedLess(a, b));
            case SIGNED_LESS_OR_EQUAL -> one(AndInverterGraph.not(gates.signedLess(b, a)));
            case SELECT -> gates.select(a[0], b, word(operation.operand(2)));
            case CONCATENATE -> concatenate(operation);
            case EXTRACT -> java.util.Arrays.copyOfRange(a, operation.low(), operation.low() + width);
            case ZERO_EXTEND -> WordGates.extend(a, width, AndInverterGraph.FALSE);
            case SIGN_EXTEND -> WordGates.extend(a, width, sign);
            case SHIFT_LEFT -> gates.shift(a, b, true, AndInverterGraph.FALSE);
            case SHIFT_RIGHT -> gates.shift(a, b, false, AndInverterGraph.FALSE);
            case SIGNED_SHIFT_RIGHT -> gates.shift(a, b, false, sign);
            case REDUCE_AND -> one(gates.reduce(a, AndInverterGraph.TRUE, graph::and));
            case REDUCE_OR -> one(gates.reduce(a, AndInverterGraph.FALSE, graph::or));
            case REDUCE_XOR -> one(gates.reduce(a, AndInverterGraph.FALSE, graph::xor));
            case COUNT_ONES -> gates.countOnes(a, width);
        };
    }

    private static int[] one(int literal) {
        return new int[] {literal};
    }

    private int[] concatenate(Operation operation) {
        int[] word = new int[operation.width()];
        int low = 0;
        for (Node part : operation.operands().reversed()) {
            int[] bits = word(part);
            System.arraycopy(bits, 0, word, low, bits.length);
            low += bits.length;
        }
        return word;
    }
}
