package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import narrowband.training.kernels.Grid;
import narrowband.training.kernels.ScalarKernels;
import narrowband.training.net.WeightGrid;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The straight-through gradients against central differences of the quantiser with its rounding error frozen,
 * {@code y~ = clamp(x) + s e} (gdnsq 5.1): it equals the quantiser at the point and has exactly that derivative.
 */
class QuantiserGradientTest {
    private static double difference(DoubleUnaryOperator f, double at) {
        double h = 1e-6;
        return (f.applyAsDouble(at + h) - f.applyAsDouble(at - h)) / (2 * h);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void activationGradientsAreThoseOfTheFrozenNoise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean signed = seed % 2 == 0;
        float range = (float) random.nextDouble(-1, 1);
        float bits = seed % 3 == 0 ? random.nextInt(1, 6) : (float) random.nextDouble(1, 5);
        int count = 60;
        float[] x = new float[count];
        float[] g = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) (1.5 * random.nextGaussian());
            g[i] = (float) random.nextGaussian();
        }
        Grid grid = ActivationQuantiser.grid(range, bits, signed);
        float[] y = new float[count];
        float[] dx = new float[count];
        float[] sums = new float[2];
        new ScalarKernels().quantise(x, 0, count, grid, y);
        new ScalarKernels().quantiseGradient(x, g, 0, count, grid, dx, sums, 0);

        double[] error = new double[count];
        for (int i = 0; i < count; i++) {
            error[i] = (y[i] - clamp(x[i], range, bits, signed)) / grid.step();
            assertThat(Math.abs(error[i])).isLessThanOrEqualTo(0.5 + 1e-4);
        }
        double forRange = difference(beta -> frozen(x, g, error, beta, bits, signed), range);
        double forBits = difference(b -> frozen(x, g, error, range, b, signed), bits);
        float[] learned = {
            (float) ActivationQuantiser.rangeGradient(range, bits, sums[0], sums[1]),
            (float) ActivationQuantiser.bitsGradient(range, bits, sums[0])
        };
        double[] differences = {forRange, forBits};
        assertThat(RelativeError.of(learned, differences, 0, 1)).as("range").isLessThan(RelativeError.ALLOWED);
        assertThat(RelativeError.of(learned, differences, 1, 2)).as("bits").isLessThan(RelativeError.ALLOWED);
        double[] forInput = new double[count];
        for (int i = 0; i < count; i++) {
            forInput[i] = g[i] * difference(v -> clamp(v, range, bits, signed), x[i]);
        }
        assertThat(RelativeError.of(dx, forInput, 0, count)).as("input").isLessThan(RelativeError.ALLOWED);
    }

    private static double clamp(double x, double range, double bits, boolean signed) {
        double q = Math.pow(2, range);
        return Math.max(signed ? -q : 0, Math.min(q - Math.pow(2, range - bits), x));
    }

    private static double frozen(float[] x, float[] g, double[] error, double range, double bits, boolean signed) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += g[i] * (clamp(x[i], range, bits, signed) + Math.pow(2, range - bits) * error[i]);
        }
        return sum;
    }

    /** Every grid, a range for each channel and one for all, at whole widths and others. */
    static Stream<Arguments> weightQuantisers() {
        return Arrays.stream(WeightGrid.values())
                .flatMap(grid -> IntStream.rangeClosed(1, 12).mapToObj(seed -> Arguments.of(grid, seed)));
    }

    @ParameterizedTest
    @MethodSource("weightQuantisers")
    void weightGradientsAreThoseOfTheFrozenNoise(WeightGrid grid, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = 3;
        int size = 20;
        int ranges = seed % 2 == 0 ? 1 : channels;
        WeightQuantiser quantiser = new WeightQuantiser(channels, size, ranges, grid);
        int learned = grid.learnsRanges() ? ranges : 0;
        int rangeAt = channels * size;
        int bitsAt = rangeAt + learned;
        float[] values = new float[bitsAt + 1];
        float[] g = new float[channels * size];
        for (int i = 0; i < g.length; i++) {
            // The second channel lies off the middle, the third on one side of 0.
            values[i] = (float) random.nextGaussian() + i / size * 1.5f;
            g[i] = (float) random.nextGaussian();
        }
        for (int r = 0; r < learned; r++) {
            values[rangeAt + r] = (float) random.nextDouble(0, 1.5);
        }
        values[bitsAt] = seed % 3 == 0 ? random.nextInt(1, 5) : (float) random.nextDouble(1, 4);
        float[] gradient = new float[values.length];
        quantiser.addGradient(g, values, gradient, 0, rangeAt, bitsAt);

        FrozenWeights frozen = FrozenWeights.of(quantiser, values, 0, rangeAt, bitsAt);
        double[] differences = new double[values.length];
        for (int p = 0; p < values.length; p++) {
            int place = p;
            differences[p] = difference(v -> product(g, frozen.at(changed(values, place, v))), values[p]);
        }
        for (int[] part : new int[][] {{0, rangeAt}, {rangeAt, bitsAt}, {bitsAt, bitsAt + 1}}) {
            assertThat(RelativeError.of(gradient, differences, part[0], part[1]))
                    .as("parameters %d to %d", part[0], part[1])
                    .isLessThan(RelativeError.ALLOWED);
        }
    }

    private static double[] changed(float[] values, int place, double value) {
        double[] changed = new double[values.length];
        Arrays.setAll(changed, i -> i == place ? value : values[i]);
        return changed;
    }

    private static double product(float[] g, double[] weights) {
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            sum += g[i] * weights[i];
        }
        return sum;
    }

    /** Of channels around 0, off the middle, all positive and all negative. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "2, 0.7", "3, -0.4", "4, 3", "2, -3", "1, 1.1"})
    void halfIntegerWeightsAreLevelsFromANearbyZeroPoint(int bits, float middle) {
        SplittableRandom random = new SplittableRandom(bits);
        float[] weights = new float[400];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (middle + 0.5 * random.nextGaussian());
        }
        float[] values = Arrays.copyOf(weights, weights.length + 1);
        WeightQuantiser quantiser = new WeightQuantiser(1, weights.length, 1, WeightGrid.HALF_INTEGER);
        quantiser.calibrate(values, 0, weights.length, bits);
        float[] out = new float[weights.length];
        quantiser.quantise(values, 0, values, weights.length, bits, out);
        int[] integers = quantiser.integers(values, 0, values, weights.length, bits);
        double least = IntStream.range(0, weights.length)
                .mapToDouble(i -> weights[i])
                .min()
                .orElseThrow();
        double largest = IntStream.range(0, weights.length)
                .mapToDouble(i -> weights[i])
                .max()
                .orElseThrow();
        // s = (M - m) / (2^b - 1), and Z the odd integer nearest to 2 m / s, but at least -(2^(b+1) - 1) and at most 1.
        double step = (largest - least) / ((1 << bits) - 1);
        int most = (1 << bits + 1) - 1;
        int zero = (int) Math.max(-most, Math.min(1, 2 * Math.floor(least / step) + 1));
        for (int i = 0; i < weights.length; i++) {
            assertThat(out[i]).isCloseTo((float) (step / 2 * integers[i]), Offset.offset((float) (1e-5 * step)));
            long code = Math.round(Math.max(0, Math.min((1 << bits) - 1, (weights[i] - step / 2 * zero) / step)));
            assertThat((double) integers[i]).isCloseTo(2 * code + zero, Offset.offset(1e-9));
            assertThat(Math.abs(integers[i]) % 2).isEqualTo(1);
            assertThat(Math.abs(integers[i])).isLessThanOrEqualTo(most);
        }
    }

    /** Levels from the smallest weight to the largest, none clamped, b = log2((M - m) / s + 1). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void affineWeightsReachFromTheSmallestToTheLargest(int bits) {
        float[] weights = {0.3f, -0.7f, 1.9f, 0.31f, 1.2f};
        float[] out = new float[5];
        new WeightQuantiser(1, 5, 1, WeightGrid.AFFINE).quantise(weights, 0, new float[0], 0, bits, out);
        double step = 2.6 / ((1 << bits) - 1);
        for (int i = 0; i < 5; i++) {
            double k = Math.floor((weights[i] + 0.7) / step + 0.5);
            assertThat((double) out[i]).isCloseTo(-0.7 + step * k, Offset.offset(1e-6));
        }
        assertThat(out[1]).isEqualTo(-0.7f);
        assertThat((double) out[2]).isCloseTo(1.9, Offset.offset(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void integerWidthsGiveExactlyTheOddMultiplesOfHalfAStep(int bits) {
        float[] weights = new float[4001];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i - 2000) / 1000f;
        }
        float[] out = new float[weights.length];
        // q = 2, so the step is 2^(1-b) and the outermost values are +-(1 - 2^-b).
        new WeightQuantiser(1, weights.length, 1).quantise(weights, 0, new float[] {1}, 0, bits, out);
        double half = Math.pow(2, -bits);
        assertThat(out[0]).isEqualTo((float) (-1 + half));
        assertThat(out[4000]).isEqualTo((float) (1 - half));
        for (float value : out) {
            double odd = value / half;
            assertThat(odd).isEqualTo(Math.rint(odd));
            assertThat(Math.abs(odd) % 2).isEqualTo(1);
        }
    }
}
