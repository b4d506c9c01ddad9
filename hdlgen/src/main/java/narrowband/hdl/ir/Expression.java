package narrowband.hdl.ir;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Builds {@link Operation}s: folds constants, drops what does nothing, and pushes bit extraction towards the leaves so that a truncated sum is a narrow sum (and no bit is
 * computed that nobody reads).
 */
public final class Expression {
    private static final int MAXIMUM_PUSH_DEPTH = 64;
    private static final int WIDEST_DISTANCE = 31;

    private static final ScopedValue<Boolean> AS_WRITTEN = ScopedValue.newInstance();

    private Expression() {}

    /**
     * Runs {@code description} with every expression built as it is written: nothing folded, dropped or pushed towards the leaves (but for {@code otherwise}, without which a
     * description is not complete). For proofs that what is done otherwise changes no meaning; such a netlist is large for no other use.
     */
    public static <T> T asWritten(Supplier<T> description) {
        return ScopedValue.where(AS_WRITTEN, true).call(description::get);
    }

    /** A constant of one bit. */
    public static Constant bit(boolean value) {
        return new Constant(1, value ? BigInteger.ONE : BigInteger.ZERO);
    }

    /** An operation on two operands of one width that gives that width: add, subtract, multiply, and, or, xor. */
    public static Node binary(Operator operator, Node a, Node b) {
        requireSameWidth(operator, a, b);
        if (AS_WRITTEN.isBound()) {
            return new Operation(operator, a.width(), 0, List.of(a, b));
        }
        if (operator == Operator.AND || operator == Operator.OR) {
            for (int side = 0; side < 2; side++) {
                Node one = side == 0 ? a : b;
                Node other = side == 0 ? b : a;
                if (one instanceof Constant constant) {
                    boolean neutral = operator == Operator.AND ? constant.isAllOnes() : constant.isZero();
                    boolean absorbing = operator == Operator.AND ? constant.isZero() : constant.isAllOnes();
                    if (neutral) {
                        return other;
                    }
                    if (absorbing) {
                        return constant;
                    }
                }
            }
        }
        if (b instanceof Constant constant
                && constant.isZero()
                && (operator == Operator.ADD || operator == Operator.SUBTRACT || operator == Operator.XOR)) {
            return a;
        }
        if (a instanceof Constant constant
                && constant.isZero()
                && (operator == Operator.ADD || operator == Operator.XOR)) {
            return b;
        }
        return make(operator, a.width(), 0, List.of(a, b));
    }

    /** A comparison of two operands of one width. */
    public static Node compare(Operator operator, Node a, Node b) {
        requireSameWidth(operator, a, b);
        if (AS_WRITTEN.isBound()) {
            return new Operation(operator, 1, 0, List.of(a, b));
        }
        if (a == b) {
            return bit(operator != Operator.NOT_EQUAL && operator != Operator.LESS && operator != Operator.SIGNED_LESS);
        }
        boolean signed = operator == Operator.SIGNED_LESS || operator == Operator.SIGNED_LESS_OR_EQUAL;
        if (operator == Operator.LESS || operator == Operator.SIGNED_LESS) {
            if (isMinimum(b, signed) || isMaximum(a, signed)) {
                return bit(false);
            }
        }
        if (operator == Operator.LESS_OR_EQUAL || operator == Operator.SIGNED_LESS_OR_EQUAL) {
            if (isMinimum(a, signed) || isMaximum(b, signed)) {
                return bit(true);
            }
        }
        if (a.width() == 1 && operator == Operator.EQUAL && b instanceof Constant constant) {
            return constant.isZero() ? not(a) : a;
        }
        if (a.width() == 1 && operator == Operator.NOT_EQUAL && b instanceof Constant constant) {
            return constant.isZero() ? a : not(a);
        }
        return make(operator, 1, 0, List.of(a, b));
    }

    public static Node not(Node a) {
        boolean twice = a instanceof Operation operation && operation.operator() == Operator.NOT;
        if (twice && !AS_WRITTEN.isBound()) {
            return ((Operation) a).operand(0);
        }
        return make(Operator.NOT, a.width(), 0, List.of(a));
    }

