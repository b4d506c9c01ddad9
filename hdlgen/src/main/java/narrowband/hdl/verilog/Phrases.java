package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/** Writes expressions. Each phrase has exactly the width of its node in every context in which it is put, so that no tool extends or cuts anything on its own. */
final class Phrases {
    private static final int WIDEST_DECIMAL = 16;

    private final ModuleNetlist module;
    private final Layout layout;
    private final Counting counting;
    private final TreeMap<Counter, String> counters = new TreeMap<>();
    private final TreeMap<String, Symbol> symbols = new TreeMap<>();

    /** A constant that is written by name. */
    record Symbol(String name, Constant constant) {}

    Phrases(ModuleNetlist module, Layout layout, Counting counting) {
        this.module = module;
        this.layout = layout;
        this.counting = counting;
    }

    /** A function that counts the ones among some bits, each of them perhaps the AND of two. */
    record Counter(int bits, boolean products) implements Comparable<Counter> {
        private static final Comparator<Counter> ORDER =
                Comparator.comparingInt(Counter::bits).thenComparing(Counter::products);

        @Override
        public int compareTo(Counter other) {
            return ORDER.compare(this, other);
        }
    }

    /** The population count functions that are needed, and their names. */
    TreeMap<Counter, String> counters() {
        return counters;
    }

    /** The constants that are written by name, by type and code. */
    List<Symbol> symbols() {
        return symbols.values().stream()
                .sorted(Comparator.comparing(
                                (Symbol symbol) -> symbol.constant().type())
                        .thenComparing(symbol -> symbol.constant().value()))
                .toList();
    }

    private String symbol(Constant constant) {
        String key = constant.type() + '.' + constant.symbol();
        return symbols.computeIfAbsent(key, first -> new Symbol(layout.free(constant.symbol()), constant))
                .name();
    }

    /** The function that counts the ones of {@code word}. */
    private String counter(Node word) {
        // A loop is the same for all words.
        boolean products = counting != Counting.LOOP
                && word instanceof Operation operation
                && operation.operator() == Operator.AND;
        return counters.computeIfAbsent(
                new Counter(word.width(), products),
                counter -> layout.free((products ? "count_products_" : "count_ones_") + counter.bits()));
    }

    /** A node as a whole expression: its identifier, or what it computes. */
    String of(Node node) {
        StringBuilder text = new StringBuilder();
        whole(text, node);
        return text.toString();
    }

    /** A node as an operand: in parentheses where it is more than one token. */
    String operand(Node node) {
        StringBuilder text = new StringBuilder();
        operand(text, node);
        return text.toString();
    }

    /** What a node computes, even where it has an identifier. */
    String definition(Node node) {
        StringBuilder text = new StringBuilder();
        definition(text, node);
        return text.toString();
    }

    private void whole(StringBuilder text, Node node) {
        Place place = layout.place(node);
        if (place.name != null) {
            place.readAll();
            text.append(place.name);
        } else {
            definition(text, node);
        }
    }

    private void operand(StringBuilder text, Node node) {
        boolean atom = !(node instanceof Operation operation)
                || layout.place(node).whole != null
                || switch (operation.operator()) {
                    case EXTRACT, CONCATENATE, ZERO_EXTEND, SIGN_EXTEND, NOT, COUNT_ONES -> true;
                    default -> layout.name(node) != null;
                };
        if (atom) {
            whole(text, node);
        } else {
            text.append('(');
            definition(text, node);
            text.append(')');
        }
    }

    private void definition(StringBuilder text, Node node) {
        switch (node) {
            case Constant constant when constant.symbol().isEmpty() -> constant(text, constant);
            case Constant constant -> text.append(symbol(constant));
            case AsynchronousRead read -> {
                text.append(module.memories().get(read.memory())).append('[');
                whole(text, read.address());
                text.append(']');
            }
            case Operation operation
            when layout.place(operation).whole instanceof Operation whole -> extract(text, whole, 0, operation.width());
            case Operation operation -> operation(text, operation);
            default -> throw new IllegalStateException("a net has no definition in place");
        }
    }

