package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import narrowband.accel.network.IntegerNetwork;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.JvmDevice;
import narrowband.training.lowering.Agreement;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.Lowering;
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
                                    .withEpochs(10)
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
