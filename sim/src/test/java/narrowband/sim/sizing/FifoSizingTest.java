package narrowband.sim.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleList;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class FifoSizingTest {
    private static final int IMAGES = 3;

    /** Random designs with residual blocks. */
    private static LongStream seeds() {
        return LongStream.range(0, 400)
                .filter(seed -> RandomNetworks.network(seed).layers().stream().anyMatch(Layer.Add.class::isInstance))
                .limit(100);
    }

    private static Accelerator unsized(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        return RandomFoldings.accelerator(network, new Random(seed));
    }

    private static List<CycleList> outputs(Accelerator design, int images) {
        return CycleSimulator.simulate(design, Stimulus.images(images)).outputCycles();
    }

    @Test
    void everyOutputWordComesInTheSameCycleAsFromTheUnsizedDesign() {
        seeds().forEach(seed -> {
            Accelerator unsized = unsized(seed);
            Accelerator sized = FifoSizing.size(unsized, IMAGES);
            assertThat(outputs(sized, IMAGES)).as("seed %d", seed).isEqualTo(outputs(unsized, IMAGES));
            sized.depths()
                    .forEach((channel, depth) -> assertThat(depth)
                            .as("seed %d, %s", seed, channel)
                            .isLessThanOrEqualTo(unsized.depths().get(channel)));
            // A FIFO that needs no block RAM any more takes look-up tables instead.
            if (sized.resources().blockRams() == unsized.resources().blockRams()) {
                assertThat(sized.resources().luts())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(unsized.resources().luts());
            }
        });
    }

    @Test
    void aLongerStreamIsNoSlowerEither() {
        seeds().forEach(seed -> {
            Accelerator unsized = unsized(seed);
            assertThat(outputs(FifoSizing.size(unsized), 12))
                    .as("seed %d", seed)
                    .isEqualTo(outputs(unsized, 12));
        });
    }

    @Test
    void oneWordLessChangesAnOutputCycleOrIsNotSafe() {
        int atTheSafeDepth = 0;
        int checked = 0;
        for (long seed : seeds().toArray()) {
            Accelerator unsized = unsized(seed);
            Accelerator sized = FifoSizing.size(unsized, IMAGES);
            Map<String, Integer> safe = FifoSizing.safeDepths(unsized);
            List<CycleList> expected = outputs(sized, IMAGES);
            if (expected.getLast().toArray()[0] > FifoSizing.EXACT_CYCLES) {
                continue;
            }
            for (Channel channel : sized.channels()) {
                if (channel.depth() > FifoSizing.SMALLEST) {
                    checked++;
                    if (channel.depth() == safe.get(channel.name())) {
                        atTheSafeDepth++;
                        continue;
                    }
                    Accelerator shallower = sized.withDepths(Map.of(channel.name(), channel.depth() - 1));
                    assertThat(outputs(shallower, IMAGES))
                            .as("seed %d, %s of depth %d", seed, channel.name(), channel.depth())
                            .isNotEqualTo(expected);
                }
            }
        }
        assertThat(checked).isGreaterThan(50);
        assertThat(checked - atTheSafeDepth).isGreaterThan(10);
    }

    /** A source that sends a word only when everything has come to rest shows how many words a FIFO behind a fork must hold. */
    @Test
    void oneWordLessThanTheSafeDepthBehindAForkDeadlocksWhenTheSourceIsSlow() {
        int deadlocks = 0;
        for (long seed : seeds().toArray()) {
            Accelerator unsized = unsized(seed);
            Map<String, Integer> safe = FifoSizing.safeDepths(unsized);
            for (Channel channel : unsized.channels()) {
                int depth = safe.getOrDefault(channel.name(), 0);
                if (depth > FifoSizing.SMALLEST && channel.from().unit().endsWith("_fork")) {
                    assertThat(standsStill(unsized.withDepths(Map.of(channel.name(), depth))))
                            .as("seed %d, %s of depth %d", seed, channel.name(), depth)
                            .isFalse();
                    assertThat(standsStill(unsized.withDepths(Map.of(channel.name(), depth - 1))))
                            .as("seed %d, %s of depth %d", seed, channel.name(), depth - 1)
                            .isTrue();
                    deadlocks++;
                }
            }
        }
        assertThat(deadlocks).isGreaterThan(20);
    }

    private static boolean standsStill(Accelerator design) {
        try {
            CycleSimulator.simulate(
                    design, Stimulus.images(2).withStalls(cycle -> cycle % 500 == 0, StallPattern.ALWAYS));
            return false;
        } catch (DeadlockException e) {
            return true;
        }
    }

    @Test
    void aLongStreamGetsTheRoomThatItUsesWithoutASearch() {
        Accelerator unsized = unsized(seeds().findFirst().orElseThrow());
        int images = 1 + (int) (FifoSizing.EXACT_CYCLES / unsized.intervalBound());
        Accelerator sized = FifoSizing.size(unsized, images);
        var reference = CycleSimulator.simulate(unsized, Stimulus.images(images));
        FifoSizing.safeDepths(unsized)
                .forEach((channel, safe) -> assertThat(sized.depths().get(channel))
                        .isEqualTo(Math.max(safe, reference.channel(channel).roomUsed())));
        assertThat(outputs(sized, 12)).isEqualTo(outputs(unsized, 12));
    }

    @Test
    void noStallsMakeASizedDesignStandStill() {
        seeds().forEach(seed -> {
            Accelerator sized = FifoSizing.size(unsized(seed), IMAGES);
            for (int trial = 0; trial < 10; trial++) {
                double stalls = 0.1 * trial;
                Stimulus stimulus = Stimulus.images(2)
                        .withStalls(
                                StallPattern.random(100 * seed + trial, stalls),
                                StallPattern.random(200 * seed + trial, 0.9 - stalls));
                assertThatCode(() -> CycleSimulator.simulate(sized, stimulus))
                        .as("seed %d, stalls %s", seed, stimulus)
                        .doesNotThrowAnyException();
            }
        });
    }

    @Test
    void designsWithoutAddersStayAsTheyAre() {
        Accelerator plain = LongStream.range(0, 100)
                .filter(seed -> RandomNetworks.network(seed).layers().stream().noneMatch(Layer.Add.class::isInstance))
                .mapToObj(FifoSizingTest::unsized)
                .findFirst()
                .orElseThrow();
        assertThat(FifoSizing.size(plain)).isSameAs(plain);
    }
}
