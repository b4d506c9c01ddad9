package narrowband.training.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.Losses;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Noise on the gradients of steps, {@code dL/ds = sum g (e + s r)} (gdnsq 1.3), in a network of one dense layer. */
class DitherTest {
    private static final int STEPS = 600;
    private static final int BATCH = 6;
    private static final Shape IMAGE = new Shape(4, 4, 1);
    private static final int CLASSES = 3;
    private static final float RANGE = 0.3f;
    private static final float BITS = 2.5f;
    private static final double LN2 = Math.log(2);

    private final Parameters parameters;
    private final Graph graph;
    private final Batch batch = new Batch(BATCH, IMAGE.size());

    DitherTest() {
        Graph.Builder net = new Graph.Builder("dense", IMAGE);
        net.add(new Node.Image("image"));
        net.add(new Node.Dense("dense", "image", CLASSES, true));
        graph = QuantisedGraph.of(net.build());
        parameters = Parameters.initial(graph, 3);
        for (Slice slice : parameters.layout().slices()) {
            if (slice.isBits() || slice.isRange()) {
                Arrays.fill(
                        parameters.values(),
                        slice.offset(),
                        slice.offset() + slice.size(),
                        slice.isBits() ? BITS : RANGE);
            }
        }
        SplittableRandom random = new SplittableRandom(4);
        random.nextBytes(batch.pixels());
        Arrays.setAll(batch.labels(), _ -> random.nextInt(CLASSES));
    }

    /** The gradients of one pass with each noise. */
    private float[][] gradients(int threads, StepNoise... noises) {
        try (Workers workers = new Workers(threads)) {
            JvmNetwork network = new JvmNetwork(graph, parameters, new VectorKernels(), workers, BATCH, true);
            float[][] gradients = new float[noises.length][];
            for (int i = 0; i < noises.length; i++) {
                float[] scores = network.forward(batch.pixels(), BATCH);
                new Losses(CLASSES).crossEntropy(scores, batch.labels(), BATCH, network.scoreGradient());
                gradients[i] = network.backward(noises[i]).clone();
            }
            return gradients;
        }
    }

    private float[][] gradients(Dither dither, long seed) {
        StepNoise[] noises = new StepNoise[STEPS];
        Arrays.setAll(noises, step -> new StepNoise(dither, seed, step));
        return gradients(1, noises);
    }

    /** What the noise adds to a width's gradient in each step, in units of {@code -ln2 s}: the noise of {@code dL/ds}. */
    private double[] noiseOfStep(Dither dither, String width) {
        int at = parameters.layout().parameter(width).offset();
        double plain = gradients(1, StepNoise.NONE)[0][at];
        double step = ActivationQuantiser.step(RANGE, BITS);
        return Arrays.stream(gradients(dither, 5))
                .mapToDouble(gradient -> (gradient[at] - plain) / (-LN2 * step))
                .toArray();
    }

    private static void assertHasVariance(double[] noise, double variance) {
        double mean = Arrays.stream(noise).average().orElseThrow();
        double square = Arrays.stream(noise).map(n -> n * n).average().orElseThrow();
        // Of so many draws; the square of a nearly normal variable has twice its variance squared for its own.
        assertThat(mean).isCloseTo(0, Offset.offset(4 * Math.sqrt(variance / STEPS)));
        assertThat(square).isCloseTo(variance, Offset.offset(4 * variance * Math.sqrt(2.0 / STEPS)));
    }

    /** The gradient of the scores, by image and class. */
    private float[] scoreGradient() {
        try (Workers workers = new Workers(1)) {
            JvmNetwork network = new JvmNetwork(graph, parameters, new VectorKernels(), workers, BATCH, true);
            float[] scores = network.forward(batch.pixels(), BATCH);
            new Losses(CLASSES).crossEntropy(scores, batch.labels(), BATCH, network.scoreGradient());
            return network.scoreGradient().clone();
        }
    }

