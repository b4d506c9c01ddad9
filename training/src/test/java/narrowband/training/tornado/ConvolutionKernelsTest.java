package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of random shapes against sums written out in double. */
class ConvolutionKernelsTest {
    private record Case(
            long seed,
            int images,
            int height,
            int width,
            int channels,
            int outputs,
            int kernel,
            int stride,
            int padding) {
        int rows() {
            return (height + 2 * padding - kernel) / stride + 1;
        }

        int columns() {
            return (width + 2 * padding - kernel) / stride + 1;
        }
    }

    static Stream<Arguments> cases() {
        return Stream.iterate(1L, seed -> seed + 1).limit(60).map(seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            int kernel = random.nextInt(1, 5);
            // One channel, one image and one output are among them.
            return Arguments.of(new Case(
                    seed,
                    random.nextInt(1, 4),
                    kernel + random.nextInt(6),
                    kernel + random.nextInt(6),
                    random.nextInt(1, 8),
                    random.nextInt(1, 10),
                    kernel,
                    random.nextInt(1, 4),
                    random.nextInt(kernel)));
        });
    }

    private static float[] normal(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Places in memory: input, output, weights in both orders, a second input's gradient, shares and their sum. */
    private static final class Layout {
        final int in;
        final int out;
        final int ordered;
        final int rounded;
        final int inGradient;
        final int shares;
        final int sum;
        final float[] memory;

        Layout(int inSize, int outSize, int weights, int slices) {
            in = 5;
            out = in + inSize;
            ordered = out + outSize;
            rounded = ordered + weights;
            inGradient = rounded + weights;
            shares = inGradient + inSize;
            sum = shares + slices * weights;
            memory = new float[sum + weights];
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bothDirectionsAndTheWeightsGradientAreTheSumsThatDefineThem(Case c) {
        check(c, c.outputs(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void soAreThoseOfEachChannelByItself(Case c) {
        check(c, c.channels(), true);
    }

    private static void check(Case c, int outputs, boolean depthwise) {
        SplittableRandom random = new SplittableRandom(c.seed());
        int seen = depthwise ? 1 : c.channels();
        int taps = c.kernel() * c.kernel() * seen;
        int inSize = c.images() * c.height() * c.width() * c.channels();
        int positions = c.images() * c.rows() * c.columns();
        int slices = random.nextInt(1, 4);
        int size = Math.ceilDiv(positions, slices);
        slices = Math.ceilDiv(positions, size);
        Layout at = new Layout(inSize, positions * outputs, outputs * taps, slices);
        float[] x = normal(random, inSize);
        float[] w = normal(random, outputs * taps);
        float[] g = normal(random, positions * outputs);
        float[] share = normal(random, inSize);
        System.arraycopy(x, 0, at.memory, at.in, inSize);
        System.arraycopy(w, 0, at.memory, at.rounded, w.length);
        for (int o = 0; o < outputs; o++) {
            for (int t = 0; t < taps; t++) {
                at.memory[at.ordered + t * outputs + o] = w[o * taps + t];
            }
        }
        double[] y = new double[positions * outputs];
        double[] dx = new double[inSize];
        double[] dw = new double[w.length];
        double[] yScale = new double[y.length];
        double[] dxScale = new double[inSize];
        double[] dwScale = new double[w.length];
        for (int n = 0; n < c.images(); n++) {
            for (int r = 0; r < c.rows() * c.columns(); r++) {
                for (int k = 0; k < c.kernel() * c.kernel(); k++) {
                    int row = r / c.columns() * c.stride() - c.padding() + k / c.kernel();
                    int column = r % c.columns() * c.stride() - c.padding() + k % c.kernel();
                    if (row < 0 || row >= c.height() || column < 0 || column >= c.width()) {
                        continue;
                    }
                    for (int o = 0; o < outputs; o++) {
                        for (int s = 0; s < seen; s++) {
                            int i = ((n * c.height() + row) * c.width() + column) * c.channels() + (depthwise ? o : s);
                            int j = (n * c.rows() * c.columns() + r) * outputs + o;
                            int v = o * taps + k * seen + s;
                            y[j] += (double) x[i] * w[v];
                            dx[i] += (double) g[j] * w[v];
                            dw[v] += (double) g[j] * x[i];
                            yScale[j] += Math.abs(x[i] * w[v]);
                            dxScale[i] += Math.abs(g[j] * w[v]);
                            dwScale[v] += Math.abs(g[j] * x[i]);
                        }
                    }
                }
            }
        }
        int[] record = {
            at.in,
            at.out,
            at.ordered,
            -1,
            c.height(),
            c.width(),
            c.channels(),
            c.kernel(),
            c.stride(),
            c.padding(),
            c.rows(),
            c.columns(),
            outputs,
            c.images(),
            0,
            slices,
            size
        };
        int[] back = record.clone();
        back[0] = at.inGradient;
        back[2] = at.rounded;
        back[14] = 1;
        int[] weights = record.clone();
        weights[2] = at.shares;
        int[] sum = record.clone();
        sum[0] = at.shares;
        sum[1] = at.sum;
        if (depthwise) {
            run(Kernel.DEPTHWISE, at.memory, record, y.length);
        } else {
            run(Kernel.CONVOLVE, at.memory, record, Math.ceilDiv(positions, 4) * Math.ceilDiv(outputs, 4));
        }
        assertClose(at.memory, at.out, y, yScale, new float[y.length]);
        System.arraycopy(g, 0, at.memory, at.out, g.length);
        System.arraycopy(share, 0, at.memory, at.inGradient, inSize);
        if (depthwise) {
            run(Kernel.DEPTHWISE_INPUT_GRADIENT, at.memory, back, inSize);
            run(Kernel.DEPTHWISE_WEIGHT_GRADIENT, at.memory, weights, slices * w.length);
        } else {
            int pixels = inSize / c.channels();
            run(Kernel.INPUT_GRADIENT, at.memory, back, Math.ceilDiv(pixels, 4) * Math.ceilDiv(c.channels(), 4));
            run(Kernel.WEIGHT_GRADIENT, at.memory, weights, slices * Math.ceilDiv(taps, 4) * Math.ceilDiv(outputs, 4));
        }
        run(Kernel.SUM_SLICES, at.memory, sum, w.length);
        assertClose(at.memory, at.inGradient, dx, dxScale, share);
        assertClose(at.memory, at.sum, dw, dwScale, new float[w.length]);
    }

    private static void run(Kernel kernel, float[] memory, int[] record, int count) {
        Table table = new Table();
        Task task = new Work(kernel, record, count, "layer").task(table);
        float[] none = {};
        kernel.run(new Buffers(none, memory, table.toArray(), new byte[0], none, none, none), task.at(), task.count());
    }

    /** To 1e-5 of the sum of magnitudes. */
    private static void assertClose(float[] memory, int at, double[] expected, double[] scale, float[] before) {
        for (int i = 0; i < expected.length; i++) {
            double apart = Math.abs(memory[at + i] - before[i] - expected[i]);
            assertThat(apart).as("value %d", i).isLessThanOrEqualTo(1e-5 * (scale[i] + Math.abs(before[i])) + 1e-12);
        }
    }
}
