package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.NodeNumbers;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/**
 * The values of a design by number, each after those that it reads. Constants are folded across ports, and what is computed twice from the same operands has one number.
 * A number is a constant, a source (input, register, read port) or computed (operation, asynchronous read).
 */
final class Graph {
    private static final int[] NONE = {};

    private final FlatNetlist netlist;
    /** All nodes that have been asked for, wires included; what carries the same value has one number in {@link #numbers}. */
    private final NodeNumbers references = new NodeNumbers();

    private int[] numbers = new int[1024];
    private final Map<Pattern, Integer> constants = new HashMap<>();
    /** Computed values by what they compute: open addressing, numbers plus 1. */
    private int[] table = new int[1024];

    private int tabled;
    private final Map<MemoryBlock, Integer> memories = new IdentityHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<int[]> operands = new ArrayList<>();
    private int[] bits = new int[1024];

    private record Pattern(int width, BigInteger value) {}

    Graph(FlatNetlist netlist) {
        this.netlist = netlist;
        netlist.memories().forEach(memory -> memories.put(memory, memories.size()));
        netlist.inputs().forEach(this::source);
        netlist.registers().forEach(this::source);
        netlist.reads().forEach(this::source);
        for (Node node : netlist.order()) {
            refer(
                    node,
                    switch (node) {
                        case Operation operation -> operation(operation);
                        case AsynchronousRead read -> unique(read, new int[] {number(read.address())}, read.width());
                        default -> throw new IllegalStateException("no combinational node: " + node);
                    });
        }
    }

    /** How many numbers there are. */
    int size() {
        return nodes.size();
    }

    /**
     * The number of what a node carries.
     *
     * @throws IllegalArgumentException where it is not part of this design
     */
    int number(Node reference) {
        int known = references.of(reference);
        if (known >= 0) {
            return numbers[known];
        }
        Node node = netlist.source(reference);
        int source = references.of(node);
        if (source < 0 && !(node instanceof Constant)) {
            throw new IllegalArgumentException("the signal is not part of this design");
        }
        int number = node instanceof Constant constant ? constant(constant) : numbers[source];
        refer(reference, number);
        return number;
    }