    /** condition ? a : b. */
    public static Node select(Node condition, Node a, Node b) {
        requireSameWidth(Operator.SELECT, a, b);
        if (AS_WRITTEN.isBound()) {
            return new Operation(Operator.SELECT, a.width(), 0, List.of(condition, a, b));
        }
        if (condition instanceof Constant constant) {
            return constant.isZero() ? b : a;
        }
        if (a == b) {
            return a;
        }
        if (a instanceof Operation inner && inner.operator() == Operator.SELECT && inner.operand(2) == b) {
            return select(binary(Operator.AND, condition, inner.operand(0)), inner.operand(1), b);
        }
        if (condition instanceof Operation operation && operation.operator() == Operator.NOT) {
            return select(operation.operand(0), b, a);
        }
        if (a.width() == 1 && a instanceof Constant constant) {
            return constant.isZero() ? binary(Operator.AND, not(condition), b) : binary(Operator.OR, condition, b);
        }
        if (a.width() == 1 && b instanceof Constant constant) {
            return constant.isZero() ? binary(Operator.AND, condition, a) : binary(Operator.OR, not(condition), a);
        }
        return make(Operator.SELECT, a.width(), 0, List.of(condition, a, b));
    }

    /** As {@link #select}, but stays a choice even between single bits, so that a conditional assignment reads as one in the Verilog. */
    public static Node choose(Node condition, Node a, Node b) {
        if (condition instanceof Constant constant) {
            return constant.isZero() ? b : a;
        }
        if (a == b && !AS_WRITTEN.isBound()) {
            return a;
        }
        if (a instanceof Operation inner
                && inner.operator() == Operator.SELECT
                && inner.operand(2) == b
                && !AS_WRITTEN.isBound()) {
            return choose(binary(Operator.AND, condition, inner.operand(0)), inner.operand(1), b);
        }
        return new Operation(Operator.SELECT, a.width(), 0, List.of(condition, a, b));
    }

    /** Operands from the most significant to the least; nested concatenations are flattened and neighbouring constants joined. */
    public static Node concatenate(List<Node> parts) {
        if (AS_WRITTEN.isBound() && parts.size() > 1) {
            int width = parts.stream().mapToInt(Node::width).reduce(0, Math::addExact);
            return new Operation(Operator.CONCATENATE, width, 0, List.copyOf(parts));
        }
        List<Node> flat = new ArrayList<>();
        for (Node part : parts) {
            if (part instanceof Operation operation && operation.operator() == Operator.CONCATENATE) {
                operation.operands().forEach(inner -> append(flat, inner));
            } else {
                append(flat, part);
            }
        }
        if (flat.size() == 1) {
            return flat.get(0);
        }
        int width = flat.stream().mapToInt(Node::width).reduce(0, Math::addExact);
        return make(Operator.CONCATENATE, width, 0, List.copyOf(flat));
    }

    private static void append(List<Node> parts, Node part) {
        if (!parts.isEmpty() && parts.getLast() instanceof Constant high && part instanceof Constant low) {
            BigInteger joined = high.value().shiftLeft(low.width()).or(low.value());
            parts.set(parts.size() - 1, new Constant(high.width() + low.width(), joined));
        } else {
            parts.add(part);
        }
    }

    /** Bits {@code high} down to {@code low}, both included. */
    public static Node extract(Node a, int high, int low) {
        return extract(a, low, high - low + 1, 0);
    }

    private static Node extract(Node a, int low, int width, int depth) {
        if (width == a.width()) {
            return a;
        }
        if (!(a instanceof Operation operation) || depth > MAXIMUM_PUSH_DEPTH || AS_WRITTEN.isBound()) {
            return make(Operator.EXTRACT, width, low, List.of(a));
        }
        Node first = operation.operand(0);
        boolean truncates = low == 0;
        return switch (operation.operator()) {
            case NOT, AND, OR, XOR, ADD, SUBTRACT, MULTIPLY, SELECT ->
                truncates ? truncate(operation, width, depth + 1) : make(Operator.EXTRACT, width, low, List.of(a));
            case EXTRACT -> extract(first, operation.low() + low, width, depth + 1);
            case ZERO_EXTEND -> {
                if (low >= first.width()) {
                    yield new Constant(width, BigInteger.ZERO);
                }
                int kept = Math.min(width, first.width() - low);
                yield zeroExtend(extract(first, low, kept, depth + 1), width);
            }
            case SIGN_EXTEND -> {
                int from = Math.min(low, first.width() - 1);
                int kept = Math.min(low + width, first.width()) - from;
                yield kept <= 0
                        ? signExtend(extract(first, first.width() - 1, 1, depth + 1), width)
                        : signExtend(extract(first, from, kept, depth + 1), width);
            }
            case CONCATENATE -> extractFromParts(operation.operands(), low, width, depth + 1);
            default -> make(Operator.EXTRACT, width, low, List.of(a));
        };
    }

    private static Node truncate(Operation operation, int width, int depth) {
        List<Node> operands = operation.operands();
        return switch (operation.operator()) {
            case NOT -> not(extract(operands.get(0), 0, width, depth));
            case SELECT ->
                select(
                        operands.get(0),
                        extract(operands.get(1), 0, width, depth),
                        extract(operands.get(2), 0, width, depth));
            case ADD, SUBTRACT, MULTIPLY -> truncateArithmetic(operation, width, depth);
            default ->
                binary(
                        operation.operator(),
                        extract(operands.get(0), 0, width, depth),
                        extract(operands.get(1), 0, width, depth));
        };
    }

