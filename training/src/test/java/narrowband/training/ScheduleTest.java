package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.training.gdnsq.Objective.Distillation;
import narrowband.training.gdnsq.Optimiser;
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
        assertThat(schedule.end(Phase.FLOAT)).isPositive();
        assertThat(schedule.end(Phase.GRADUAL)).isGreaterThan(schedule.end(Phase.FLOAT));
        assertThat(schedule.end(Phase.FIXED)).isGreaterThan(schedule.end(Phase.GRADUAL));
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
    }

    @Test
    void ratesStayConstantThenFallToTheirLastPart() {
        Schedule schedule = of(24, "", "gradualRate=0.01", "fixedRate=0.001");
        assertThat(schedule.rate(Phase.GRADUAL, 50, 100)).isEqualTo(0.01);
        assertThat(schedule.rate(Phase.GRADUAL, 100, 100)).isCloseTo(0.002, Offset.offset(1e-12));
        assertThat(schedule.rate(Phase.FIXED, 100, 100)).isCloseTo(1e-5, Offset.offset(1e-12));
        assertThat(schedule.rate(Phase.FLOAT, 0, 100)).isZero();
    }

    /** The published schedule (gdnsq 1.5): 0 to lr0 over the warm-up, lr0, then times 0.9985 a step; t += 2 lr0 a step. */
    @Test
    void thePublishedScheduleCanBeSaid() {
        Schedule schedule = of(
                500,
                "weights.pt",
                "warmUp=1000",
                "gradualRate=0.002",
                "fixedRate=0.002",
                "anneal=0.9985",
                "penaltyGrowth=36");
        assertThat(schedule.rate(Phase.GRADUAL, 0, 10_000)).isZero();
        assertThat(schedule.rate(Phase.GRADUAL, 250, 10_000)).isCloseTo(0.0005, Offset.offset(1e-12));
        assertThat(schedule.rate(Phase.GRADUAL, 1000, 10_000)).isEqualTo(0.002);
        assertThat(schedule.rate(Phase.GRADUAL, 9999, 10_000)).isEqualTo(0.002);
        assertThat(schedule.rate(Phase.FIXED, 0, 400)).isEqualTo(0.002);
        assertThat(schedule.rate(Phase.FIXED, 2, 400)).isCloseTo(0.002 * 0.9985 * 0.9985, Offset.offset(1e-15));
        assertThat(schedule.penalty(Phase.GRADUAL, 1000, 10_000)).isZero();
        // 36 = 2 * 0.002 * 9000 updates after the warm-up.
        for (int update : new int[] {1001, 1002, 5000, 10_000}) {
            assertThat(schedule.penalty(Phase.GRADUAL, update, 10_000))
                    .isCloseTo(2 * 0.002 * (update - 1000), Offset.offset(1e-9));
        }
        assertThat(schedule.penalty(Phase.FIXED, 5000, 10_000)).isZero();
    }

    @Test
    void ratesThatAreNotAnnealedStay() {
        Schedule schedule = of(24, "", "anneal=1");
        assertThat(schedule.rate(Phase.GRADUAL, 100, 100)).isEqualTo(Recipe.DEFAULT.gradualRate());
        assertThat(schedule.rate(Phase.FIXED, 100, 100)).isEqualTo(Recipe.DEFAULT.fixedRate());
    }

    /** Where widths are set at once, the fixed phase is the first that is quantised. */
    @Test
    void warmUpComesWithTheFirstQuantisedPhase() {
        Schedule gradual = of(10, "weights.pt", "warmUp=10");
        assertThat(gradual.rate(Phase.FIXED, 0, 100)).isEqualTo(Recipe.DEFAULT.fixedRate());
        Schedule atOnce = of(10, "weights.pt", "warmUp=10", "gradualShare=0");
        assertThat(atOnce.rate(Phase.FIXED, 5, 100)).isEqualTo(Recipe.DEFAULT.fixedRate() / 2);
    }

    /** cos 0 = 1, cos pi/2 = 0, cos pi = -1. */
    @Test
    void theThresholdOfFreezingFallsAlongACosine() {
        Schedule schedule = of(10, "", "freeze=0.01");
        assertThat(schedule.freezing(0, 100)).isCloseTo(0.1, Offset.offset(1e-12));
        assertThat(schedule.freezing(50, 100)).isCloseTo(0.055, Offset.offset(1e-12));
        assertThat(schedule.freezing(100, 100)).isCloseTo(0.01, Offset.offset(1e-12));
    }

    @Test
    void settingsChangeByTheirNames() {
        Recipe recipe = Recipe.DEFAULT.with(List.of(
                "distillation=forward-kl",
                "calibration=mse",
                "startBits=6",
                "labelWeight=0.5",
                "gradualRate=1e-3",
                "optimiser=sgd",
                "untilConverged=true",
                "patience=3"));
        assertThat(recipe.gradualRate()).isEqualTo(0.001);
        assertThat(recipe.distillation()).isEqualTo(Distillation.FORWARD_KL);
        assertThat(recipe.calibration()).isEqualTo(Calibration.Method.MSE);
        assertThat(recipe.startBits()).isEqualTo(6);
        assertThat(recipe.labelWeight()).isEqualTo(0.5);
        assertThat(recipe.optimiser()).isEqualTo(Optimiser.Method.SGD);
        assertThat(recipe.untilConverged()).isTrue();
        assertThat(recipe.patience()).isEqualTo(3);
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
            anneal=1.1        | anneal must be 0.0 to 1.0
            freeze=-1         | freeze must be
            patience=-1       | patience must be
            patience=2.5      | patience
            optimiser=adam    | adam
            untilConverged=si | untilConverged
            """)
    void aSettingThatMakesNoSenseIsRefused(String setting, String reason) {
        assertThatThrownBy(() -> Recipe.DEFAULT.with(List.of(setting)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(reason);
    }
}
