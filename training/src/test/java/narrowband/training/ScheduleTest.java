package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.training.gdnsq.Objective.Distillation;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static Schedule of(int epochs, String weights, String... settings) {
        return Schedule.of(TrainingOptions.of("strokes", "tiny", 1)
                .withEpochs(epochs)
                .withWeights(weights)
                .withRecipe(Recipe.DEFAULT.with(List.of(settings))));
    }

    @ParameterizedTest
    @CsvSource({"3", "4", "5", "24", "100"})
    void everyPhaseHasAnEpochAndTheLastEndsWithTheRun(int epochs) {
        Schedule schedule = of(epochs, "");
        assertThat(schedule.start(Phase.FLOAT)).isZero();
        for (Phase phase : List.of(Phase.FLOAT, Phase.GRADUAL, Phase.FIXED)) {
            assertThat(schedule.end(phase)).isGreaterThan(schedule.start(phase));
        }
        assertThat(schedule.end(Phase.FIXED)).isEqualTo(epochs);
    }

    @Test
    void aRunFromGivenWeightsSharesTheFirstPhaseOut() {
        // 0.43 of the 0.65 that floating point leaves
        Schedule schedule = of(65, "weights.pt");
        assertThat(schedule.end(Phase.FLOAT)).isZero();
        assertThat(schedule.end(Phase.GRADUAL)).isEqualTo(43);
    }

    @Test
    void withoutGradualDescentWidthsAreSetAtOnce() {
        Schedule schedule = of(10, "weights.pt", "gradualShare=0");
        assertThat(schedule.end(Phase.GRADUAL)).isZero();
        assertThat(schedule.start(Phase.FIXED)).isZero();
    }

    @Test
    void ratesStayConstantThenFallToTheirLastPart() {
        Schedule schedule = of(24, "", "gradualRate=0.01", "fixedRate=0.001");
        assertThat(schedule.rate(Phase.GRADUAL, 0.5)).isEqualTo(0.01);
        assertThat(schedule.rate(Phase.GRADUAL, 1)).isCloseTo(0.002, Offset.offset(1e-12));
        assertThat(schedule.rate(Phase.FIXED, 1)).isCloseTo(1e-5, Offset.offset(1e-12));
        assertThat(schedule.rate(Phase.FLOAT, 0)).isZero();
    }

    @Test
    void settingsChangeByTheirNames() {
        Recipe recipe = Recipe.DEFAULT.with(List.of(
                "distillation=forward-kl", "calibration=mse", "startBits=6", "labelWeight=0.5", "gradualRate=1e-3"));
        assertThat(recipe.gradualRate()).isEqualTo(0.001);
        assertThat(recipe.distillation()).isEqualTo(Distillation.FORWARD_KL);
        assertThat(recipe.calibration()).isEqualTo(Calibration.Method.MSE);
        assertThat(recipe.startBits()).isEqualTo(6);
        assertThat(recipe.labelWeight()).isEqualTo(0.5);
        assertThat(recipe.floatRate()).isEqualTo(Recipe.DEFAULT.floatRate());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rate=1            | floatRate
            startBits         | NAME=VALUE
            startBits=1       | startBits must be 2.0 to 16.0
            startBits=many    | many
            calibration=magic | magic
            gradualRate=0     | gradualRate
            gradualRate=-1    | gradualRate
            floatShare=1      | floatShare
            gradualShare=0.7  | gradualShare must be 0.0 to 0.65
            distillation=none | labelWeight
            """)
    void aSettingThatMakesNoSenseIsRefused(String setting, String reason) {
        assertThatThrownBy(() -> Recipe.DEFAULT.with(List.of(setting)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(reason);
    }
}
