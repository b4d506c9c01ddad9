package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.List;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/**
 * A pattern of which some bits are unknown. Operations keep to what is certain: a bit of a result is known only if it is the same for whatever the operands' unknown bits are.
 * The converse does not hold: unknown bits of several operands count as independent.
 *
 * @param ones the bits that are known and 1
 * @param unknown the bits that are not known; none of them among {@code ones}
 */
record PartlyKnown(BigInteger ones, BigInteger unknown) {
    static PartlyKnown known(BigInteger value) {
        return new PartlyKnown(value, BigInteger.ZERO);
    }

    static PartlyKnown unknown(int width) {
        return new PartlyKnown(BigInteger.ZERO, mask(width));
    }

    boolean isKnown() {
        return unknown.signum() == 0;
    }

    /** The bits that can be 1: as a number, the largest that the pattern can be; {@link #ones} is the smallest. */
    BigInteger possible() {
        return ones.or(unknown);
    }

    /** What is certain of a value that is this one or {@code other}. */
    PartlyKnown either(PartlyKnown other) {
        BigInteger open = unknown.or(other.unknown).or(ones.xor(other.ones));
        return new PartlyKnown(ones.andNot(open), open);
    }

    /** What an operation makes of such operands. */
    static PartlyKnown of(Operation operation, List<PartlyKnown> operands) {
        if (operands.stream().allMatch(PartlyKnown::isKnown)) {
            return known(
                    apply(operation, operands.stream().map(PartlyKnown::ones).toList()));
        }
        PartlyKnown a = operands.get(0);
        PartlyKnown b = operands.get(operands.size() > 1 ? 1 : 0);
        int width = operation.width();
        return switch (operation.operator()) {
            case AND -> between(a.ones.and(b.ones), a.possible().and(b.possible()));
            case OR -> between(a.ones.or(b.ones), a.possible().or(b.possible()));
            case XOR -> {
                BigInteger open = a.unknown.or(b.unknown);
                yield new PartlyKnown(a.ones.xor(b.ones).andNot(open), open);
            }
            case NOT -> new PartlyKnown(mask(width).andNot(a.possible()), a.unknown);
            case SELECT -> a.isKnown() ? a.ones.signum() != 0 ? b : operands.get(2) : b.either(operands.get(2));
            case CONCATENATE, EXTRACT, ZERO_EXTEND, SIGN_EXTEND -> moved(operation, operands);
            case SHIFT_LEFT, SHIFT_RIGHT, SIGNED_SHIFT_RIGHT ->
                b.isKnown() ? shifted(operation, a, b) : a.possible().signum() == 0 ? a : unknown(width);
            case ADD, SUBTRACT, MULTIPLY -> {
                int sure = a.unknown.or(b.unknown).getLowestSetBit();
                BigInteger result = apply(operation, List.of(a.ones, b.ones));
                yield new PartlyKnown(result.and(mask(sure)), mask(width).andNot(mask(sure)));
            }
            case EQUAL, NOT_EQUAL -> {
                boolean differ =
                        a.ones.xor(b.ones).andNot(a.unknown.or(b.unknown)).signum() != 0;
                yield differ ? bit(operation.operator() == Operator.NOT_EQUAL) : unknown(1);
            }
            case LESS -> less(a, b);
            case LESS_OR_EQUAL -> less(b, a).inverted();
            case SIGNED_LESS -> less(a.ordered(operation), b.ordered(operation));
            case SIGNED_LESS_OR_EQUAL ->
                less(b.ordered(operation), a.ordered(operation)).inverted();
            case REDUCE_AND -> {
                boolean zero = !a.possible().equals(mask(operation.operand(0).width()));
                yield zero ? bit(false) : unknown(1);
            }
            case REDUCE_OR -> a.ones.signum() != 0 ? bit(true) : unknown(1);
            case REDUCE_XOR, COUNT_ONES -> unknown(width);
        };
    }

    private static PartlyKnown between(BigInteger ones, BigInteger possible) {
        return new PartlyKnown(ones, possible.andNot(ones));
    }

    private PartlyKnown inverted() {
        return isKnown() ? bit(ones.signum() == 0) : this;
    }

    /** Both numbers with their sign bit inverted, so that unsigned order is theirs. */
    private PartlyKnown ordered(Operation comparison) {
        BigInteger sign = BigInteger.ONE.shiftLeft(comparison.operand(0).width() - 1);
        return new PartlyKnown(ones.xor(sign.andNot(unknown)), unknown);
    }

    private static PartlyKnown less(PartlyKnown a, PartlyKnown b) {
        if (a.possible().compareTo(b.ones) < 0) {
            return bit(true);
        }
        return a.ones.compareTo(b.possible()) >= 0 ? bit(false) : unknown(1);
    }

    /** An operation that only moves bits moves what is known of them. */
    private static PartlyKnown moved(Operation operation, List<PartlyKnown> operands) {
        return new PartlyKnown(
                apply(operation, operands.stream().map(PartlyKnown::ones).toList()),
                apply(operation, operands.stream().map(PartlyKnown::unknown).toList()));
    }

    private static PartlyKnown shifted(Operation operation, PartlyKnown a, PartlyKnown distance) {
        return new PartlyKnown(
                apply(operation, List.of(a.ones, distance.ones)), apply(operation, List.of(a.unknown, distance.ones)));
    }

    private static BigInteger apply(Operation operation, List<BigInteger> values) {
        return operation.operator().evaluate(operation.width(), operation.low(), operation.operands(), values);
    }

    private static PartlyKnown bit(boolean value) {
        return known(value ? BigInteger.ONE : BigInteger.ZERO);
    }

    private static BigInteger mask(int width) {
        return BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
    }
}
