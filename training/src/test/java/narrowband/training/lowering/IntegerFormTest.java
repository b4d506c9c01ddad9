package narrowband.training.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;
import org.apache.commons.math3.fraction.BigFraction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The integer form of a layer (gdnsq 5.3, 5.7), against the sums it stands for. */
class IntegerFormTest {
    private static final Shape IMAGE = new Shape(6, 5, 2);
    private static final int OUTPUTS = 5;
    private static final int KERNEL = 3;

    /** A window's sums over the taps that lie in the image, for one output: of products and of inputs. */
    private record Sums(long products, long inputs) {}

    /** A convolution between two quantisers, its channels' weights around different middles. */
    private static Graph graph(WeightGrid grid) {
        Graph.Builder net = new Graph.Builder("one", IMAGE);
        net.add(new Node.Image("pixels"));
        net.add(new Node.Quantise("image", "pixels", "image", false));
        net.add(new Node.Convolution("conv", "image", OUTPUTS, KERNEL, 1, 1));
        net.add(new Node.BatchNorm("norm", "conv"));
        net.add(new Node.Quantise("codes", "norm", "codes", false));
        net.add(new Node.Dense("dense", "codes", 3, true));
        return net.build().with(grid);
    }

    private static Parameters parameters(Graph graph, int bits, SplittableRandom random) {
        Parameters parameters = Parameters.initial(graph, random.nextLong());
        float[] values = parameters.values();
        for (Weighted layer : graph.weighted()) {
            int at = parameters.layout().parameter(layer.name() + ".weight").offset();
            int taps = graph.fanIn(layer);
            for (int i = 0; i < layer.outputs() * taps; i++) {
                values[at + i] += (i / taps - 2) * 0.3f;
            }
            WeightQuantiser.of(graph, layer)
                    .calibrate(
                            values,
                            at,
                            parameters
                                    .layout()
                                    .parameter(layer.name() + ".range")
                                    .offset(),
                            bits);
            parameters.set(layer.name() + ".bits", 0, bits);
        }
        for (String quantiser : new String[] {"image", "codes"}) {
            parameters.set(quantiser + ".range", 0, (float) random.nextDouble(-1, 1));
            parameters.set(quantiser + ".bits", 0, 3);
        }
        return parameters;
    }

    static Stream<Arguments> layers() {
        return Stream.of(WeightGrid.MID_RISE, WeightGrid.HALF_INTEGER)
                .flatMap(grid -> Stream.of(1, 2, 3, 5).map(bits -> Arguments.of(grid, bits)));
    }

    /**
     * The accumulator of the integer network is {@code I = 2A + Z B}, border and all: {@code A} the sum of unsigned codes' products,
     * {@code B} that of the inputs, {@code Z = -(2^b - 1)} on the mid-rise grid ("bipolar").
     */
    @ParameterizedTest
    @MethodSource("layers")
    void accumulatorsAreTwiceTheUnsignedSumPlusTheZeroPointTimesTheWindow(WeightGrid grid, int bits) {
        SplittableRandom random = new SplittableRandom(bits);
        Graph graph = graph(grid);
        Parameters parameters = parameters(graph, bits, random);
        IntegerNetwork network = Lowering.lower(graph, parameters);
        int[] image = random.ints(IMAGE.size(), 0, 256).toArray();
        Map<String, int[]> codes = new ReferenceExecutor(network).run(image);
        for (int o = 0; o < OUTPUTS; o++) {
            int zero = zero(graph, parameters, bits, o);
            for (int y = 0; y < IMAGE.height(); y++) {
                for (int x = 0; x < IMAGE.width(); x++) {
                    Sums sums = sums(graph, parameters, bits, o, zero, codes.get("image"), y, x);
                    assertThat((long) codes.get("conv")[(y * IMAGE.width() + x) * OUTPUTS + o])
                            .as("output %d at %d, %d", o, y, x)
                            .isEqualTo(2 * sums.products + zero * sums.inputs);
                }
            }
        }
    }

    /** {@code Z} by its definition, from a channel's weights and its range, in real numbers. */
    private static int zero(Graph graph, Parameters parameters, int bits, int output) {
        if (graph.weightGrid() == WeightGrid.MID_RISE) {
            return -((1 << bits) - 1);
        }
        double[] weights = weights(graph, parameters, output);
        double step = step(graph, parameters, bits, output);
        double middle = (Arrays.stream(weights).min().orElseThrow()
                        + Arrays.stream(weights).max().orElseThrow())
                / 2;
        double lowest = middle - step * ((1 << bits) - 1) / 2;
        int most = (1 << bits + 1) - 1;
        return (int) Math.max(-most, Math.min(1, 2 * Math.floor(lowest / step) + 1));
    }

    private static double step(Graph graph, Parameters parameters, int bits, int output) {
        double range = Math.pow(2, parameters.get("conv.range", output));
        return range / (graph.weightGrid() == WeightGrid.MID_RISE ? 1 << bits : (1 << bits) - 1);
    }