    private void operation(StringBuilder text, Operation operation) {
        switch (operation.operator()) {
            case ADD -> infix(text, operation, " + ");
            case SUBTRACT -> infix(text, operation, " - ");
            case MULTIPLY -> infix(text, operation, " * ");
            case AND -> infix(text, operation, operation.width() == 1 ? " && " : " & ");
            case OR -> infix(text, operation, operation.width() == 1 ? " || " : " | ");
            case XOR -> infix(text, operation, " ^ ");
            case NOT -> prefix(text, operation.width() == 1 ? '!' : '~', operation);
            case EQUAL -> infix(text, operation, " == ");
            case NOT_EQUAL -> infix(text, operation, " != ");
            case LESS -> infix(text, operation, " < ");
            case LESS_OR_EQUAL -> infix(text, operation, " <= ");
            case SIGNED_LESS -> compareSigned(text, operation, " < ");
            case SIGNED_LESS_OR_EQUAL -> compareSigned(text, operation, " <= ");
            case SELECT -> {
                operand(text, operation.operand(0));
                text.append(" ? ");
                operand(text, operation.operand(1));
                text.append(" : ");
                operand(text, operation.operand(2));
            }
            case CONCATENATE -> concatenate(text, operation.operands());
            case EXTRACT -> extract(text, operation.operand(0), operation.low(), operation.width());
            case ZERO_EXTEND -> {
                Node a = operation.operand(0);
                text.append('{');
                zero(text, operation.width() - a.width());
                text.append(", ");
                whole(text, a);
                text.append('}');
            }
            case SIGN_EXTEND -> signExtend(text, operation);
            case SHIFT_LEFT -> infix(text, operation, " << ");
            case SHIFT_RIGHT -> infix(text, operation, " >> ");
            case SIGNED_SHIFT_RIGHT -> {
                text.append("$signed(");
                whole(text, operation.operand(0));
                text.append(") >>> ");
                operand(text, operation.operand(1));
            }
            case REDUCE_AND -> prefix(text, '&', operation);
            case REDUCE_OR -> prefix(text, '|', operation);
            case REDUCE_XOR -> prefix(text, '^', operation);
            case COUNT_ONES -> {
                Node a = operation.operand(0);
                text.append(counter(a)).append('(');
                whole(text, a);
                text.append(')');
            }
        }
    }

    /** Icarus takes no unary operator as the operand of another one. */
    private void prefix(StringBuilder text, char symbol, Operation operation) {
        boolean nested = negated(operation.operand(0)) != null;
        text.append(symbol).append(nested ? "(" : "");
        operand(text, operation.operand(0));
        text.append(nested ? ")" : "");
    }

    /** What {@code node} inverts, where it is written in place as an inversion; else null. */
    private Node negated(Node node) {
        return layout.name(node) == null && node instanceof Operation operation && operation.operator() == Operator.NOT
                ? operation.operand(0)
                : null;
    }

    /** Where a condition does not hold. */
    String unless(Node condition) {
        Node inverse = negated(condition);
        return inverse == null ? "!" + operand(condition) : of(inverse);
    }

    private void infix(StringBuilder text, Operation operation, String symbol) {
        operand(text, operation.operand(0));
        text.append(symbol);
        operand(text, operation.operand(1));
    }

    /**
     * With a constant, numbers without a sign are compared, their sign bits inverted: up to 0.52 at least, Yosys makes wrong
     * tables of narrow signed comparisons with constants (its {@code cmp2lut.v} takes the variable to have no sign).
     */
    private void compareSigned(StringBuilder text, Operation operation, String symbol) {
        if (operation.operands().stream().noneMatch(Constant.class::isInstance)) {
            signed(text, operation, symbol);
            return;
        }
        withoutSign(text, operation.operand(0));
        text.append(symbol);
        withoutSign(text, operation.operand(1));
    }

    /** A number above the least one of its width. */
    private void withoutSign(StringBuilder text, Node node) {
        BigInteger sign = BigInteger.ONE.shiftLeft(node.width() - 1);
        if (node instanceof Constant constant) {
            constant(text, new Constant(constant.width(), constant.value().xor(sign)));
            return;
        }
        text.append('(');
        operand(text, node);
        text.append(" ^ ");
        constant(text, new Constant(node.width(), sign));
        text.append(')');
    }

    private void signed(StringBuilder text, Operation operation, String symbol) {
        text.append("$signed(");
        whole(text, operation.operand(0));
        text.append(')').append(symbol).append("$signed(");
        whole(text, operation.operand(1));
        text.append(')');
    }

    private void concatenate(StringBuilder text, List<Node> parts) {
        String separator = "{";
        for (Node part : parts) {
            text.append(separator);
            whole(text, part);
            separator = ", ";
        }
        text.append('}');
    }

    private void extract(StringBuilder text, Node word, int low, int width) {
        Place base = layout.place(word);
        base.read(low, width);
        text.append(base.name).append('[');
        if (width > 1) {
            text.append(low + width - 1).append(':');
        }
        text.append(low).append(']');
    }

    private void signExtend(StringBuilder text, Operation operation) {
        Place base = layout.place(operation.operand(0));
        base.readAll();
        int width = base.node.width();
        text.append("{{").append(operation.width() - width).append('{').append(base.name);
        if (width > 1) {
            text.append('[').append(width - 1).append(']');
        }
        text.append("}}, ").append(base.name).append('}');
    }

    /** A sized literal. */
    static String constant(Constant constant) {
        StringBuilder text = new StringBuilder();
        constant(text, constant);
        return text.toString();
    }

    /** A sized 0. */
    static String zero(int width) {
        StringBuilder text = new StringBuilder();
        zero(text, width);
        return text.toString();
    }

    private static void zero(StringBuilder text, int width) {
        text.append(width).append(width == 1 ? "'b0" : width <= WIDEST_DECIMAL ? "'d0" : "'h0");
    }

    private static void constant(StringBuilder text, Constant constant) {
        int width = constant.width();
        if (constant.isZero()) {
            zero(text, width);
        } else if (width == 1) {
            text.append("1'b1");
        } else if (width <= WIDEST_DECIMAL) {
            text.append(width).append("'d").append(constant.value().intValue());
        } else {
            text.append(width).append("'h").append(constant.value().toString(16));
        }
    }
}
