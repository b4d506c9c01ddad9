package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearThresholdsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theLineGivesTheLevelOfEveryCode(long seed) {
        Random random = new Random(seed);
        int lines = 0;
        for (int round = 0; round < 40; round++) {
            CodeType from = new CodeType(4 + random.nextInt(10), random.nextBoolean());
            int levels = (1 << 1 + random.nextInt(8)) - 1;
            int[][] rows = new int[1 + random.nextInt(4)][];
            for (int row = 0; row < rows.length; row++) {
                double step = random.nextDouble(0.05, 2) * from.max() / levels;
                double first = random.nextDouble(2.0 * from.min() - 5, from.max() + 5);
                rows[row] = IntStream.range(0, levels)
                        .map(j -> (int) Math.ceil(first + j * step))
                        .toArray();
            }
            ThresholdTable table = new ThresholdTable(rows);
            Optional<LinearThresholds> found = LinearThresholds.of(table, from);
            if (found.isEmpty()) {
                // Steep and flat rows together may need a multiplier wider than is sensible.
                continue;
            }
            LinearThresholds line = found.get();
            lines++;
            for (int channel = 0; channel < rows.length; channel++) {
                for (int x = from.min(); x <= from.max(); x++) {
                    assertThat(Math.clamp(line.unclamped(channel, x), 0, levels))
                            .as("seed %d, channel %d, x %d of %s", seed, channel, x, from)
                            .isEqualTo(table.level(channel, x));
                }
            }
        }
        assertThat(lines).isGreaterThanOrEqualTo(35);
    }

    @Test
    void thresholdsOffAnyLineHaveNone() {
        ThresholdTable bent = new ThresholdTable(new int[][] {{0, 10, 100}});

        Optional<LinearThresholds> line = LinearThresholds.of(bent, CodeType.signed(10));

        assertThat(line).isEmpty();
    }

    @Test
    void aBendOutsideOfTheRangeDoesNotCount() {
        ThresholdTable bent = new ThresholdTable(new int[][] {{0, 10, 100}});

        assertThat(LinearThresholds.of(bent, CodeType.signed(5))).isPresent();
    }

    @Test
    void thresholdsEightApartAreAShiftByThree() {
        ThresholdTable table = new ThresholdTable(new int[][] {{8, 16, 24}});

        LinearThresholds line = LinearThresholds.of(table, CodeType.unsigned(5)).orElseThrow();

        assertThat(line.multipliers()).containsExactly(1);
        assertThat(line.shift()).isEqualTo(3);
    }
}
