package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import narrowband.accel.network.Shape;
import narrowband.training.Phase;
import narrowband.training.Recipe;
import narrowband.training.TrainedNetwork;
import narrowband.training.Trainer;
import narrowband.training.TrainingHistory;
import narrowband.training.TrainingListener;
import narrowband.training.TrainingOptions;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.Objective.Distillation;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.lowering.Agreement;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.Lowering;
import narrowband.training.net.Graph;
import narrowband.training.net.Graph.WeightRanges;
import narrowband.training.net.Node;
import narrowband.training.net.WeightGrid;
import narrowband.training.tornado.Execution.Convolutions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels as plain Java, and the plan of a step, against the JVM device, network by network. */
class KernelSessionTest {
    @ParameterizedTest
    @CsvSource({
        "tiny, 12, 1, 10, 1",
        "tiny, 9, 3, 1, 2",
        "cnn, 10, 3, 7, 3",
        "mlp, 6, 1, 5, 4",
        "resnet20, 9, 3, 3, 5",
        "resnet20b, 8, 3, 2, 6"
    })
    void aFloatingPointNetworkLearnsTheSame(String model, int side, int channels, int batch, long seed) {
        List<Double> some = Collections.nCopies(channels, 0.4);
        Graph graph = TrainingComparison.named(model, side, channels).normalised(some, some);
        new TrainingComparison(graph, Optional.empty(), Objective.JEFFREYS, batch, seed)
                .assertSame(KernelDevice.PLAIN, 3, 2e-4, 1e-4);
    }

    @ParameterizedTest
    @CsvSource({
        "tiny, 12, 1, 10, CHANNEL, NARROW, JEFFREYS, 0, 1",
        "tiny, 11, 3, 5, LAYER, WIDE, FORWARD_KL, 0.5, 2",
        "cnn, 10, 3, 7, CHANNEL, NARROW, NONE, 1, 3",
        "mlp, 6, 1, 9, LAYER, NARROW, JEFFREYS, 0.3, 4",
        "resnet20, 9, 3, 4, CHANNEL, WIDE, JEFFREYS, 0, 5",
        "resnet20b, 8, 3, 4, CHANNEL, WIDE, JEFFREYS, 0, 6"
    })
    void aQuantisedNetworkLearnsTheSame(
            String model,
            int side,
            int channels,
            int batch,
            WeightRanges ranges,
            Residuals residuals,
            Distillation distillation,
            double labels,
            long seed) {
        Graph floating = TrainingComparison.named(model, side, channels);
        Graph graph = QuantisedGraph.of(floating, residuals).with(ranges);
        new TrainingComparison(graph, Optional.of(floating), new Objective(distillation, labels), batch, seed)
                .assertSame(KernelDevice.PLAIN, 2, 1e-3, 2e-3);
    }