    private static double[] weights(Graph graph, Parameters parameters, int output) {
        int taps = graph.fanIn((Weighted) graph.node("conv"));
        double[] weights = new double[taps];
        Arrays.setAll(weights, i -> parameters.get("conv.weight", output * taps + i));
        return weights;
    }

    private static Sums sums(
            Graph graph, Parameters parameters, int bits, int output, int zero, int[] inputs, int y, int x) {
        double[] weights = weights(graph, parameters, output);
        double step = step(graph, parameters, bits, output);
        long products = 0;
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            int row = y - 1 + i / IMAGE.channels() / KERNEL;
            int column = x - 1 + i / IMAGE.channels() % KERNEL;
            if (row < 0 || row >= IMAGE.height() || column < 0 || column >= IMAGE.width()) {
                continue;
            }
            double code = Math.floor(weights[i] / step - zero / 2.0 + 0.5);
            long k = (long) Math.max(0, Math.min((1 << bits) - 1, code));
            int input = inputs[(row * IMAGE.width() + column) * IMAGE.channels() + i % IMAGE.channels()];
            products += k * input;
            sum += input;
        }
        return new Sums(products, sum);
    }

    /** What the channel's float weights mean is exactly that integer times half a weight's step, as rational numbers. */
    @ParameterizedTest
    @MethodSource("layers")
    void roundedWeightsAreTheirIntegersTimesHalfAStep(WeightGrid grid, int bits) {
        Graph graph = graph(grid);
        Parameters parameters = parameters(graph, bits, new SplittableRandom(10 + bits));
        FrozenNetwork.Weights frozen =
                FrozenNetwork.of(graph, parameters).weights().get("conv");
        Weighted layer = (Weighted) graph.node("conv");
        int taps = graph.fanIn(layer);
        float[] rounded = new float[OUTPUTS * taps];
        WeightQuantiser.of(graph, layer)
                .quantise(
                        parameters.values(),
                        parameters.layout().parameter("conv.weight").offset(),
                        parameters.values(),
                        parameters.layout().parameter("conv.range").offset(),
                        bits,
                        rounded);
        for (int i = 0; i < rounded.length; i++) {
            BigFraction exact = new BigFraction(frozen.steps()[i / taps])
                    .multiply(frozen.value(i))
                    .divide(2);
            // A float has 24 bits: the product of a step and a small integer is rounded once.
            assertThat(rounded[i]).isEqualTo(exact.floatValue());
        }
        assertThat(frozen.bits()).isBetween(bits, bits + grid.morePlanes());
    }

    /** Planes of bipolar weights and unsigned inputs, counted by AND: {@code sum 2^(i+j) (2 pop(w_i & x_j) - pop(x_j))}. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void planesOfOnesAndMinusOnesAddUpToTheOddIntegers(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int bits = random.nextInt(1, 7);
        int inputBits = random.nextInt(1, 7);
        int count = random.nextInt(1, 63);
        int[] w = random.ints(count, 0, 1 << bits).toArray();
        int[] x = random.ints(count, 0, 1 << inputBits).toArray();
        WeightCodes codes = new WeightCodes(bits, 1, count, w);
        long expected = 0;
        long a = 0;
        long b = 0;
        for (int i = 0; i < count; i++) {
            expected += (long) codes.value(0, i) * x[i];
            a += (long) w[i] * x[i];
            b += x[i];
        }
        long planes = 0;
        long unsigned = 0;
        for (int i = 0; i < bits; i++) {
            for (int j = 0; j < inputBits; j++) {
                long weights = plane(w, i);
                long inputs = plane(x, j);
                planes += (2L * Long.bitCount(weights & inputs) - Long.bitCount(inputs)) << i + j;
                // AND from XNOR: 2 pop(w & x) = pop(xnor) - N + |w| + |x|.
                long equal = Long.bitCount(~(weights ^ inputs) & (1L << count) - 1);
                unsigned += (equal - count + Long.bitCount(weights) + Long.bitCount(inputs)) << i + j;
            }
        }
        assertThat(planes).isEqualTo(expected);
        assertThat(planes).isEqualTo(2 * a - ((1L << bits) - 1) * b);
        assertThat(unsigned).isEqualTo(2 * a);
        // A complemented code is the negated weight, which is how negative factors of batch norm go away.
        int top = (1 << bits) - 1;
        WeightCodes complemented = new WeightCodes(
                bits, 1, count, Arrays.stream(w).map(k -> top - k).toArray());
        for (int i = 0; i < count; i++) {
            assertThat(complemented.value(0, i)).isEqualTo(-codes.value(0, i));
        }
    }

    private static long plane(int[] codes, int bit) {
        long plane = 0;
        for (int i = 0; i < codes.length; i++) {
            plane |= (long) (codes[i] >> bit & 1) << i;
        }
        return plane;
    }
}
