package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import narrowband.accel.network.IntegerNetwork;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.JvmDevice;
import narrowband.training.lowering.Agreement;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.Lowering;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Short runs on photographs and handwriting, where the files are there. */
class RealDataTest {
    private static Path folder(String name) {
        Path data = Optional.ofNullable(System.getenv("NARROWBAND_DATA"))
                .map(Path::of)
                .orElse(Path.of("../../shared/data"));
        Path folder = data.resolve(name);
        if (!Files.isDirectory(folder)) {
            System.err.println("LEFT OUT: no folder " + folder.toAbsolutePath().normalize()
                    + "; set NARROWBAND_DATA to the folder that holds " + name + " to run this test.");
        }
        Assumptions.assumeTrue(Files.isDirectory(folder), "no folder " + folder);
        return folder;
    }

    /** Published test errors: 8.27 % and 7.37 % (akamaster/pytorch_resnet_cifar10). */
    @ParameterizedTest
    @CsvSource({
        "resnet20, resnet20-12fca82f.safetensors, 0.9173",
        "resnet20, resnet20-12fca82f.th, 0.9173",
        "resnet32, resnet32-d509ac18.th, 0.9263"
    })
    void publishedWeightsReachTheirPublishedAccuracy(String model, String file, double published) {
        Path weights = folder("resnet-cifar10").resolve(file);
        Images images = DataSource.parse("cifar10:" + folder("cifar10")).load(1).test();
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            Evaluation evaluation = Evaluation.OfWeights.read(weights, model, Normalisation.parse("imagenet"), images)
                    .on(images, device);
            assertThat(evaluation.accuracy()).isCloseTo(published, Offset.offset(0.001));
        }
    }

    @ParameterizedTest
    @CsvSource({"idx, mnist, 57000, 0.85", "cifar10, cifar10, 47500, 0.3"})
    void aShortRunLearnsAndLowersExactly(String kind, String name, int images, double least) {
        DataSet all = DataSource.parse(kind + ":" + folder(name)).load(1);
        assertThat(all.train().size()).isEqualTo(images);
        assertThat(all.test().size()).isEqualTo(10_000);
        DataSet some = new DataSet(
                all.name(),
                all.train().range(0, 4096),
                all.validation().range(0, 500),
                all.test().range(0, 500),
                all.augmentation());
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            TrainedNetwork network = new Trainer(
                            TrainingOptions.of(kind + ":" + name, "cnn", 1)
                                    .withEpochs(16)
                                    .withBatch(32),
                            some,
                            device,
                            TrainingListener.SILENT)
                    .train();
            FrozenNetwork frozen = FrozenNetwork.of(network.graph(), network.parameters());
            IntegerNetwork integer = Lowering.lower(frozen);
            Agreement agreement = Agreement.of(frozen, integer, some.test(), done -> {});
            assertThat(agreement.firstMismatch()).isEmpty();
            assertThat(network.floatAccuracy()).isGreaterThan(least);
            assertThat(agreement.accuracy()).isGreaterThan(least);
        }
    }
}
