package narrowband.training.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import narrowband.accel.network.CodeType;
import narrowband.training.lowering.FrozenNetwork.CodeGrid;
import org.apache.commons.math3.fraction.BigFraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AffineCodeTest {
    private static int level(int[] thresholds, int i) {
        int level = 0;
        for (int threshold : thresholds) {
            level += i >= threshold ? 1 : 0;
        }
        return level;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void thresholdsAndFormulaAndExactArithmeticAgreeEverywhere(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int bits = random.nextInt(1, 5);
        CodeGrid grid = random.nextBoolean()
                ? new CodeGrid((float) random.nextDouble(0.01, 2), bits, 0, (1 << bits) - 1)
                : new CodeGrid((float) random.nextDouble(0.01, 2), bits, -(1 << bits - 1), (1 << bits - 1) - 1);
        // Dyadic constants every other time, so that exact ties happen.
        BigFraction factor = seed % 2 == 0
                ? new BigFraction(grid.step()).divide(2 * random.nextInt(1, 9))
                : new BigFraction((float) random.nextDouble(0.0001, 0.3));
        BigFraction constant = seed % 2 == 0 ? BigFraction.ZERO : new BigFraction((float) random.nextDouble(-3, 3));
        AffineCode code = new AffineCode(factor, constant, grid);
        CodeType range = CodeType.signed(11);
        int[] thresholds = code.thresholds(range);
        AffineCode.Formula formula = code.formula();
        for (int i = range.min(); i <= range.max(); i++) {
            int exact = code.exactCode(i);
            assertThat(grid.lowest() + level(thresholds, i)).as("input %d", i).isEqualTo(exact);
            assertThat(formula.code(i)).as("input %d", i).isEqualTo(exact);
        }
    }

    /** {@code clamp(floor((a I + c) / s + 1/2))} in whole numbers: {@code floor(n / d)} of the fraction brought to one denominator. */
    private static int code(BigFraction factor, BigFraction constant, CodeGrid grid, int i) {
        BigFraction v = factor.multiply(i).add(constant).divide(new BigFraction(grid.step()));
        BigInteger twice = v.getNumerator().shiftLeft(1).add(v.getDenominator());
        BigInteger[] parts = twice.divideAndRemainder(v.getDenominator().shiftLeft(1));
        long floor = parts[0].longValueExact() - (parts[1].signum() < 0 ? 1 : 0);
        return (int) Math.max(grid.lowest(), Math.min(grid.highest(), floor));
    }

    private static BigInteger floor(BigFraction x) {
        BigInteger[] parts = x.getNumerator().divideAndRemainder(x.getDenominator());
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    /**
     * The rule of gdnsq 5.4 for each sign of the factor, with {@code tau_j = s (lowest + j - 1/2)}: ascending thresholds
     * {@code ceil((tau_j - c) / a)}; descending ones {@code floor((tau_j - c) / a)}, or those of {@code -I}; a constant.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
    void everySignOfTheFactorGivesTheCodesOfTheFormula(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int bits = random.nextInt(1, 5);
        boolean signed = random.nextBoolean();
        int lowest = signed ? -(1 << bits - 1) : 0;
        CodeGrid grid = new CodeGrid((float) random.nextDouble(0.01, 2), bits, lowest, lowest + (1 << bits) - 1);
        // Multiples of a fraction of the step every other time, so that exact ties happen.
        BigFraction size = seed % 2 == 0
                ? new BigFraction(grid.step()).divide(2 * random.nextInt(1, 9))
                : new BigFraction((float) random.nextDouble(0.0001, 0.3));
        BigFraction constant = seed % 2 == 0
                ? new BigFraction(grid.step()).multiply(random.nextInt(-3, 4)).divide(2)
                : new BigFraction((float) random.nextDouble(-3, 3));
        CodeType range = CodeType.signed(10);
        for (int sign = -1; sign <= 1; sign++) {
            BigFraction factor = size.multiply(sign);
            AffineCode code = new AffineCode(factor, constant, grid);
            int[] ascending = (sign < 0 ? code.negated() : code).thresholds(range);
            for (int i = range.min() + 1; i <= range.max(); i++) {
                int expected = code(factor, constant, grid, i);
                assertThat(code.exactCode(i)).as("sign %d, input %d", sign, i).isEqualTo(expected);
                assertThat(grid.lowest() + level(ascending, sign < 0 ? -i : i))
                        .as("sign %d, input %d", sign, i)
                        .isEqualTo(expected);
                if (sign < 0) {
                    int met = 0;
                    for (int j = 1; j <= ascending.length; j++) {
                        BigFraction tau =
                                new BigFraction(grid.step()).multiply(new BigFraction(2 * (grid.lowest() + j) - 1, 2));
                        BigInteger bound = floor(tau.subtract(constant).divide(factor));
                        met += BigInteger.valueOf(i).compareTo(bound) <= 0 ? 1 : 0;
                    }
                    assertThat(grid.lowest() + met).as("input %d", i).isEqualTo(expected);
                }
            }
        }
    }

    /** Before they are rounded up, thresholds lie {@code s / a} apart. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void thresholdsLieOnALine(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CodeGrid grid = new CodeGrid((float) random.nextDouble(0.1, 2), 5, 0, 31);
        BigFraction factor = new BigFraction((float) random.nextDouble(0.0005, 0.05));
        BigFraction constant = new BigFraction((float) random.nextDouble(-3, 3));
        CodeType range = CodeType.signed(20);
        int[] thresholds = new AffineCode(factor, constant, grid).thresholds(range);
        BigFraction spacing = new BigFraction(grid.step()).divide(factor);
        BigFraction first =
                new BigFraction(grid.step()).divide(2).subtract(constant).divide(factor);
        for (int j = 0; j < thresholds.length; j++) {
            BigInteger expected = floor(first.add(spacing.multiply(j)).negate()).negate();
            assertThat(BigInteger.valueOf(thresholds[j])).as("threshold %d", j).isEqualTo(expected);
        }
    }

    @Test
    void aTieRoundsUp() {
        // Step 1, I worth 1/2: I = 1 is the tie between codes 0 and 1, I = 3 that between 1 and 2.
        AffineCode code = new AffineCode(new BigFraction(1, 2), BigFraction.ZERO, new CodeGrid(1, 2, 0, 3));
        assertThat(code.thresholds(CodeType.signed(8))).containsExactly(1, 3, 5);
        assertThat(code.exactCode(1)).isEqualTo(1);
        assertThat(code.exactCode(-1)).isZero();
    }

    @Test
    void aFactorOfZeroGivesAConstantCode() {
        AffineCode code = new AffineCode(BigFraction.ZERO, new BigFraction(17, 10), new CodeGrid(1, 2, 0, 3));
        int[] thresholds = code.thresholds(CodeType.signed(8));
        // 1.7 rounds to 2: two thresholds always met, one never.
        assertThat(thresholds).containsExactly(-128, -128, 128);
    }
}