    private static Node truncateArithmetic(Operation whole, int width, int depth) {
        Node a = extract(whole.operand(0), 0, width, depth);
        Node b = extract(whole.operand(1), 0, width, depth);
        Node part = binary(whole.operator(), a, b);
        boolean fresh = part instanceof Operation operation
                && operation.operator() == whole.operator()
                && operation.operand(0) == a
                && operation.operand(1) == b;
        return fresh ? new Operation(whole.operator(), width, 0, List.of(a, b), whole) : part;
    }

    private static Node extractFromParts(List<Node> parts, int low, int width, int depth) {
        List<Node> kept = new ArrayList<>();
        int base = 0;
        for (Node part : parts.reversed()) {
            int from = Math.max(low, base);
            int to = Math.min(low + width, base + part.width());
            if (from < to) {
                kept.addFirst(extract(part, from - base, to - from, depth));
            }
            base += part.width();
        }
        return concatenate(kept);
    }

    public static Node zeroExtend(Node a, int width) {
        if (a.width() == width) {
            return a;
        }
        if (a instanceof Operation operation && operation.operator() == Operator.ZERO_EXTEND && !AS_WRITTEN.isBound()) {
            return zeroExtend(operation.operand(0), width);
        }
        return make(Operator.ZERO_EXTEND, width, 0, List.of(a));
    }

    public static Node signExtend(Node a, int width) {
        if (a.width() == width) {
            return a;
        }
        if (a instanceof Operation operation && !AS_WRITTEN.isBound()) {
            if (operation.operator() == Operator.SIGN_EXTEND) {
                return signExtend(operation.operand(0), width);
            }
            if (operation.operator() == Operator.ZERO_EXTEND) {
                return zeroExtend(operation.operand(0), width);
            }
        }
        return make(Operator.SIGN_EXTEND, width, 0, List.of(a));
    }

    /**
     * A shift by a number known only in hardware: {@link Operator#SHIFT_LEFT}, {@link Operator#SHIFT_RIGHT} or {@link Operator#SIGNED_SHIFT_RIGHT}; the width stays. No tool
     * is asked for a distance of more than 31 bits: larger ones all shift everything out.
     */
    public static Node shift(Operator operator, Node a, Node amount) {
        Node distance = amount;
        if (amount.width() > WIDEST_DISTANCE) {
            Node far = reduce(Operator.REDUCE_OR, extract(amount, amount.width() - 1, WIDEST_DISTANCE));
            Node farthest = new Constant(
                    WIDEST_DISTANCE, BigInteger.ONE.shiftLeft(WIDEST_DISTANCE).subtract(BigInteger.ONE));
            distance = select(far, farthest, extract(amount, WIDEST_DISTANCE - 1, 0));
        }
        return make(operator, a.width(), 0, List.of(a, distance));
    }

    /** One of the reductions, or {@link Operator#COUNT_ONES} (whose width is that of the number {@code a.width()}). */
    public static Node reduce(Operator operator, Node a) {
        if (a.width() == 1) {
            return a;
        }
        int width = operator == Operator.COUNT_ONES ? 32 - Integer.numberOfLeadingZeros(a.width()) : 1;
        return make(operator, width, 0, List.of(a));
    }

    private static Node make(Operator operator, int width, int low, List<Node> operands) {
        Operation operation = new Operation(operator, width, low, operands);
        if (AS_WRITTEN.isBound()) {
            return operation;
        }
        List<BigInteger> values = new ArrayList<>(operands.size());
        for (Node operand : operands) {
            if (!(operand instanceof Constant constant)) {
                return operation;
            }
            values.add(constant.value());
        }
        return new Constant(width, operator.evaluate(width, low, operands, values));
    }

    private static boolean isMinimum(Node node, boolean signed) {
        return node instanceof Constant constant
                && (signed
                        ? constant.value().equals(BigInteger.ONE.shiftLeft(constant.width() - 1))
                        : constant.isZero());
    }

    private static boolean isMaximum(Node node, boolean signed) {
        return node instanceof Constant constant
                && (signed
                        ? constant.value()
                                .equals(BigInteger.ONE
                                        .shiftLeft(constant.width() - 1)
                                        .subtract(BigInteger.ONE))
                        : constant.isAllOnes());
    }

    private static void requireSameWidth(Operator operator, Node a, Node b) {
        if (a.width() != b.width()) {
            throw new IllegalArgumentException(operator + " of " + a.width() + " and " + b.width() + " bits");
        }
    }
}