    private void refer(Node reference, int number) {
        int index = references.enter(reference);
        if (index >= 0) {
            if (index >= numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * numbers.length);
            }
            numbers[index] = number;
        }
    }

    Node node(int number) {
        return nodes.get(number);
    }

    int width(int number) {
        return nodes.get(number).width();
    }

    /** 64-bit words that the value takes. */
    int words(int number) {
        return Words.count(width(number));
    }

    /** Bits of the value that can be 1 at all: at most this many, from the lowest on. */
    int bits(int number) {
        return bits[number];
    }

    /** What a computed value reads: an operation's operands, a read's address; nothing for the others. */
    int[] operands(int number) {
        return operands.get(number);
    }

    boolean computed(int number) {
        return nodes.get(number) instanceof Operation || nodes.get(number) instanceof AsynchronousRead;
    }

    boolean constant(int number) {
        return nodes.get(number) instanceof Constant;
    }

    /** The pattern of a constant. */
    BigInteger value(int number) {
        return ((Constant) nodes.get(number)).value();
    }

    int memory(MemoryBlock memory) {
        return memories.get(memory);
    }

    private int source(Node node) {
        int number = add(node, NONE, node.width());
        refer(node, number);
        return number;
    }

    private int add(Node node, int[] reads, int significant) {
        int number = nodes.size();
        nodes.add(node);
        operands.add(reads);
        if (number == bits.length) {
            bits = Arrays.copyOf(bits, 2 * number);
        }
        bits[number] = Math.min(significant, node.width());
        return number;
    }

    private int constant(Constant constant) {
        return constants.computeIfAbsent(
                new Pattern(constant.width(), constant.value()),
                pattern -> add(constant, NONE, constant.value().bitLength()));
    }

    /** The number of a computed value: an old one where the same is already computed from the same operands. */
    private int unique(Node node, int[] reads, int significant) {
        int place = place(node, reads);
        if (table[place] != 0) {
            return table[place] - 1;
        }
        int number = add(node, reads, significant);
        table[place] = number + 1;
        if (2 * ++tabled > table.length) {
            int[] old = table;
            table = new int[2 * old.length];
            for (int entry : old) {
                if (entry != 0) {
                    table[place(nodes.get(entry - 1), operands.get(entry - 1))] = entry;
                }
            }
        }
        return number;
    }

    private int place(Node node, int[] reads) {
        int hash = 31 * Arrays.hashCode(reads) + node.width();
        if (node instanceof Operation operation) {
            hash = (hash * 31 + operation.operator().ordinal()) * 31 + operation.low();
        }
        hash *= 0x9e3779b1;
        int mask = table.length - 1;
        int place = (hash ^ hash >>> 15) & mask;
        while (table[place] != 0 && !same(table[place] - 1, node, reads)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private boolean same(int number, Node node, int[] reads) {
        Node other = nodes.get(number);
        if (node.width() != other.width() || !Arrays.equals(reads, operands.get(number))) {
            return false;
        }
        return switch (node) {
            case Operation operation ->
                other instanceof Operation twin
                        && operation.operator() == twin.operator()
                        && operation.low() == twin.low();
            case AsynchronousRead read -> other instanceof AsynchronousRead twin && read.memory() == twin.memory();
            default -> false;
        };
    }

    private int operation(Operation operation) {
        List<Node> references = operation.operands();
        int[] reads = new int[references.size()];
        boolean fixed = true;
        for (int i = 0; i < reads.length; i++) {
            reads[i] = number(references.get(i));
            fixed &= constant(reads[i]);
        }
        if (fixed) {
            List<BigInteger> values = new ArrayList<>();
            for (int read : reads) {
                values.add(value(read));
            }
            return constant(new Constant(
                    operation.width(),
                    operation.operator().evaluate(operation.width(), operation.low(), references, values)));
        }
        int same = sameAs(operation.operator(), reads);
        if (same >= 0) {
            return same;
        }
        return unique(operation, reads, significant(operation, reads));
    }

    /** The number that an operation on these operands equals without being computed, or -1. */
    private int sameAs(Operator operator, int[] reads) {
        int a = reads[0];
        int b = reads.length > 1 ? reads[1] : -1;
        return switch (operator) {
            case SELECT -> constant(a) ? (value(a).signum() != 0 ? b : reads[2]) : b == reads[2] ? b : -1;
            case AND -> a == b || zero(a) || ones(b) ? a : zero(b) || ones(a) ? b : -1;
            case OR -> a == b || zero(b) || ones(a) ? a : zero(a) || ones(b) ? b : -1;
            case XOR, ADD -> zero(b) ? a : zero(a) ? b : -1;
            case SUBTRACT, SHIFT_LEFT, SHIFT_RIGHT, SIGNED_SHIFT_RIGHT -> zero(b) ? a : -1;
            default -> -1;
        };
    }

    private boolean zero(int number) {
        return nodes.get(number) instanceof Constant constant && constant.isZero();
    }

    private boolean ones(int number) {
        return nodes.get(number) instanceof Constant constant && constant.isAllOnes();
    }

    private int significant(Operation operation, int[] reads) {
        int a = bits[reads[0]];
        int b = reads.length > 1 ? bits[reads[1]] : 0;
        return switch (operation.operator()) {
            case ADD -> Math.max(a, b) + 1;
            case MULTIPLY -> a + b;
            case AND -> Math.min(a, b);
            case OR, XOR -> Math.max(a, b);
            case SELECT -> Math.max(b, bits[reads[2]]);
            case ZERO_EXTEND, SHIFT_RIGHT -> a;
            case EXTRACT -> Math.max(1, a - operation.low());
            case CONCATENATE -> {
                int below = operation.width();
                int top = 0;
                for (int i = 0; i < reads.length && top == 0; i++) {
                    below -= width(reads[i]);
                    top = zero(reads[i]) ? 0 : below + bits[reads[i]];
                }
                yield Math.max(1, top);
            }
            default -> operation.width();
        };
    }
}
