package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import narrowband.accel.network.Shape;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.JvmDevice;
import narrowband.training.net.Models;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static final DataSet SMALL = new DataSource.Drawn(480, 64).load(1);

    private final Parameters parameters = Parameters.initial(Models.named("tiny", new Shape(8, 8, 1), 3), 1);
    private final Selection selection = new Selection();

    /** An epoch after which all parameters are its number. */
    private void epoch(int number, Phase phase, double accuracy) {
        Arrays.fill(parameters.values(), number);
        selection.offer(
                new TrainingHistory.Epoch(
                        number, phase, 0, 0, accuracy, 0, 0, 0, Map.of(), Map.of(), Map.of(), Map.of(), true),
                parameters);
    }

    @Test
    void theLastOfTheBestFixedEpochsIsKept() {
        epoch(0, Phase.FLOAT, 0.99);
        epoch(1, Phase.GRADUAL, 0.98);
        epoch(2, Phase.FIXED, 0.5);
        epoch(3, Phase.FIXED, 0.7);
        epoch(4, Phase.FIXED, 0.6);
        epoch(5, Phase.FIXED, 0.7);
        epoch(6, Phase.FIXED, 0.4);
        selection.restore(parameters);
        assertThat(selection.epoch()).isEqualTo(5);
        assertThat(parameters.values()).containsOnly(5);
    }

    /** Epoch 5 equals epoch 3, which is no improvement. */
    @Test
    void patienceCountsEpochsThatWereNotBetter() {
        epoch(2, Phase.FIXED, 0.5);
        epoch(3, Phase.FIXED, 0.7);
        assertThat(selection.isExhausted(3, 1)).isFalse();
        epoch(4, Phase.FIXED, 0.6);
        assertThat(selection.isExhausted(4, 1)).isTrue();
        assertThat(selection.isExhausted(4, 2)).isFalse();
        epoch(5, Phase.FIXED, 0.7);
        assertThat(selection.isExhausted(5, 2)).isTrue();
        assertThat(selection.isExhausted(5, 3)).isFalse();
        assertThat(selection.isExhausted(500, 0)).isFalse();
    }

    private static TrainedNetwork train(DataSet data, String... settings) {
        return train(data, 32, settings);
    }

    private static TrainedNetwork train(DataSet data, int batch, String... settings) {
        TrainingOptions options = TrainingOptions.of("strokes", "tiny", 1)
                .withEpochs(16)
                .withBatch(batch)
                .withCaps(3, 3)
                .withBudget("caps")
                .withRecipe(Recipe.DEFAULT.with(List.of(settings)));
        try (JvmDevice device = new JvmDevice(2)) {
            return new Trainer(options, data, device, TrainingListener.SILENT).train();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void trainingEndsWhenPatienceDoes(int patience) {
        TrainedNetwork network = train(SMALL, "floatShare=0.1", "gradualShare=0.1", "patience=" + patience);
        List<TrainingHistory.Epoch> epochs = network.history().epochs();
        double best = epochs.get(network.keptEpoch()).validationAccuracy();
        List<TrainingHistory.Epoch> fixed =
                epochs.stream().filter(epoch -> epoch.phase() == Phase.FIXED).toList();
        int first = fixed.stream()
                .filter(epoch -> epoch.validationAccuracy() == best)
                .findFirst()
                .orElseThrow()
                .epoch();
        assertThat(fixed).allSatisfy(epoch -> {
            assertThat(epoch.validationAccuracy()).isLessThanOrEqualTo(best);
            assertThat(epoch.converged()).isTrue();
        });
        assertThat(epochs).hasSizeLessThan(16);
        assertThat(epochs.getLast().epoch() - first).isEqualTo(patience);
    }

    @Test
    void theGradualPhaseEndsWhenCodesAreWithinTheirCapsIfItIsToldTo() {
        TrainedNetwork network =
                train(SMALL, 8, "floatShare=0.1", "gradualShare=0.8", "startBits=5", "untilConverged=true");
        List<TrainingHistory.Epoch> gradual = network.history().epochs().stream()
                .filter(epoch -> epoch.phase() == Phase.GRADUAL)
                .toList();
        assertThat(gradual.getLast().converged()).isTrue();
        assertThat(gradual.subList(0, gradual.size() - 1))
                .allSatisfy(epoch -> assertThat(epoch.converged()).isFalse());
        assertThat(gradual).hasSizeBetween(2, 12);
        assertThat(network.history().epochs()).hasSize(16);
    }

    @Test
    void whatIsTrainedDoesNotDependOnTheTestImages() {
        DataSet other = new DataSet(
                SMALL.name(), SMALL.train(), SMALL.validation(), SMALL.test().range(0, 7), SMALL.augmentation());
        TrainedNetwork one = train(SMALL, "patience=1");
        TrainedNetwork two = train(other, "patience=1");
        assertThat(two.parameters().values()).isEqualTo(one.parameters().values());
        assertThat(two.parameters().statistics()).isEqualTo(one.parameters().statistics());
        assertThat(two.history()).isEqualTo(one.history());
        assertThat(7 * two.quantisedAccuracy()).isEqualTo(Math.rint(7 * two.quantisedAccuracy()));
    }
}
