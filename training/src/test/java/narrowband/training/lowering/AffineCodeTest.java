package narrowband.training.lowering;

import static org.assertj.core.api.Assertions.assertThat;

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
