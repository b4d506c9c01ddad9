package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;

/** Writes expressions. Each phrase has exactly the width of its node in every context in which it is put, so that no tool extends or cuts anything on its own. */
final class Phrases {
    private static final int WIDEST_DECIMAL = 16;

    private final ModuleNetlist module;
    private final Layout layout;
    private final Map<Node, BitSet> read = new IdentityHashMap<>();
    private final TreeMap<Integer, String> counters = new TreeMap<>();

    Phrases(ModuleNetlist module, Layout layout) {
        this.module = module;
        this.layout = layout;
    }

    /** The bits of a named node that some phrase has read. */
    BitSet bitsRead(Node node) {
        return read.computeIfAbsent(node, unread -> new BitSet());
    }

    /** Widths for which a population count function is needed, and its name. */
    TreeMap<Integer, String> counters() {
        return counters;
    }

    /** The function that counts the ones among {@code width} bits. */
    String counter(int width) {
        return counters.computeIfAbsent(width, bits -> layout.free("count_ones_" + bits));
    }

    /** A node as a whole expression: its identifier, or what it computes. */
    String of(Node node) {
        if (layout.name(node) != null) {
            bitsRead(node).set(0, node.width());
            return layout.name(node);
        }
        return definition(node);
    }

    /** A node as an operand: in parentheses where it is more than one token. */
    String operand(Node node) {
        String text = of(node);
        boolean atom = layout.name(node) != null
                || !(node instanceof Operation operation)
                || switch (operation.operator()) {
                    case EXTRACT, CONCATENATE, ZERO_EXTEND, SIGN_EXTEND, NOT, COUNT_ONES -> true;
                    default -> false;
                };
        return atom ? text : "(" + text + ")";
    }

    /** What a node computes, even where it has an identifier. */
    String definition(Node node) {
        return switch (node) {
            case Constant constant -> constant(constant);
            case AsynchronousRead read -> module.memories().get(read.memory()) + "[" + of(read.address()) + "]";
            case Operation operation -> operation(operation);
            default -> throw new IllegalStateException("a net has no definition in place");
        };
    }

    private String operation(Operation operation) {
        return switch (operation.operator()) {
            case ADD -> infix(operation, "+");
            case SUBTRACT -> infix(operation, "-");
            case MULTIPLY -> infix(operation, "*");
            case AND -> infix(operation, operation.width() == 1 ? "&&" : "&");
            case OR -> infix(operation, operation.width() == 1 ? "||" : "|");
            case XOR -> infix(operation, "^");
            case NOT -> (operation.width() == 1 ? "!" : "~") + operand(operation.operand(0));
            case EQUAL -> infix(operation, "==");
            case NOT_EQUAL -> infix(operation, "!=");
            case LESS -> infix(operation, "<");
            case LESS_OR_EQUAL -> infix(operation, "<=");
            case SIGNED_LESS -> signed(operation, "<");
            case SIGNED_LESS_OR_EQUAL -> signed(operation, "<=");
            case SELECT ->
                operand(operation.operand(0)) + " ? " + operand(operation.operand(1)) + " : "
                        + operand(operation.operand(2));
            case CONCATENATE -> operation.operands().stream().map(this::of).collect(Collectors.joining(", ", "{", "}"));
            case EXTRACT -> extract(operation);
            case ZERO_EXTEND -> {
                Node a = operation.operand(0);
                yield "{" + constant(new Constant(operation.width() - a.width(), BigInteger.ZERO)) + ", " + of(a) + "}";
            }
            case SIGN_EXTEND -> {
                Node a = operation.operand(0);
                String name = of(a);
                String sign = a.width() == 1 ? name : name + "[" + (a.width() - 1) + "]";
                yield "{{" + (operation.width() - a.width()) + "{" + sign + "}}, " + name + "}";
            }
            case SHIFT_LEFT -> infix(operation, "<<");
            case SHIFT_RIGHT -> infix(operation, ">>");
            case REDUCE_AND -> "&" + operand(operation.operand(0));
            case REDUCE_OR -> "|" + operand(operation.operand(0));
            case REDUCE_XOR -> "^" + operand(operation.operand(0));
            case COUNT_ONES -> {
                Node a = operation.operand(0);
                yield counter(a.width()) + "(" + of(a) + ")";
            }
        };
    }

    private String infix(Operation operation, String symbol) {
        return operand(operation.operand(0)) + " " + symbol + " " + operand(operation.operand(1));
    }

    private String signed(Operation operation, String symbol) {
        return "$signed(" + of(operation.operand(0)) + ") " + symbol + " $signed(" + of(operation.operand(1)) + ")";
    }

    private String extract(Operation operation) {
        Node base = operation.operand(0);
        int low = operation.low();
        int high = low + operation.width() - 1;
        bitsRead(base).set(low, high + 1);
        return layout.name(base) + "[" + (high == low ? low : high + ":" + low) + "]";
    }

    /** A sized literal. */
    static String constant(Constant constant) {
        int width = constant.width();
        if (width == 1) {
            return constant.isZero() ? "1'b0" : "1'b1";
        }
        return width <= WIDEST_DECIMAL
                ? width + "'d" + constant.value()
                : width + "'h" + constant.value().toString(16);
    }
}
