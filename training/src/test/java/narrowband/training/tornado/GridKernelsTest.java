package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.Grid;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridKernelsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void gridsAreThoseOfTheActivationQuantiser(int kind) {
        SplittableRandom random = new SplittableRandom(kind);
        for (int i = 0; i < 500; i++) {
            float range = (float) random.nextDouble(-9, 9);
            float bits = i % 3 == 0 ? random.nextInt(1, 17) : (float) random.nextDouble(1, 10);
            Grid expected = ActivationQuantiser.grid(range, bits, kind == GridKernels.SIGNED);
            float[] grid = taken(range, bits, kind);
            String which = "range %s, width %s".formatted(range, bits);
            assertThat(grid[0]).as(which).isCloseTo(expected.step(), Offset.offset(expected.step() * 2e-7f));
            assertThat(grid[2])
                    .as(which)
                    .isCloseTo(expected.lower(), Offset.offset(Math.abs(expected.lower()) * 2e-7f));
            assertThat(grid[3]).as(which).isCloseTo(expected.upper(), Offset.offset(expected.upper() * 2e-7f + 1e-12f));
            assertThat(grid[4]).as(which).isEqualTo(expected.lowest());
            assertThat(grid[5]).as(which).isEqualTo(expected.highest());
        }
    }

    /** The step of a whole width divides the range exactly: what integers rest on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 16})
    void theStepOfAWholeWidthDividesTheRange(int bits) {
        SplittableRandom random = new SplittableRandom(bits);
        for (int i = 0; i < 500; i++) {
            float range = (float) random.nextDouble(-9, 9);
            float[] grid = taken(range, bits, GridKernels.SIGNED);
            assertThat(grid[0] * (1 << bits)).as("range %s", range).isEqualTo(-grid[2]);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1f, 1.2f, 1.5f, 2f, 2.58f, 3f, 4.999f, 8f})
    void weightsHaveTheLevelsOfTheWeightQuantiser(float bits) {
        float[] grid = new float[WeightGridKernels.SIZE];
        WeightGridKernels.takeMidRise(grid, 0, 0.3f, bits);
        int levels = WeightQuantiser.positiveLevels(bits);
        assertThat(grid[WeightGridKernels.FIRST]).isEqualTo(-levels);
        assertThat(grid[WeightGridKernels.LAST]).isEqualTo(levels - 1f);
    }

    private static float[] taken(float range, float bits, int kind) {
        float[] grid = new float[GridKernels.SIZE];
        GridKernels.takeGrid(grid, 0, range, bits, kind);
        return grid;
    }
}