    private float[] roundedWeights() {
        Weighted layer = (Weighted) graph.node("dense");
        float[] rounded = new float[CLASSES * IMAGE.size()];
        WeightQuantiser.of(graph, layer)
                .quantise(
                        parameters.values(),
                        parameters.layout().parameter("dense.weight").offset(),
                        parameters.values(),
                        parameters.layout().parameter("dense.range").offset(),
                        BITS,
                        rounded);
        return rounded;
    }

    /** Var(sum s r g) = s^2 r^2 sum g^2, g = W^T dL/dz for what the dense layer takes in. */
    @ParameterizedTest
    @CsvSource({"FAIR_COIN, 0.25", "UNIFORM_VARIANCE, 0.08333333"})
    void theNoiseOfActivationsHasMeanZeroAndThePublishedVariance(Dither dither, double variance) {
        float[] slopes = scoreGradient();
        float[] weights = roundedWeights();
        double squares = 0;
        for (int n = 0; n < BATCH; n++) {
            for (int i = 0; i < IMAGE.size(); i++) {
                double g = 0;
                for (int o = 0; o < CLASSES; o++) {
                    g += weights[o * IMAGE.size() + i] * slopes[n * CLASSES + o];
                }
                squares += g * g;
            }
        }
        double step = ActivationQuantiser.step(RANGE, BITS);
        assertHasVariance(noiseOfStep(dither, "image.bits"), variance * step * step * squares);
    }

    /** For weights g = sum_n dL/dz x^, with x^ the quantised pixels. */
    @ParameterizedTest
    @CsvSource({"FAIR_COIN, 0.25", "UNIFORM_VARIANCE, 0.08333333"})
    void theNoiseOfWeightsHasMeanZeroAndThePublishedVariance(Dither dither, double variance) {
        float[] slopes = scoreGradient();
        double step = ActivationQuantiser.step(RANGE, BITS);
        double highest = Math.floor(Math.pow(2, BITS) - 0.5);
        double squares = 0;
        for (int o = 0; o < CLASSES; o++) {
            for (int i = 0; i < IMAGE.size(); i++) {
                double g = 0;
                for (int n = 0; n < BATCH; n++) {
                    double pixel = (batch.pixels()[n * IMAGE.size() + i] & 0xff) / 256.0;
                    g += slopes[n * CLASSES + o] * step * Math.min(highest, Math.floor(pixel / step + 0.5));
                }
                squares += g * g;
            }
        }
        assertHasVariance(noiseOfStep(dither, "dense.bits"), variance * step * step * squares);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dither.class,
            names = {"FAIR_COIN", "UNIFORM_VARIANCE"})
    void theSameSeedAndStepGiveTheSameNoiseOnAnyNumberOfThreadsAndOthersDoNot(Dither dither) {
        StepNoise noise = new StepNoise(dither, 1, 7);
        float[] one = gradients(1, noise)[0];
        assertThat(gradients(2, noise)[0]).isEqualTo(one);
        assertThat(gradients(3, new StepNoise(dither, 9, 9), noise)[1]).isEqualTo(one);
        assertThat(gradients(1, new StepNoise(dither, 2, 7))[0]).isNotEqualTo(one);
        assertThat(gradients(1, new StepNoise(dither, 1, 8))[0]).isNotEqualTo(one);
    }

    /** Only ranges and widths hear of it: a step is in none of the other gradients. */
    @ParameterizedTest
    @EnumSource(
            value = Dither.class,
            names = {"FAIR_COIN", "UNIFORM_VARIANCE"})
    void weightsAndBiasesKeepTheirGradients(Dither dither) {
        float[][] gradients = gradients(1, StepNoise.NONE, new StepNoise(dither, 1, 1));
        for (Slice slice : parameters.layout().slices()) {
            boolean same = Arrays.equals(
                    gradients[0],
                    slice.offset(),
                    slice.offset() + slice.size(),
                    gradients[1],
                    slice.offset(),
                    slice.offset() + slice.size());
            assertThat(same).as(slice.name()).isEqualTo(!slice.isBits() && !slice.isRange());
        }
    }
}
