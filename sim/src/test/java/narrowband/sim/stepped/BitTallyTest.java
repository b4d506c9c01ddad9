package narrowband.sim.stepped;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitTallyTest {
    @Test
    void eachBitIsCountedInWordsOfAnyNumber() {
        Random random = new Random(1);
        BitTally tally = new BitTally();
        long[] expected = new long[Long.SIZE];
        for (int length = 0; length < 200; length++) {
            long[] words = random.longs(200).toArray();
            if (length % 3 == 0) {
                // All the same, as where all processes wait.
                Arrays.fill(words, words[0]);
            }
            tally.add(words, length);
            for (int i = 0; i < length; i++) {
                for (int bit = 0; bit < Long.SIZE; bit++) {
                    expected[bit] += words[i] >>> bit & 1;
                }
            }
            for (int bit = 0; bit < Long.SIZE; bit++) {
                assertThat(tally.of(bit)).as("bit %d after %d", bit, length).isEqualTo(expected[bit]);
            }
        }
    }
}
