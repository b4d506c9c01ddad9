package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import narrowband.training.kernels.Grid;
import narrowband.training.kernels.ScalarKernels;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
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

    private static Offset<Double> near(double expected) {
        return Offset.offset(1e-4 * (1 + Math.abs(expected)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void activationGradientsAreThoseOfTheFrozenNoise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean signed = random.nextBoolean();
        float range = (float) random.nextDouble(-1, 1);
        float bits = (float) random.nextDouble(1, 5);
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
        assertThat(ActivationQuantiser.rangeGradient(range, bits, sums[0], sums[1]))
                .isCloseTo(forRange, near(forRange));
        assertThat(ActivationQuantiser.bitsGradient(range, bits, sums[0])).isCloseTo(forBits, near(forBits));
        for (int i = 0; i < count; i++) {
            double slope = difference(v -> clamp(v, range, bits, signed), x[i]);
            assertThat((double) dx[i]).isCloseTo(g[i] * slope, near(g[i]));
        }
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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void weightGradientsAreThoseOfTheFrozenNoise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = 3;
        int size = 20;
        int ranges = random.nextBoolean() ? 1 : channels;
        WeightQuantiser quantiser = new WeightQuantiser(channels, size, ranges);
        int rangeAt = channels * size;
        int bitsAt = rangeAt + ranges;
        float[] values = new float[bitsAt + 1];
        float[] g = new float[channels * size];
        for (int i = 0; i < g.length; i++) {
            values[i] = (float) random.nextGaussian();
            g[i] = (float) random.nextGaussian();
        }
        for (int r = 0; r < ranges; r++) {
            values[rangeAt + r] = (float) random.nextDouble(0, 1.5);
        }
        values[bitsAt] = (float) random.nextDouble(1, 4);
        float[] rounded = new float[g.length];
        quantiser.quantise(values, 0, values, rangeAt, values[bitsAt], rounded);
        float[] gradient = new float[values.length];
        quantiser.addGradient(g, values, gradient, 0, rangeAt, bitsAt);

        double[] error = new double[g.length];
        for (int i = 0; i < g.length; i++) {
            float range = values[rangeAt + (ranges == 1 ? 0 : i / size)];
            error[i] = (rounded[i] - weightClamp(values[i], range, values[bitsAt]))
                    / Math.pow(2, (double) range - values[bitsAt]);
            assertThat(Math.abs(error[i])).isLessThanOrEqualTo(0.5 + 1e-4);
        }
        for (int p = 0; p < values.length; p++) {
            int place = p;
            double expected = difference(v -> frozenWeights(values, g, error, size, ranges, place, v), values[p]);
            assertThat((double) gradient[p]).as("parameter %d", p).isCloseTo(expected, near(expected));
        }
    }

    private static double weightClamp(double w, double range, double bits) {
        double bound = (Math.pow(2, range) - Math.pow(2, range - bits)) / 2;
        return Math.max(-bound, Math.min(bound, w));
    }

    private static double frozenWeights(
            float[] values, float[] g, double[] error, int size, int ranges, int place, double value) {
        double sum = 0;
        int bitsAt = values.length - 1;
        double bits = place == bitsAt ? value : values[bitsAt];
        for (int i = 0; i < g.length; i++) {
            int rangeAt = g.length + (ranges == 1 ? 0 : i / size);
            double range = place == rangeAt ? value : values[rangeAt];
            double w = place == i ? value : values[i];
            sum += g[i] * (weightClamp(w, range, bits) + Math.pow(2, range - bits) * error[i]);
        }
        return sum;
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
