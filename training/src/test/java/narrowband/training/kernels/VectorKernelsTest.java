package narrowband.training.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
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
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void depthwiseConvolutionsAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = new int[] {3, 16, 20, 32, 48}[random.nextInt(5)];
        int kernel = random.nextInt(1, 5);
        int stride = random.nextInt(1, 3);
        int rows = random.nextInt(1, 5);
        int columns = random.nextInt(1, 12);
        int paddedColumns = (columns - 1) * stride + kernel + random.nextInt(2);
        Window window = Window.of(rows, columns, channels, kernel, channels, paddedColumns, stride);
        float[] in = noise(random, ((rows - 1) * stride + kernel) * paddedColumns * channels + 5);
        float[] weights = noise(random, window.weights());
        float[] gradient = noise(random, window.size() + 3);

        float[] expected = new float[window.size() + 3];
        float[] is = new float[window.size() + 3];
        scalar.depthwise(in, 5, window, weights, expected, 3);
        vector.depthwise(in, 5, window, weights, is, 3);
        assertEqual(is, expected);

        float[] expectedSum = noise(random, weights.length + 2);
        float[] sum = expectedSum.clone();
        scalar.depthwiseWeightGradient(in, 5, window, gradient, 3, expectedSum, 2);
        vector.depthwiseWeightGradient(in, 5, window, gradient, 3, sum, 2);
        assertEqual(sum, expectedSum);
    }

    /** One channel's plain depthwise convolution is an ordinary convolution of one channel to one output. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aDepthwiseConvolutionOfOneChannelIsAnOrdinaryOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Window window = Window.of(4, 5, 1, 3, 1, 12, 2);
        float[] in = noise(random, 9 * 12);
        float[] weights = noise(random, 9);
        float[] gradient = noise(random, window.size());
        float[] expected = new float[window.size()];
        float[] is = new float[window.size()];
        scalar.convolve(in, 0, window, weights, expected, 0);
        scalar.depthwise(in, 0, window, weights, is, 0);
        assertEqual(is, expected);
        float[] expectedSum = new float[9];
        float[] sum = new float[9];
        scalar.weightGradient(in, 0, window, gradient, 0, expectedSum, 0);
        scalar.depthwiseWeightGradient(in, 0, window, gradient, 0, sum, 0);
        assertEqual(sum, expectedSum);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void convolutionsOfBlockedImagesAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = random.nextInt(3, 7);
        int columns = random.nextInt(10, 20);
        int channels = 16 * random.nextInt(1, 4);
        int outputs = 16 * random.nextInt(1, 4);
        int padding = random.nextInt(3);
        BlockedImage image = new BlockedImage(rows, columns, channels, padding);
        float[] in = new float[image.size()];
        int stride = random.nextInt(1, 3);
        scalar.block(noise(random, rows * columns * channels), 0, stride, image, in);
        float[] weights = noise(random, image.weights(outputs));
        int size = image.outputRows() * image.outputColumns() * outputs;

        float[] expected = new float[size + 3];
        float[] is = new float[size + 3];
        scalar.convolve3x3(in, image, stride, outputs, weights, expected, 3);
        vector.convolve3x3(in, image, stride, outputs, weights, is, 3);
        assertEqual(is, expected);

        BlockedImage gradientImage = new BlockedImage(image.outputRows(), image.outputColumns(), outputs, 2 - padding);
        float[] gradient = new float[gradientImage.size()];
        scalar.block(noise(random, size), 0, 1, gradientImage, gradient);
        float[] expectedSum = noise(random, weights.length + 2);
        float[] sum = expectedSum.clone();
        scalar.weightGradient3x3(in, image, gradient, gradientImage, expectedSum, 2);
        vector.weightGradient3x3(in, image, gradient, gradientImage, sum, 2);
        assertEqual(sum, expectedSum);
    }

    /** The plain form of the blocked convolution itself against the one over windows. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aBlockedConvolutionIsTheOneOverWindows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = random.nextInt(3, 6);
        int columns = random.nextInt(8, 12);
        int channels = 32;
        int outputs = 16;
        float[] x = noise(random, rows * columns * channels);
        BlockedImage image = new BlockedImage(rows, columns, channels, 1);
        Window window = Window.of(rows, columns, outputs, 3, channels, columns + 2, 1);
        float[] padded = new float[(rows + 2) * (columns + 2) * channels];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(
                    x, y * columns * channels, padded, ((y + 1) * (columns + 2) + 1) * channels, columns * channels);
        }
        float[] weights = noise(random, window.weights() * outputs);
        float[] packed = new float[image.weights(outputs)];
        float[] gradient = noise(random, window.size());
        float[] expectedSum = new float[weights.length];
        scalar.weightGradient(padded, 0, window, gradient, 0, expectedSum, 0);
        BlockedImage gradientImage = new BlockedImage(rows, columns, outputs, 1);
        float[] in = new float[image.size()];
        float[] blockedGradient = new float[gradientImage.size()];
        float[] sum = new float[packed.length];
        scalar.block(x, 0, 1, image, in);
        scalar.block(gradient, 0, 1, gradientImage, blockedGradient);
        scalar.weightGradient3x3(in, image, blockedGradient, gradientImage, sum, 0);
        for (int i = 0; i < weights.length; i++) {
            int o = i % outputs;
            int tap = i / outputs;
            int place = image.weight(o, tap / channels / 3, tap / channels % 3, tap % channels);
            packed[place] = weights[i];
            assertThat(sum[place]).isCloseTo(expectedSum[i], Offset.offset(1e-4f));
        }
        float[] expected = new float[window.size()];
        float[] is = new float[window.size()];
        scalar.convolve(padded, 0, window, weights, expected, 0);
        scalar.convolve3x3(in, image, 1, outputs, packed, is, 0);
        assertEqual(is, expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void blockingAgreesAndLeavesNothingOfWhatWasThere(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int stride = random.nextInt(1, 3);
        BlockedImage image = new BlockedImage(
                random.nextInt(1, 8), random.nextInt(1, 8), 16 * random.nextInt(1, 4), random.nextInt(3));
        float[] x = noise(random, 5 + image.rows() * image.columns() * image.channels());
        float[] expected = noise(random, image.size());
        float[] is = noise(random, image.size());
        scalar.block(x, 5, stride, image, expected);
        vector.block(x, 5, stride, image, is);
        assertThat(is).isEqualTo(expected);
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
    void activationsBehindBatchNormAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = new int[] {8, 16, 32, 5}[random.nextInt(4)];
        int pixels = random.nextInt(1, 50);
        int offset = channels * random.nextInt(3);
        float[] x = noise(random, offset + pixels * channels);
        float[] g = noise(random, x.length);
        float[] scale = noise(random, channels);
        float[] shift = noise(random, channels);
        Grid grid = grid(random);

        float[] expected = new float[x.length];
        float[] out = new float[x.length];
        scalar.normaliseQuantise(x, offset, pixels, channels, scale, shift, grid, expected);
        vector.normaliseQuantise(x, offset, pixels, channels, scale, shift, grid, out);
        assertThat(out).isEqualTo(expected);
        scalar.normaliseRectify(x, offset, pixels, channels, scale, shift, expected);
        vector.normaliseRectify(x, offset, pixels, channels, scale, shift, out);
        assertThat(out).isEqualTo(expected);

        float[] expectedSums = noise(random, 2 * channels + 3);
        float[] sums = expectedSums.clone();
        scalar.normaliseQuantiseGradient(x, g, offset, pixels, channels, scale, shift, grid, expected, expectedSums, 1);
        vector.normaliseQuantiseGradient(x, g, offset, pixels, channels, scale, shift, grid, out, sums, 1);
        assertThat(out).isEqualTo(expected);
        assertEqual(sums, expectedSums);
        scalar.normaliseRectifyGradient(x, g, offset, pixels, channels, scale, shift, expected, expectedSums, 1);
        vector.normaliseRectifyGradient(x, g, offset, pixels, channels, scale, shift, out, sums, 1);
        assertThat(out).isEqualTo(expected);
        assertEqual(sums, expectedSums);
    }

    /** One pass gives what the passes that it stands for give one after the other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void onePassIsTheSameAsSeveral(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = 5;
        int pixels = random.nextInt(1, 50);
        float[] x = noise(random, pixels * channels);
        float[] g = noise(random, x.length);
        float[] scale = noise(random, channels);
        float[] shift = noise(random, channels);
        Grid grid = grid(random);
        float[] between = new float[x.length];
        float[] passed = new float[x.length];
        float[] channelSums = new float[2 * channels];
        float[] gridSums = new float[2];
        scalar.scaleShift(x, 0, pixels, channels, scale, shift, between);
        scalar.quantiseGradient(between, g, 0, x.length, grid, passed, gridSums, 0);
        scalar.channelSums(passed, x, 0, pixels, channels, channelSums, 0);

        float[] out = new float[x.length];
        float[] sums = new float[2 * channels + 2];
        scalar.normaliseQuantiseGradient(x, g, 0, pixels, channels, scale, shift, grid, out, sums, 0);
        assertThat(out).isEqualTo(passed);
        for (int i = 0; i < sums.length; i++) {
            float expected = i < channelSums.length ? channelSums[i] : gridSums[i - channelSums.length];
            assertThat(sums[i]).isCloseTo(expected, Offset.offset(1e-4f * (1 + Math.abs(expected))));
        }
    }

    private static Grid grid(SplittableRandom random) {
        float step = 0.3f;
        return random.nextBoolean() ? new Grid(step, 0, 3 * step, 0, 3) : new Grid(step, -4 * step, 3 * step, -4, 3);
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
        Grid grid = grid(random);

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

        float[] y = noise(random, x.length);
        scalar.addQuantise(x, y, offset, count, grid, expected);
        vector.addQuantise(x, y, offset, count, grid, out);
        assertThat(out).isEqualTo(expected);
        scalar.addQuantiseGradient(x, y, g, offset, count, grid, expected, expectedSums, 1);
        vector.addQuantiseGradient(x, y, g, offset, count, grid, out, sums, 1);
        assertThat(out).isEqualTo(expected);
        assertEqual(sums, expectedSums);
        scalar.addRectify(x, y, offset, count, expected);
        vector.addRectify(x, y, offset, count, out);
        assertThat(out).isEqualTo(expected);
        scalar.addRectifyGradient(x, y, g, offset, count, expected);
        vector.addRectifyGradient(x, y, g, offset, count, out);
        assertThat(out).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void maximumPoolingAgreesAlsoWhereCodesTie(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = random.nextBoolean() ? 16 : 6;
        int size = random.nextInt(2, 4);
        int stride = random.nextInt(1, 4);
        int padding = random.nextInt(size);
        PoolShape pool =
                new PoolShape(random.nextInt(size, 9), random.nextInt(size, 9), channels, size, stride, padding);
        float[] x = new float[pool.rows() * pool.columns() * channels];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(3);
        }
        int pooledSize = pool.outputRows() * pool.outputColumns() * channels;
        float[] g = noise(random, pooledSize);
        float[] expected = new float[pooledSize];
        float[] is = new float[pooledSize];
        scalar.maxPool(x, 0, pool, expected, 0);
        vector.maxPool(x, 0, pool, is, 0);
        assertThat(is).isEqualTo(expected);
        float[] expectedOut = noise(random, x.length);
        float[] out = noise(random, x.length);
        scalar.maxPoolGradient(x, 0, pool, expected, g, 0, expectedOut);
        vector.maxPoolGradient(x, 0, pool, expected, g, 0, out);
        assertThat(out).isEqualTo(expectedOut);
    }

    /** By hand: windows over rows -1..1 and 1..3, columns -1..1 and 1..3; the 5 is the first maximum of two windows. */
    @Test
    void overlappingMaximaSeeTheImageAloneAndShareTheirGradients() {
        PoolShape pool = new PoolShape(3, 4, 1, 3, 2, 1);
        float[] x = {
            -1, -2, -3, -4,
            5, -9, -9, 6,
            -9, -9, 7, -9
        };
        float[] pooled = new float[4];
        scalar.maxPool(x, 0, pool, pooled, 0);
        assertThat(pooled).containsExactly(5, 6, 5, 7);
        float[] out = new float[12];
        scalar.maxPoolGradient(x, 0, pool, pooled, new float[] {1, 2, 4, 8}, 0, out);
        assertThat(out).containsExactly(0, 0, 0, 0, 5, 0, 0, 2, 0, 0, 8, 0);
    }
}
