package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.training.data.Augmentation;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.data.ImageSet;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.lowering.Agreement;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.Lowering;
import narrowband.training.lowering.ThresholdProof;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    private static final DataSet SMALL = new DataSource.Drawn(480, 64).load(1);

    @TempDir
    Path folder;

    private static TrainingOptions small(String model) {
        return TrainingOptions.of("strokes", model, 1).withEpochs(6).withBatch(32);
    }

    private static TrainedNetwork train(TrainingOptions options, DataSet data) {
        try (JvmDevice device = new JvmDevice(2)) {
            return new Trainer(options, data, device, TrainingListener.SILENT).train();
        }
    }

    /** White images have black borders where they are cropped beside their edge: what their own statistics know nothing of. */
    @Test
    void batchNormIsReestimatedOnImagesVariedAsInTraining() {
        byte[] white = new byte[64 * 12 * 12];
        Arrays.fill(white, (byte) 255);
        ImageSet images = new ImageSet(
                12, 12, 1, 2, white, IntStream.range(0, 64).map(i -> i % 2).toArray());
        DataSet data = new DataSet("white", images, images, images, Augmentation.CROP_AND_FLIP);
        TrainingOptions options = small("tiny").withEpochs(3).withBatch(16);
        TrainedNetwork network = train(options, data);
        float[] learned = network.parameters().statistics().clone();
        ImageFeed feed = new ImageFeed(data, options.seed(), options.batch());
        try (JvmDevice device = new JvmDevice(2)) {
            Session session = device.open(network.graph(), network.parameters(), Optional.empty(), options.batch());
            for (int i = 0; i < feed.stepsPerEpoch(); i++) {
                session.observe(feed.training(options.epochs(), i), 1.0 / (i + 1));
            }
            assertThat(learned).isEqualTo(network.parameters().statistics());
            session.observe(feed.plain(0, 0), 1);
            assertThat(learned).isNotEqualTo(network.parameters().statistics());
        }
    }

    /** The whole way on the embedded data, in half the default epochs. */
    @Test
    void theSmallNetworkLearnsStrokesInFewBitsAndLosesLittle() {
        DataSet data = DataSource.parse("strokes").load(1);
        TrainedNetwork network = train(TrainingOptions.of("strokes", "cnn", 1).withEpochs(12), data);
        assertThat(network.floatAccuracy()).isGreaterThan(0.97);

        FrozenNetwork frozen = FrozenNetwork.of(network.graph(), network.parameters());
        IntegerNetwork integer = Lowering.lower(frozen);
        Agreement agreement = Agreement.of(frozen, integer, data.test(), images -> {});
        assertThat(agreement.firstMismatch()).isEmpty();
        assertThat(agreement.mismatches()).isZero();
        assertThat(agreement.accuracy()).isGreaterThan(network.floatAccuracy() - 0.02);

        TrainingHistory.Epoch last = network.history().epochs().getLast();
        assertThat(last.cost()).isLessThanOrEqualTo(last.limit());
        assertThat(last.weightBits().values().stream()
                        .mapToDouble(bits -> bits)
                        .average()
                        .orElseThrow())
                .isLessThanOrEqualTo(3);
        assertThat(new HashSet<>(last.weightBits().values())).hasSizeGreaterThan(1);
        TrainingHistory.Epoch firstGradual = network.history().epochs().stream()
                .filter(epoch -> epoch.phase() == Phase.GRADUAL)
                .findFirst()
                .orElseThrow();
        assertThat(firstGradual.cost()).isGreaterThan(4 * last.cost());
    }

    @ParameterizedTest
    @CsvSource({"tiny, bits:3x3", "mlp, bits:2x2", "cnn, bits:1x1"})
    void anyModelAtAnyBudgetLowersToTheSameCodesInEveryLayer(String model, String budget) {
        TrainedNetwork network = train(small(model).withBudget(budget), SMALL);
        assertLowersExactly(network, network.parameters());
    }

    /** Residual blocks with weights in their shortcuts: both sides of the sum take the step of what follows it. */
    @Test
    void weightsInShortcutsLowerExactly() {
        TrainedNetwork network = train(small("resnet20b").withEpochs(3).withBudget("bits:2x3"), SMALL);
        assertLowersExactly(network, network.parameters());
    }

    /** Signed codes of a normalised image, shortcuts that add channels, and a stream wider than what its layers read. */
    @Test
    void aWideResidualStreamLowersExactly() {
        TrainedNetwork network = train(
                small("resnet20")
                        .withEpochs(3)
                        .withCaps(2, 2)
                        .withBudget("caps")
                        .withNormalisation("0.4/0.3")
                        .withResidualBits(6)
                        .withLayers("conv1 weights=4 activations=5"),
                SMALL);
        assertLowersExactly(network, network.parameters());
        Parameters parameters = network.parameters();
        assertThat(parameters.get("conv1.bits", 0)).isEqualTo(4);
        assertThat(parameters.get("stage2_block1_conv1.bits", 0)).isEqualTo(2);
        assertThat(parameters.get("stage2_block1_narrow.bits", 0)).isEqualTo(2);
        assertThat(parameters.get("stage2_block1.bits", 0)).isEqualTo(6);
    }

    @Test
    void oneRangeForAllWeightsOfALayerLowersExactly() {
        Recipe recipe = Recipe.DEFAULT.with(List.of("weightRanges=layer", "calibration=mse", "startBits=6"));
        TrainedNetwork network = train(small("tiny").withRecipe(recipe), SMALL);
        assertThat(network.parameters().layout().parameter("conv2.range").size())
                .isEqualTo(1);
        assertLowersExactly(network, network.parameters());
    }

    /** Zero points of their own for all channels, or for all layers: odd integers in one bit plane more at most. */
    @ParameterizedTest
    @CsvSource({"tiny, channel, bits:3x3", "tiny, layer, bits:4x2", "mlp, channel, bits:2x2", "cnn, channel, caps"})
    void halfIntegerWeightsLowerExactly(String model, String ranges, String budget) {
        Recipe recipe = Recipe.DEFAULT.with(List.of("weightGrid=half-integer", "weightRanges=" + ranges));
        TrainedNetwork network =
                train(small(model).withRecipe(recipe).withBudget(budget).withCaps(4, 4), SMALL);
        assertLowersExactly(network, network.parameters());
        Set<Integer> more = new HashSet<>();
        Lowering.lower(network.graph(), network.parameters())
                .weights()
                .forEach((layer, weights) ->
                        more.add(weights.bits() - (int) network.parameters().get(layer + ".bits", 0)));
        assertThat(more).contains(1).isSubsetOf(0, 1);
    }

    @Test
    void widthsThatTheHardwareCouldNotHoldAreRefusedBeforeTraining() {
        Recipe recipe = Recipe.DEFAULT.with(List.of("weightGrid=half-integer"));
        TrainingOptions options = small("tiny").withRecipe(recipe).withCaps(15, 4);
        try (JvmDevice device = new JvmDevice(1)) {
            assertThat(new Trainer(options, SMALL, device, TrainingListener.SILENT)
                            .graph()
                            .weightGrid())
                    .isEqualTo(WeightGrid.HALF_INTEGER);
            assertThatThrownBy(() -> new Trainer(options.withCaps(16, 4), SMALL, device, TrainingListener.SILENT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("conv1")
                    .hasMessageContaining("HALF_INTEGER")
                    .hasMessageContaining("15 bits at most with --weight-bits or --layer");
        }
    }

    /** As the paper has it, for comparison: it learns, but there are no integers. */
    @Test
    void affineWeightsTrainAndCannotBeLowered() {
        Recipe recipe = Recipe.DEFAULT.with(List.of("weightGrid=affine"));
        TrainedNetwork network = train(small("tiny").withRecipe(recipe).withBudget("bits:4x4"), SMALL);
        assertThat(network.parameters().layout().parameter("conv1.range").size())
                .isZero();
        assertThat(network.quantisedAccuracy()).isGreaterThan(network.floatAccuracy() - 0.1);
        assertThatThrownBy(() -> FrozenNetwork.of(network.graph(), network.parameters()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("weightGrid=affine")
                .hasMessageContaining("weightGrid=mid-rise or weightGrid=half-integer");
    }

    /** Batch norm may learn any factor; here some are made negative and some zero by hand. */
    @Test
    void negativeAndZeroFactorsOfBatchNormLowerExactly() {
        TrainedNetwork network = train(small("tiny"), SMALL);
        Parameters parameters = network.parameters().copy();
        for (Slice slice : parameters.layout().slices()) {
            if (slice.name().endsWith("_norm.scale")) {
                for (int c = 0; c < slice.size(); c += 2) {
                    parameters.values()[slice.offset() + c] *= c % 4 == 0 ? -1 : 0;
                }
            }
        }
        assertLowersExactly(network, parameters);
    }

    private static void assertLowersExactly(TrainedNetwork network, Parameters parameters) {
        FrozenNetwork frozen = FrozenNetwork.of(network.graph(), parameters);
        IntegerNetwork integer = Lowering.lower(frozen);
        Agreement agreement = Agreement.of(frozen, integer, SMALL.test(), images -> {});
        assertThat(agreement.firstMismatch()).isEmpty();
        assertThat(agreement.images()).isEqualTo(64);
        ThresholdProof proof = ThresholdProof.of(frozen, integer, 1 << 16);
        assertThat(proof.firstMismatch()).isEmpty();
        assertThat(proof.values()).isPositive();
    }

    @Test
    void aDamagedForeignOrMissingCheckpointIsRefusedWithItsName() throws IOException {
        Path file = folder.resolve("run.checkpoint");
        try (JvmDevice device = new JvmDevice(1)) {
            Trainer trainer = new Trainer(small("tiny"), SMALL, device, TrainingListener.SILENT);
            trainer.train(Optional.of(file), () -> true, () -> false);
            Trainer other = new Trainer(small("tiny").withEpochs(7), SMALL, device, TrainingListener.SILENT);
            assertThatThrownBy(() -> other.resume(CheckpointFile.read(file)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("another run")
                    .hasMessageContaining("--epochs")
                    .hasMessageContaining("where this run has 7")
                    .hasMessageNotContainingAny("--model", "--set", "Recipe");
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int at : new int[] {20, bytes.length / 2, bytes.length - 1}) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            assertRefused(damaged, "damaged");
        }
        byte[] version = bytes.clone();
        version[7] = 9;
        assertRefused(version, "version 9");
        assertRefused(new byte[] {1, 2, 3}, "not a checkpoint");
        assertThatThrownBy(() -> CheckpointFile.read(folder.resolve("none")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none");
        assertThat(folder.resolve("run.checkpoint.part")).doesNotExist();
    }

    private void assertRefused(byte[] bytes, String why) throws IOException {
        Path file = folder.resolve("damaged.checkpoint");
        Files.write(file, bytes);
        assertThatThrownBy(() -> CheckpointFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }

    @Test
    void aWidthOutOfRangeNamesItsOption() {
        assertThatThrownBy(() -> small("tiny").withCaps(0, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--weight-bits must be 1 to 16, not 0");
        assertThatThrownBy(() -> small("tiny").withCaps(4, 33))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--act-bits must be 1 to 16, not 33");
        assertThatThrownBy(() -> small("tiny").withEpochs(2)).hasMessageContaining("--epochs");
    }
}
