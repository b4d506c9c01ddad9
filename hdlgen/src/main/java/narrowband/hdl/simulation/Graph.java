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
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/**
 * The values of a design by number, each after those that it reads. Constants are folded across ports, and what is computed twice from the same operands has one number.
 * A number is a constant, a source (input, register, read port) or computed (operation, asynchronous read).
 */
final class Graph {
    private static final int[] NONE = {};

    private final FlatNetlist netlist;
    private final Map<Node, Integer> numbers = new IdentityHashMap<>();
    private final Map<Object, Integer> known = new HashMap<>();
    private final Map<MemoryBlock, Integer> memories = new IdentityHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<int[]> operands = new ArrayList<>();
    private int[] bits = new int[1024];

    private record Pattern(int width, BigInteger value) {}

    private record Lookup(MemoryBlock memory, int address) {}

    /** What makes two operations one. */
    private record Shape(Operator operator, int width, int low, int[] operands) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Shape shape
                    && operator == shape.operator
                    && width == shape.width
                    && low == shape.low
                    && Arrays.equals(operands, shape.operands);
        }

        @Override
        public int hashCode() {
            return (operator.ordinal() * 31 + width) * 31 + low + 7 * Arrays.hashCode(operands);
        }
    }

    Graph(FlatNetlist netlist) {
        this.netlist = netlist;
        netlist.memories().forEach(memory -> memories.put(memory, memories.size()));
        netlist.inputs().forEach(this::source);
        netlist.registers().forEach(this::source);
        netlist.reads().forEach(this::source);
        for (Node node : netlist.order()) {
            numbers.put(
                    node,
                    switch (node) {
                        case Operation operation -> operation(operation);
                        case AsynchronousRead read -> lookup(read);
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
        Integer number = numbers.get(reference);
        if (number != null) {
            return number;
        }
        Node node = netlist.source(reference);
        number = node instanceof Constant constant ? Integer.valueOf(constant(constant)) : numbers.get(node);
        if (number == null) {
            throw new IllegalArgumentException("the signal is not part of this design");
        }
        numbers.put(reference, number);
        return number;
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
        numbers.put(node, number);
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
        Pattern pattern = new Pattern(constant.width(), constant.value());
        Integer number = known.get(pattern);
        if (number == null) {
            number = add(constant, NONE, constant.value().bitLength());
            known.put(pattern, number);
        }
        return number;
    }

    private int lookup(AsynchronousRead read) {
        int address = number(read.address());
        Lookup lookup = new Lookup(read.memory(), address);
        Integer number = known.get(lookup);
        if (number == null) {
            number = add(read, new int[] {address}, read.width());
            known.put(lookup, number);
        }
        return number;
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
        Shape shape = new Shape(operation.operator(), operation.width(), operation.low(), reads);
        Integer number = known.get(shape);
        if (number == null) {
            number = add(operation, reads, significant(operation, reads));
            known.put(shape, number);
        }
        return number;
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
