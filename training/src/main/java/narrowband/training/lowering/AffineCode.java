package narrowband.training.lowering;

import java.math.BigInteger;
import narrowband.accel.network.CodeType;
import narrowband.training.lowering.FrozenNetwork.CodeGrid;
import org.apache.commons.math3.fraction.BigFraction;

/**
 * What a quantiser makes of an integer {@code I}: {@code clamp(floor((a I + c) / s + 1/2))}, all constants exact rationals
 * (gdnsq 5.4). Two ways lead to the code, and they must agree: a threshold table, and the formula itself.
 *
 * @param factor {@code a}, what one count of {@code I} is worth
 * @param constant {@code c}
 * @param grid the codes and their step {@code s}
 */
record AffineCode(BigFraction factor, BigFraction constant, CodeGrid grid) {
    /** Closer to a tie than this, in steps and relative, the formula in floating point is not trusted. */
    private static final double DOUBT = 1e-9;

    private static final BigFraction HALF = new BigFraction(1, 2);

    /** The same code as a function of {@code -I}. */
    AffineCode negated() {
        return new AffineCode(factor.negate(), constant, grid);
    }

    /**
     * The thresholds: {@code T_j = ceil((tau_j - c) / a)} with {@code tau_j = s (lowest + j - 1/2)}, {@code j >= 1}, clipped
     * to just beyond the range of {@code I}.
     *
     * @param range the type of {@code I}; its whole range counts as reachable
     * @throws IllegalStateException if {@code a} is negative: negate first
     */
    int[] thresholds(CodeType range) {
        int sign = factor.getNumerator().signum();
        if (sign < 0) {
            throw new IllegalStateException("a negative factor has descending thresholds");
        }
        BigInteger least = BigInteger.valueOf(range.min());
        BigInteger beyond = BigInteger.valueOf(Math.min(Integer.MAX_VALUE, range.max() + 1L));
        BigFraction step = new BigFraction(grid.step());
        int[] thresholds = new int[grid.highest() - grid.lowest()];
        for (int j = 1; j <= thresholds.length; j++) {
            BigFraction tau = step.multiply(new BigFraction(grid.lowest() + j).subtract(HALF));
            BigFraction gap = tau.subtract(constant);
            BigInteger threshold =
                    sign == 0 ? (gap.getNumerator().signum() <= 0 ? least : beyond) : ceiling(gap.divide(factor));
            thresholds[j - 1] = threshold.max(least).min(beyond).intValueExact();
        }
        return thresholds;
    }

    private static BigInteger ceiling(BigFraction x) {
        BigInteger[] parts = x.getNumerator().divideAndRemainder(x.getDenominator());
        return parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
    }

    /** The formula, in floating point where that is safe. */
    Formula formula() {
        return new Formula(this, factor.doubleValue() / grid.step(), constant.doubleValue() / grid.step());
    }

    /** The code by exact arithmetic. */
    int exactCode(long i) {
        BigFraction v = factor.multiply(new BigFraction(i)).add(constant).divide(new BigFraction(grid.step()));
        BigFraction shifted = v.add(HALF);
        BigInteger floor = ceiling(shifted.negate()).negate();
        return floor.max(BigInteger.valueOf(grid.lowest()))
                .min(BigInteger.valueOf(grid.highest()))
                .intValueExact();
    }

    /** {@link AffineCode} made ready for many integers. */
    record Formula(AffineCode exact, double slope, double offset) {
        int code(int i) {
            double v = slope * i + offset + 0.5;
            double floor = Math.floor(v);
            double margin = DOUBT * (1 + Math.abs(slope * i) + Math.abs(offset));
            if (v - floor < margin || floor + 1 - v < margin) {
                return exact.exactCode(i);
            }
            return (int) Math.max(exact.grid.lowest(), Math.min(exact.grid.highest(), floor));
        }
    }
}
