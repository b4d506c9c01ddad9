package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.JvmDevice;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that stop and go on; 14 steps an epoch, 2 + 3 + 3 epochs unless their settings say otherwise. */
class ResumptionTest {
    private static final DataSet SMALL = new DataSource.Drawn(480, 64).load(1);

    @TempDir
    Path folder;

    private static TrainingOptions with(String... settings) {
        List<String> all = new ArrayList<>(List.of("floatShare=0.25", "gradualShare=0.375"));
        all.addAll(List.of(settings));
        return TrainingOptions.of("strokes", "tiny", 1)
                .withEpochs(8)
                .withBatch(32)
                .withBudget("bits:2x2")
                .withRecipe(Recipe.DEFAULT.with(all));
    }

    private static Trainer trainer(TrainingOptions options, JvmDevice device) {
        return new Trainer(options, SMALL, device, TrainingListener.SILENT);
    }

    /** In the middle of an epoch of each phase, with whatever has a memory of its own. */
    @ParameterizedTest
    @CsvSource({
        "5, ''",
        "42, ''",
        "83, optimiser=sgd floatRate=0.05",
        "108, optimiser=nesterov floatRate=0.05 freeze=0.001",
        "88, patience=1",
        "55, weightGrid=half-integer freeze=0.001",
        "77, dither=uniform-variance",
        "17, dither=fair-coin weightGrid=affine",
        "60, untilConverged=true warmUp=10 startBits=4",
        "108, untilConverged=true anneal=0.99 startBits=4"
    })
    void anInterruptedRunGoesOnToTheSameBits(int steps, String settings) {
        TrainingOptions options = with(settings.isEmpty() ? new String[0] : settings.split(" "));
        Path file = folder.resolve("run.checkpoint");
        try (JvmDevice device = new JvmDevice(2)) {
            Trainer once = trainer(options, device);
            TrainedNetwork whole = once.train();
            AtomicInteger asked = new AtomicInteger();
            Trainer first = trainer(options, device);
            Optional<TrainedNetwork> early =
                    first.train(Optional.of(file), () -> asked.incrementAndGet() > steps, () -> false);
            assertThat(early).as("the run is longer than %d steps", steps).isEmpty();
            Trainer second = trainer(options, device);
            second.resume(CheckpointFile.read(file));
            TrainedNetwork resumed =
                    second.train(Optional.of(file), () -> false, () -> false).orElseThrow();
            assertThat(resumed.parameters().values())
                    .isEqualTo(whole.parameters().values());
            assertThat(resumed.parameters().statistics())
                    .isEqualTo(whole.parameters().statistics());
            assertThat(resumed.history()).isEqualTo(whole.history());
            assertThat(resumed.keptEpoch()).isEqualTo(whole.keptEpoch());
            assertThat(resumed.floatAccuracy()).isEqualTo(whole.floatAccuracy());
            assertThat(resumed.quantisedAccuracy()).isEqualTo(whole.quantisedAccuracy());
            assertThat(CheckpointFile.bytes(second.checkpoint())).isEqualTo(CheckpointFile.bytes(once.checkpoint()));
        }
    }

    /** Asked for whenever the clock says so, at any step. */
    @Test
    void checkpointsBetweenEpochsChangeNothing() {
        Path file = folder.resolve("run.checkpoint");
        List<Integer> steps = new ArrayList<>();
        try (JvmDevice device = new JvmDevice(2)) {
            Trainer plain = trainer(with(), device);
            plain.train();
            Trainer trainer = trainer(with(), device);
            AtomicInteger asked = new AtomicInteger();
            trainer.train(Optional.of(file), () -> false, () -> {
                if (asked.get() % 9 == 1) {
                    steps.add(CheckpointFile.read(file).state().step());
                }
                return asked.getAndIncrement() % 9 == 0;
            });
            assertThat(steps).contains(9, 4, 12);
            assertThat(CheckpointFile.bytes(trainer.checkpoint())).isEqualTo(CheckpointFile.bytes(plain.checkpoint()));
        }
    }

    /** A threshold that any weight passes that turns back once; 57 steps an epoch, the sixth is the first fixed one. */
    @Test
    void frozenWeightsKeepTheirCodesToTheEndEvenOverAnInterruption() {
        TrainingOptions options = with("freeze=0.000001", "fixedRate=0.03").withBatch(8);
        Path file = folder.resolve("run.checkpoint");
        try (JvmDevice device = new JvmDevice(2)) {
            AtomicInteger asked = new AtomicInteger();
            trainer(options, device).train(Optional.of(file), () -> asked.incrementAndGet() > 57 * 6, () -> false);
            Checkpoint early = CheckpointFile.read(file);
            Trainer resumed = trainer(options, device);
            resumed.resume(early);
            TrainedNetwork network = resumed.train();
            float[] frequency = early.arrays().get("freezing.0");
            float[] code = early.arrays().get("freezing.2");
            int[] last = codes(network);
            int frozen = 0;
            int moved = 0;
            for (int i = 0; i < last.length; i++) {
                if (frequency[i] == Float.POSITIVE_INFINITY) {
                    frozen++;
                    assertThat(last[i]).as("weight %d", i).isEqualTo((int) code[i]);
                } else {
                    moved += last[i] == (int) code[i] ? 0 : 1;
                }
            }
            assertThat(frozen).isPositive();
            assertThat(moved).as("others go on learning").isPositive();
        }
    }

    /** {@code floor(w / s)} with {@code s = 2^(range - bits)}, the mid-rise grid, layer after layer. */
    private static int[] codes(TrainedNetwork network) {
        Parameters parameters = network.parameters();
        return network.graph().weighted().stream()
                .flatMapToInt(layer -> {
                    Slice weight = parameters.layout().parameter(layer.name() + ".weight");
                    Slice range = parameters.layout().parameter(layer.name() + ".range");
                    double bits = parameters.get(layer.name() + ".bits", 0);
                    int channel = weight.size() / layer.outputs();
                    int[] codes = new int[weight.size()];
                    Arrays.setAll(codes, i -> {
                        double step = Math.pow(
                                2, parameters.values()[range.offset() + (range.size() == 1 ? 0 : i / channel)] - bits);
                        double code = Math.floor(parameters.values()[weight.offset() + i] / step);
                        return (int) Math.clamp(code, -Math.pow(2, bits - 1), Math.pow(2, bits - 1) - 1);
                    });
                    return Arrays.stream(codes);
                })
                .toArray();
    }
}
