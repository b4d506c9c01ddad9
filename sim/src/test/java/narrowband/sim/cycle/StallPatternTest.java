package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StallPatternTest {
    @Test
    void theGeneratorIsSplitMix64() {
        // The first outputs for seed 1234567 as published with Vigna's reference implementation (Rosetta Code).
        StallPattern.SplitMix pattern = new StallPattern.SplitMix(1234567, 0.5);
        assertThat(LongStream.range(0, 5)
                        .map(pattern::output)
                        .mapToObj(Long::toUnsignedString)
                        .toList())
                .containsExactly(
                        "6457827717110365317",
                        "3203168211198807973",
                        "9817491932198370423",
                        "4593380528125082431",
                        "16408922859458223821");
    }

    @Test
    void stallsAsOftenAsAsked() {
        for (double probability : new double[] {0, 0.1, 0.5, 0.9}) {
            int acts = StallPattern.random(3, probability).bits(100_000).cardinality();
            assertThat(1 - acts / 100_000.0).isCloseTo(probability, within(0.005));
        }
    }

    @Test
    void theBitsReplayThePattern() {
        StallPattern pattern = StallPattern.random(9, 0.3);
        BitSet bits = pattern.bits(1000);
        assertThat(IntStream.range(0, 1000)).allMatch(cycle -> bits.get(cycle) == pattern.acts(cycle));
    }

    @Test
    void aPatternThatNeverActsIsRefused() {
        assertThatThrownBy(() -> StallPattern.random(1, 1.0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.3, 0.5, 0.77, 1, 2.5})
    void aPacedPatternActsInItsShareOfTheCyclesAndNeverRestsLonger(double share) {
        StallPattern pattern = StallPattern.paced(share);
        int cycles = 10_000;
        long acts = 0;
        long last = -1;
        for (int cycle = 0; cycle < cycles; cycle++) {
            if (pattern.acts(cycle)) {
                acts++;
                assertThat(cycle - last).isLessThanOrEqualTo((long) Math.ceil(1 / share));
                last = cycle;
            }
        }
        assertThat((double) acts).isCloseTo(cycles * Math.min(1, share), within(1.0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 0.02, 0.25, 1 / 3.0, 0.5, 0.6180339887, 0.75, 0.999})
    void aPacedPatternKnowsHowOftenItActsAndWhen(double share) {
        StallPattern pattern = StallPattern.paced(share);
        long from = 12_345;
        long acts = 0;
        for (long cycle = from; cycle < from + 30_000; cycle++) {
            assertThat(pattern.acts(from, cycle)).isEqualTo(acts);
            if (pattern.acts(cycle)) {
                acts++;
                assertThat(pattern.cycle(from, acts)).isEqualTo(cycle);
            }
        }
    }
}
