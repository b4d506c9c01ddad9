package narrowband.benchmarks.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.training.TrainingOptions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    private static final Row OTHER = Row.parse("other: patience=1  anneal=0.5");

    private static Outcome outcome(String row, long seed, double accuracy) {
        return new Outcome(row, seed, TrainingOptions.of("strokes", "tiny", seed), 0.9, accuracy, 0.8, 2, 1);
    }

    /** By hand: 90, 92, 94: mean 92, variance (4 + 0 + 4) / 2. Differences 1, 3, 2: mean 2, variance (1 + 1 + 0) / 2. */
    @Test
    void meansAndDeviationsAreThoseOfASample() {
        Table table = Table.of(
                List.of(Row.METHOD, OTHER),
                List.of(
                        outcome("method", 1, 0.90),
                        outcome("other", 1, 0.91),
                        outcome("method", 2, 0.92),
                        outcome("other", 2, 0.95),
                        outcome("method", 3, 0.94),
                        outcome("other", 3, 0.96)));
        Table.Line method = table.lines().get(0);
        Table.Line other = table.lines().get(1);
        assertThat(method.accuracy()).isCloseTo(92, Offset.offset(1e-9));
        assertThat(method.deviation()).isCloseTo(2, Offset.offset(1e-9));
        assertThat(other.difference()).isCloseTo(2, Offset.offset(1e-9));
        assertThat(other.differenceDeviation()).isCloseTo(1, Offset.offset(1e-9));
        // Student's distribution with two degrees of freedom has a closed form.
        double t = 2 / (1 / Math.sqrt(3));
        assertThat(other.chance()).isCloseTo(1 - t / Math.sqrt(2 + t * t), Offset.offset(1e-9));
        assertThat(table.markdown().lines())
                .contains("| method |  | 3 | 92.00 ± 2.00 |  |  |")
                .contains("| other | `patience=1` `anneal=0.5` | 3 | 94.00 ± 2.65 | +2.00 ± 1.00 | 0.07 |");
    }

    @Test
    void oneSeedHasNoDeviationAndARowWithoutRunsNoLine() {
        Table table = Table.of(
                List.of(Row.METHOD, OTHER, Row.parse("third: patience=2")),
                List.of(outcome("method", 1, 0.5), outcome("other", 1, 0.25)));
        assertThat(table.lines()).hasSize(2);
        assertThat(table.markdown()).contains("| 1 | 25.00 | -25.00 |  |").doesNotContain("±");
    }

    @ParameterizedTest
    @CsvSource({"patience=1, NAME", "My Row: patience=1, small letters", "row: patients=1, patients"})
    void aRowThatMakesNoSenseIsRefused(String text, String reason) {
        assertThatThrownBy(() -> Row.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(reason);
    }
}
