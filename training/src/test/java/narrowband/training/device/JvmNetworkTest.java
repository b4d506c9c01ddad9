package narrowband.training.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.RectifiedAdam;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.kernels.ScalarKernels;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JvmNetworkTest {
    private static final int BATCH = 10;
    /** Enough for differences, which take many passes. */
    private static final int FEW = 5;

    private static Batch images(Shape shape, long seed) {
        return images(shape, BATCH, seed);
    }

    private static Batch images(Shape shape, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Batch batch = new Batch(count, shape.size());
        random.nextBytes(batch.pixels());
        for (int i = 0; i < count; i++) {
            batch.labels()[i] = random.nextInt(5);
        }
        return batch;
    }

    /** Whole networks; {@link LayerGradientTest} has their layers in all forms, and quantised. */
    @ParameterizedTest
    @CsvSource({"tiny, 12, 1, 1", "tiny, 9, 3, 2", "cnn, 10, 3, 3", "mlp, 6, 1, 4", "resnet20, 7, 3, 5"})
    void gradientsOfTheFloatingPointNetworkAreDifferences(String model, int side, int channels, long seed) {
        Shape shape = new Shape(side, side, channels);
        List<Double> some = Collections.nCopies(channels, 0.4);
        Graph graph = Models.named(model, shape, 5).normalised(some, some);
        Parameters parameters = Parameters.initial(graph, seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] += (float) (0.05 * random.nextGaussian());
        }
        Batch batch = images(shape, FEW, seed);
        try (Workers workers = new Workers(2)) {
            JvmNetwork network = new JvmNetwork(graph, parameters, new VectorKernels(), workers, FEW, true);
            GradientCheck check = new GradientCheck(graph, network, parameters, batch);
            for (Slice slice : parameters.layout().slices()) {
                check.assertIsTheDifference(slice);
            }
        }
    }

    private static float[] trained(String model, int threads, boolean vector) {
        return trained(model, threads, vector, WeightGrid.MID_RISE, Dither.NONE);
    }

    private static float[] trained(String model, int threads, boolean vector, WeightGrid grid, Dither dither) {
        Shape shape = new Shape(12, 12, 1);
        Graph floatGraph = Models.named(model, shape, 5);
        Graph graph = QuantisedGraph.of(floatGraph).with(grid);
        Parameters teacher = Parameters.initial(floatGraph, 1);
        Parameters parameters = Parameters.initial(graph, 1);
        for (Slice slice : parameters.layout().slices()) {
            if (slice.isBits()) {
                parameters.values()[slice.offset()] = 3.5f;
            }
        }
        CostModel cost = new CostModel(graph, parameters.layout());
        float[] rates = new float[parameters.values().length];
        Arrays.fill(rates, 1);
        RectifiedAdam optimiser = new RectifiedAdam(rates.length);
        try (JvmDevice device = new JvmDevice(threads, vector ? new VectorKernels() : new ScalarKernels())) {
            Session session =
                    device.open(graph, parameters, Optional.of(new Device.Teacher(floatGraph, teacher)), BATCH);
            for (int step = 0; step < 8; step++) {
                session.step(
                        images(shape, step),
                        new Session.Plan(
                                optimiser,
                                step,
                                1e-3,
                                rates,
                                new ExteriorPenalty(cost, cost.multiplyAccumulates() * 4.0, 2, 8, 8),
                                0.1,
                                new StepNoise(dither, 1, step)));
            }
        }
        return parameters.values();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "cnn", "mlp"})
    void theNumberOfThreadsDoesNotChangeABit(String model) {
        float[] one = trained(model, 1, true);
        assertThat(trained(model, 2, true)).isEqualTo(one);
        assertThat(trained(model, 5, true)).isEqualTo(one);
    }

    /** Neither where weights have zero points of their own, nor with noise. */
    @ParameterizedTest
    @CsvSource({
        "tiny, HALF_INTEGER, NONE",
        "tiny, AFFINE, UNIFORM_VARIANCE",
        "cnn, MID_RISE, FAIR_COIN",
        "mlp, MID_RISE, FAIR_COIN"
    })
    void theNumberOfThreadsDoesNotChangeABitOnAnyGridAndWithNoise(String model, WeightGrid grid, Dither dither) {
        float[] one = trained(model, 1, true, grid, dither);
        assertThat(trained(model, 2, true, grid, dither)).isEqualTo(one);
        assertThat(trained(model, 5, true, grid, dither)).isEqualTo(one);
        assertThat(trained(model, 1, true)).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "cnn"})
    void aStepOfTheQuantisedNetworkIsTheSameWithScalarKernelsUpToRounding(String model) {
        float[] scalar = trained(model, 2, false);
        float[] vector = trained(model, 2, true);
        double apart = 0;
        for (int i = 0; i < scalar.length; i++) {
            apart += Math.abs(scalar[i] - vector[i]);
        }
        assertThat(apart / scalar.length).isLessThan(1e-4);
    }

    /** 4,320 values of 10 images; each thirtieth of them would be of the first channel. */
    @Test
    void aSampleSeesAllChannelsAlike() {
        Shape shape = new Shape(12, 12, 3);
        Graph graph = Models.named("tiny", shape, 5);
        Batch batch = new Batch(BATCH, shape.size());
        for (int i = 0; i < batch.pixels().length; i++) {
            batch.pixels()[i] = (byte) (i % 3);
        }
        try (Workers workers = new Workers(1)) {
            JvmNetwork network =
                    new JvmNetwork(graph, Parameters.initial(graph, 1), new VectorKernels(), workers, BATCH, true);
            network.evaluate(batch.pixels(), BATCH);
            int[] seen = new int[3];
            for (float value : network.sample("image", 144)) {
                seen[Math.round(256 * value)]++;
            }
            // A third of 144 each; five deviations of chance would be 28.
            assertThat(seen[0]).isBetween(36, 60);
            assertThat(seen[1]).isBetween(36, 60);
            assertThat(seen[2]).isBetween(36, 60);
        }
    }
}
