package narrowband.training.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector form computes what the scalar one means, for shapes that fill vectors and tiles and shapes that do not. */
class VectorKernelsTest {
    private static final float TOLERANCE = 2e-4f;

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = new VectorKernels();

    private static float[] noise(SplittableRandom random, int size) {
        float[] noise = new float[size];
        for (int i = 0; i < size; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }

    private static void assertEqual(float[] is, float[] expected) {
        assertThat(is).hasSameSizeAs(expected);
        for (int i = 0; i < is.length; i++) {
            assertThat(is[i])
                    .as("at %d", i)
                    .isCloseTo(expected[i], Offset.offset(TOLERANCE * (1 + Math.abs(expected[i]))));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void convolutionsAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = new int[] {1, 3, 8, 16, 20}[random.nextInt(5)];
        int outputs = new int[] {1, 3, 8, 16, 24, 32, 37}[random.nextInt(7)];
        int kernel = random.nextInt(1, 4);
        int stride = random.nextInt(1, 3);
        int rows = random.nextInt(1, 5);
        int columns = random.nextInt(1, 20);
        int paddedColumns = (columns - 1) * stride + kernel + random.nextInt(2);
        Window window = Window.of(rows, columns, outputs, kernel, channels, paddedColumns, stride);
        float[] in = noise(random, ((rows - 1) * stride + kernel) * paddedColumns * channels + 5);
        float[] weights = noise(random, window.weights() * outputs);
        float[] gradient = noise(random, window.size() + 3);

        float[] expected = new float[window.size() + 3];
        float[] is = new float[window.size() + 3];
        scalar.convolve(in, 5, window, weights, expected, 3);
        vector.convolve(in, 5, window, weights, is, 3);
        assertEqual(is, expected);

        scalar.convolveToFew(in, 5, window, weights, expected, 3);
        vector.convolveToFew(in, 5, window, weights, is, 3);
        assertEqual(is, expected);

        float[] expectedSum = noise(random, weights.length + 2);
        float[] sum = expectedSum.clone();
        scalar.weightGradient(in, 5, window, gradient, 3, expectedSum, 2);
        vector.weightGradient(in, 5, window, gradient, 3, sum, 2);
        assertEqual(sum, expectedSum);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void loopsOverChannelsAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = new int[] {8, 16, 32, 5}[random.nextInt(4)];
        int pixels = random.nextInt(1, 50);
        int offset = channels * random.nextInt(3);
        float[] x = noise(random, offset + pixels * channels);
        float[] g = noise(random, x.length);
        float[] p = noise(random, channels);
        float[] q = noise(random, channels);
        float[] r = noise(random, channels);

        float[] expected = new float[2 * channels + 1];
        float[] is = new float[2 * channels + 1];
        scalar.channelSums(x, g, offset, pixels, channels, expected, 1);
        vector.channelSums(x, g, offset, pixels, channels, is, 1);
        assertEqual(is, expected);

        float[] expectedOut = new float[x.length];
        float[] out = new float[x.length];
        scalar.scaleShift(x, offset, pixels, channels, p, q, expectedOut);
        vector.scaleShift(x, offset, pixels, channels, p, q, out);
        assertEqual(out, expectedOut);
        scalar.combine(g, x, offset, pixels, channels, p, q, r, expectedOut);
        vector.combine(g, x, offset, pixels, channels, p, q, r, out);
        assertEqual(out, expectedOut);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void elementwiseLoopsAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int offset = random.nextInt(20);
        int count = random.nextInt(1, 200);
        float[] x = noise(random, offset + count);
        float[] g = noise(random, x.length);
        float[] expected = new float[x.length];
        float[] out = new float[x.length];
        float step = 0.3f;
        Grid grid =
                random.nextBoolean() ? new Grid(step, 0, 3 * step, 0, 3) : new Grid(step, -4 * step, 3 * step, -4, 3);

        scalar.rectify(x, offset, count, expected);
        vector.rectify(x, offset, count, out);
        assertThat(out).isEqualTo(expected);
        scalar.rectifyGradient(x, g, offset, count, expected);
        vector.rectifyGradient(x, g, offset, count, out);
        assertThat(out).isEqualTo(expected);
        scalar.add(x, g, offset, count, expected);
        vector.add(x, g, offset, count, out);
        assertThat(out).isEqualTo(expected);
        scalar.quantise(x, offset, count, grid, expected);
        vector.quantise(x, offset, count, grid, out);
        assertThat(out).isEqualTo(expected);

        float[] expectedSums = new float[3];
        float[] sums = new float[3];
        scalar.quantiseGradient(x, g, offset, count, grid, expected, expectedSums, 1);
        vector.quantiseGradient(x, g, offset, count, grid, out, sums, 1);
        assertThat(out).isEqualTo(expected);
        assertEqual(sums, expectedSums);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void maximumPoolingAgreesAlsoWhereCodesTie(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = random.nextBoolean() ? 16 : 6;
        int size = random.nextInt(2, 4);
        int rows = random.nextInt(size, 9);
        int columns = random.nextInt(size, 9);
        float[] x = new float[rows * columns * channels];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(3);
        }
        int pooledSize = (rows / size) * (columns / size) * channels;
        float[] g = noise(random, pooledSize);
        float[] expected = new float[pooledSize];
        float[] is = new float[pooledSize];
        scalar.maxPool(x, 0, rows, columns, channels, size, expected, 0);
        vector.maxPool(x, 0, rows, columns, channels, size, is, 0);
        assertThat(is).isEqualTo(expected);
        float[] expectedOut = noise(random, x.length);
        float[] out = noise(random, x.length);
        scalar.maxPoolGradient(x, 0, rows, columns, channels, size, expected, g, 0, expectedOut);
        vector.maxPoolGradient(x, 0, rows, columns, channels, size, expected, g, 0, out);
        assertThat(out).isEqualTo(expectedOut);
    }
}