    /** Velocities in place of moments; widths step by their sign. */
    @ParameterizedTest
    @CsvSource({"SGD, tiny, 1", "NESTEROV, tiny, 2", "SGD, resnet20, 3", "NESTEROV, cnn, 4"})
    void aDescentWithMomentumGoesTheSameWay(Optimiser.Method method, String model, long seed) {
        Graph floating = TrainingComparison.named(model, 9, 3);
        new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, 6, seed, method, Dither.NONE)
                .assertSame(KernelDevice.PLAIN, 4, 2e-4, 1e-4);
        Graph graph = QuantisedGraph.of(floating, Residuals.WIDE);
        new TrainingComparison(graph, Optional.of(floating), Objective.JEFFREYS, 6, seed, method, Dither.NONE)
                .assertSame(KernelDevice.PLAIN, 3, 1e-3, 2e-3);
    }

    /** Shapes that nobody chose: each network in floating point, then quantised. */
    @ParameterizedTest
    @MethodSource("seeds")
    void soDoNetworksOfRandomShapes(long seed) {
        TrainingComparison.assertSameStep(RandomGraph.of(seed), KernelDevice.PLAIN, (int) (seed % 5) + 9, seed);
    }

    /** A plan for tiled kernels, each run as the plain one that it means. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void soDoTheyWithTiledConvolutions(long seed) {
        Convolutions kind = seed % 2 == 0 ? Convolutions.TILED : Convolutions.INTEGER;
        TrainingComparison.assertSameStep(
                RandomGraph.of(seed), new KernelDevice(kind, PlainMachine::new), (int) (seed % 5) + 9, seed);
    }

    /** 10,240 pixels are 160 chunks on a GPU. */
    @Test
    void sumsOfManyChunksAreFoldedFirst() {
        Set<Kernel> planned = EnumSet.noneOf(Kernel.class);
        Device device = new KernelDevice(Convolutions.TILED, (buffers, programs) -> {
            programs.forEach(program -> program.forEach(task -> planned.add(task.kernel())));
            return new PlainMachine(buffers, programs);
        });
        Graph floating = TrainingComparison.named("tiny", 16, 1);
        new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, 40, 1).assertSame(device, 2, 2e-4, 1e-4);
        new TrainingComparison(QuantisedGraph.of(floating), Optional.of(floating), Objective.JEFFREYS, 40, 2)
                .assertSame(device, 2, 1e-3, 2e-3);
        assertThat(planned).contains(Kernel.FOLD_SUMS);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    /** All phases, calibration from what an evaluation leaves, and statistics estimated anew: the trainer sees no other device. */
    @Test
    void aWholeRunIsThatOfTheJvm() {
        DataSet data = new DataSource.Drawn(96, 32).load(1);
        TrainingOptions options =
                TrainingOptions.of("strokes", "tiny", 1).withEpochs(4).withBatch(16);
        TrainedNetwork expected;
        try (JvmDevice jvm = new JvmDevice(2)) {
            expected = new Trainer(options, data, jvm, TrainingListener.SILENT).train();
        }
        TrainedNetwork actual = new Trainer(options, data, KernelDevice.PLAIN, TrainingListener.SILENT).train();
        assertThat(actual.history().epochs()).hasSameSizeAs(expected.history().epochs());
        for (int i = 0; i < actual.history().epochs().size(); i++) {
            TrainingHistory.Epoch epoch = expected.history().epochs().get(i);
            // Codes that rounding moves across a threshold move a quantised network's loss.
            double apart = epoch.phase() == Phase.FLOAT ? 1e-3 : 0.05;
            assertThat(actual.history().epochs().get(i).loss())
                    .as("loss of epoch %d", i)
                    .isCloseTo(epoch.loss(), Offset.offset(apart * epoch.loss()));
            assertThat(actual.history().epochs().get(i).phase()).isEqualTo(epoch.phase());
        }
        FrozenNetwork frozen = FrozenNetwork.of(actual.graph(), actual.parameters());
        Agreement agreement = Agreement.of(frozen, Lowering.lower(frozen), data.test(), _ -> {});
        assertThat(agreement.mismatches()).isZero();
    }

    /** Zero points that follow the weights, with the ends of a layer's weights or of each channel's. */
    @ParameterizedTest
    @CsvSource({
        "HALF_INTEGER, tiny, CHANNEL, 1",
        "HALF_INTEGER, cnn, LAYER, 2",
        "HALF_INTEGER, resnet20, CHANNEL, 8",
        "AFFINE, tiny, CHANNEL, 4",
        "AFFINE, mlp, LAYER, 5",
        "AFFINE, resnet20b, CHANNEL, 6"
    })
    void weightsOnOtherGridsLearnTheSame(WeightGrid grid, String model, WeightRanges ranges, long seed) {
        Graph floating = TrainingComparison.named(model, 9, 3);
        Graph graph = QuantisedGraph.of(floating, Residuals.NARROW).with(ranges).with(grid);
        new TrainingComparison(graph, Optional.of(floating), Objective.JEFFREYS, 5, seed)
                .assertSame(KernelDevice.PLAIN, 2, 1e-3, 2e-3);
    }

    /** The same coin for each weight and each value, step by step. */
    @ParameterizedTest
    @CsvSource({"FAIR_COIN, tiny, 1", "UNIFORM_VARIANCE, cnn, 2", "FAIR_COIN, resnet20, 3"})
    void noiseOnTheStepsIsTheSame(Dither dither, String model, long seed) {
        Graph floating = TrainingComparison.named(model, 9, 3);
        Graph graph = QuantisedGraph.of(floating, Residuals.WIDE);
        new TrainingComparison(
                        graph, Optional.of(floating), Objective.JEFFREYS, 5, seed, Optimiser.Method.RADAM, dither)
                .assertSame(KernelDevice.PLAIN, 3, 1e-3, 2e-3);
    }

    /** All settings that the recipe has for the weights' grid and the noise, through the trainer. */
    @ParameterizedTest
    @ValueSource(strings = {"dither=fair-coin", "weightGrid=half-integer", "weightGrid=affine"})
    void aRunWithAnotherRecipeGoesTheSameWay(String setting) {
        DataSet data = new DataSource.Drawn(96, 32).load(1);
        TrainingOptions options = TrainingOptions.of("strokes", "tiny", 1)
                .withEpochs(4)
                .withBatch(16)
                .withRecipe(Recipe.DEFAULT.with(List.of(setting)));
        TrainedNetwork expected;
        try (JvmDevice jvm = new JvmDevice(2)) {
            expected = new Trainer(options, data, jvm, TrainingListener.SILENT).train();
        }
        TrainedNetwork actual = new Trainer(options, data, KernelDevice.PLAIN, TrainingListener.SILENT).train();
        for (int i = 0; i < actual.history().epochs().size(); i++) {
            TrainingHistory.Epoch epoch = expected.history().epochs().get(i);
            assertThat(actual.history().epochs().get(i).loss())
                    .as("loss of epoch %d", i)
                    .isCloseTo(epoch.loss(), Offset.offset(0.05 * epoch.loss()));
        }
    }

    /** Weights that are held on their codes change on the host after each step. */
    @Test
    void frozenWeightsStayFrozenOnTheDevice() {
        DataSet data = new DataSource.Drawn(96, 32).load(1);
        TrainingOptions options = TrainingOptions.of("strokes", "tiny", 1)
                .withEpochs(4)
                .withBatch(16)
                .withRecipe(Recipe.DEFAULT.with(List.of("freeze=0.000001", "fixedRate=0.03")));
        TrainedNetwork expected;
        try (JvmDevice jvm = new JvmDevice(2)) {
            expected = new Trainer(options, data, jvm, TrainingListener.SILENT).train();
        }
        TrainedNetwork actual = new Trainer(options, data, KernelDevice.PLAIN, TrainingListener.SILENT).train();
        assertThat(actual.history().epochs().getLast().loss())
                .isCloseTo(expected.history().epochs().getLast().loss(), Offset.offset(0.1));
    }

    /** Depthwise convolutions, and a pool whose windows overlap and stick out of the image. */
    @ParameterizedTest
    @CsvSource({"8, 3, 1", "5, 2, 2"})
    void separableNetworksLearnTheSame(int width, int batch, long seed) {
        Graph.Builder net = new Graph.Builder("separable", new Shape(9, 9, 3));
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, width, 3, 1, true);
        x = net.add(new Node.MaxPool("pool", x, 3, 2, 1));
        for (int block = 1; block <= 2; block++) {
            String layer = "depthwise" + block;
            net.add(new Node.Convolution(layer, x, width, 3, block, 1, width));
            net.add(new Node.BatchNorm(layer + "_norm", layer));
            x = net.add(new Node.Relu(layer + "_relu", layer + "_norm"));
            x = net.convolution("pointwise" + block, x, width, 1, 1, true);
        }
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, 5, true));
        Graph floating = net.build();
        new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, batch, seed)
                .assertSame(KernelDevice.PLAIN, 2, 2e-4, 1e-4);
        new TrainingComparison(QuantisedGraph.of(floating), Optional.of(floating), Objective.JEFFREYS, batch, seed)
                .assertSame(KernelDevice.PLAIN, 2, 1e-3, 2e-3);
    }
}
