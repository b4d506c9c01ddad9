package narrowband.training.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairCoinsTest {
    private static final int COUNT = 100_000;

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "5, 63", "63, 2", "64, 64", "1, 127", "60, 200", "7, 4000", "128, 1000"})
    void aSumIsThatOfEachPlacesOwnCoin(int offset, int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] g = new float[offset + count + 3];
        double expected = 0;
        for (int i = 0; i < g.length; i++) {
            g[i] = (float) random.nextGaussian();
            expected += i >= offset && i < offset + count ? FairCoins.at(count, i) * (double) g[i] : 0;
        }
        assertThat(FairCoins.sum(g, offset, count, count)).isCloseTo(expected, Offset.offset(1e-5 * (1 + count)));
    }

    /** A tensor's coins are the same wherever the work on it is cut. */
    @Test
    void partsAddUpToTheWhole() {
        float[] g = new float[1000];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < g.length; i++) {
            g[i] = random.nextInt(-100, 101);
        }
        double whole = FairCoins.sum(g, 0, 1000, 9);
        for (int cut = 0; cut <= 1000; cut += 37) {
            // Whole numbers add without rounding.
            assertThat(FairCoins.sum(g, 0, cut, 9) + FairCoins.sum(g, cut, 1000 - cut, 9))
                    .isEqualTo(whole);
        }
    }

    /** Mean, neighbours, and other keys: each sum of so many coins has the deviation sqrt(COUNT). */
    @Test
    void coinsAreFairAndIndependent() {
        double bound = 4 * Math.sqrt(COUNT);
        for (long key : new long[] {0, 1, 2, -1, 1L << 40}) {
            int sum = 0;
            int neighbours = 0;
            int draws = 0;
            int keys = 0;
            for (int i = 0; i < COUNT; i++) {
                int coin = FairCoins.at(key, i);
                assertThat(Math.abs(coin)).isEqualTo(1);
                sum += coin;
                neighbours += coin * FairCoins.at(key, i + 1);
                draws += coin * FairCoins.at(key, i + 64);
                keys += coin * FairCoins.at(key + 1, i);
            }
            assertThat(Math.abs(sum)).as("mean, key %d", key).isLessThan((int) bound);
            assertThat(Math.abs(neighbours)).as("neighbours, key %d", key).isLessThan((int) bound);
            assertThat(Math.abs(draws)).as("draws, key %d", key).isLessThan((int) bound);
            assertThat(Math.abs(keys)).as("keys, key %d", key).isLessThan((int) bound);
        }
    }
}
