package narrowband.hdl.ir;

import java.math.BigInteger;
import java.util.List;

/** What an {@link Operation} computes. Patterns are unsigned numbers; "signed" operators read them as two's complement. */
public enum Operator {
    /** a + b modulo 2^width; operands have the result's width. */
    ADD,
    /** a - b modulo 2^width; operands have the result's width. */
    SUBTRACT,
    /** a * b modulo 2^width; operands have the result's width. */
    MULTIPLY,
    AND,
    OR,
    XOR,
    NOT,
    /** One bit: a = b, operands of one width. */
    EQUAL,
    /** One bit: a differs from b, operands of one width. */
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    SIGNED_LESS,
    SIGNED_LESS_OR_EQUAL,
    /** operand 0 (one bit) ? operand 1 : operand 2. */
    SELECT,
    /** Operands from the most significant to the least. */
    CONCATENATE,
    /** Bits from {@code low} upwards, as many as the result is wide. */
    EXTRACT,
    ZERO_EXTEND,
    SIGN_EXTEND,
    /** a shifted to the left by b, bits beyond the width lost. */
    SHIFT_LEFT,
    /** a shifted to the right by b, zeros entering. */
    SHIFT_RIGHT,
    /** a shifted to the right by b, copies of a's uppermost bit entering. */
    SIGNED_SHIFT_RIGHT,
    REDUCE_AND,
    REDUCE_OR,
    REDUCE_XOR,
    /** The number of bits that are 1. */
    COUNT_ONES;

    /**
     * The meaning of the operator: every back end is tested against it.
     *
     * @param width the result's width
     * @param low the lowest bit of an {@link #EXTRACT}
     */
    public BigInteger evaluate(int width, int low, List<Node> operands, List<BigInteger> values) {
        BigInteger a = values.get(0);
        int size = operands.get(0).width();
        return switch (this) {
            case ADD -> modulo(a.add(values.get(1)), width);
            case SUBTRACT -> modulo(a.subtract(values.get(1)), width);
            case MULTIPLY -> modulo(a.multiply(values.get(1)), width);
            case AND -> a.and(values.get(1));
            case OR -> a.or(values.get(1));
            case XOR -> a.xor(values.get(1));
            case NOT -> modulo(a.not(), width);
            case EQUAL -> bit(a.equals(values.get(1)));
            case NOT_EQUAL -> bit(!a.equals(values.get(1)));
            case LESS -> bit(a.compareTo(values.get(1)) < 0);
            case LESS_OR_EQUAL -> bit(a.compareTo(values.get(1)) <= 0);
            case SIGNED_LESS -> bit(signed(a, size).compareTo(signed(values.get(1), size)) < 0);
            case SIGNED_LESS_OR_EQUAL -> bit(signed(a, size).compareTo(signed(values.get(1), size)) <= 0);
            case SELECT -> a.signum() != 0 ? values.get(1) : values.get(2);
            case CONCATENATE -> {
                BigInteger word = BigInteger.ZERO;
                for (int i = 0; i < values.size(); i++) {
                    word = word.shiftLeft(operands.get(i).width()).or(values.get(i));
                }
                yield word;
            }
            case EXTRACT -> modulo(a.shiftRight(low), width);
            case ZERO_EXTEND -> a;
            case SIGN_EXTEND -> modulo(signed(a, size), width);
            case SHIFT_LEFT ->
                values.get(1).bitLength() > 31 || values.get(1).intValue() >= width
                        ? BigInteger.ZERO
                        : modulo(a.shiftLeft(values.get(1).intValue()), width);
            case SHIFT_RIGHT ->
                values.get(1).bitLength() > 31
                        ? BigInteger.ZERO
                        : a.shiftRight(values.get(1).intValue());
            case SIGNED_SHIFT_RIGHT ->
                modulo(
                        signed(a, size)
                                .shiftRight(values.get(1)
                                        .min(BigInteger.valueOf(size))
                                        .intValue()),
                        width);
            case REDUCE_AND -> bit(a.bitCount() == size);
            case REDUCE_OR -> bit(a.signum() != 0);
            case REDUCE_XOR -> bit((a.bitCount() & 1) != 0);
            case COUNT_ONES -> BigInteger.valueOf(a.bitCount());
        };
    }

    /** The lowest {@code width} bits of a number in two's complement, as an unsigned pattern. */
    public static BigInteger modulo(BigInteger value, int width) {
        if (value.signum() >= 0 && value.bitLength() <= width) {
            return value;
        }
        return value.and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
    }

    /** An unsigned pattern of {@code width} bits read as two's complement. */
    public static BigInteger signed(BigInteger pattern, int width) {
        return pattern.testBit(width - 1) ? pattern.subtract(BigInteger.ONE.shiftLeft(width)) : pattern;
    }

    private static BigInteger bit(boolean value) {
        return value ? BigInteger.ONE : BigInteger.ZERO;
    }
}
