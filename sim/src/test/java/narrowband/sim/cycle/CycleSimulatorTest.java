package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CycleSimulatorTest {
    private static final int DESIGNS_PER_CASE = 500;

    /** A random design; where asked for, with FIFOs of random depths, which may stand still. */
    static Accelerator design(long seed, boolean randomDepths) {
        Random random = new Random(seed);
        Accelerator laidOut = RandomFoldings.accelerator(RandomNetworks.network(seed), random);
        if (!randomDepths) {
            return laidOut;
        }
        Map<String, Integer> depths = new LinkedHashMap<>();
        laidOut.channels().forEach(channel -> depths.put(channel.name(), 1 + random.nextInt(2 * channel.depth())));
        return laidOut.withDepths(depths);
    }

    static Stimulus stimulus(long seed, int images, double stalls) {
        return Stimulus.images(images)
                .withStalls(StallPattern.random(seed, stalls), StallPattern.random(~seed, stalls))
                .withWeights(StallPattern.random(seed + 1, stalls))
                .withTrace();
    }

    @ParameterizedTest(name = "depths as laid out, {0} of all cycles stalled")
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
    void agreesInEveryCycleAndCounterWithTheContractWrittenTwice(double stalls) {
        for (long seed = 0; seed < DESIGNS_PER_CASE; seed++) {
            agree(seed, design(seed, false), stimulus(seed, 1 + (int) (seed % 3), stalls));
        }
    }

    @ParameterizedTest(name = "random depths, {0} of all cycles stalled")
    @ValueSource(doubles = {0, 0.3})
    void agreesWhereFifosAreTooShallowAndOnWhichDesignsStandStill(double stalls) {
        int deadlocks = 0;
        for (long seed = 0; seed < DESIGNS_PER_CASE; seed++) {
            deadlocks += agree(seed, design(seed, true), stimulus(seed, 2, stalls)) ? 0 : 1;
        }
        assertThat(deadlocks).isGreaterThan(10);
    }

    @ParameterizedTest(name = "shared engines, {0} of all cycles stalled")
    @ValueSource(doubles = {0, 0.3})
    void agreesOnSharedEnginesWithTheirSecondSource(double stalls) {
        for (long seed = 0; seed < 20; seed++) {
            Accelerator engine = SharedLayout.layOut(
                    RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(seed % 2 == 0 ? 4 : 16));
            assertThat(agree(seed, engine, stimulus(seed, 2, stalls))).isTrue();
        }
    }

    /** Whether both got through; both must say the same. */
    private static boolean agree(long seed, Accelerator design, Stimulus stimulus) {
        NaiveSimulator naive = new NaiveSimulator(design);
        boolean through = naive.run(stimulus);
        if (!through) {
            assertThatThrownBy(() -> CycleSimulator.simulate(design, stimulus))
                    .as("seed %d", seed)
                    .isInstanceOf(DeadlockException.class);
            return false;
        }
        Simulation simulation = CycleSimulator.simulate(design, stimulus);
        assertThat(simulation.cycles()).as("cycles, seed %d", seed).isEqualTo(naive.cycle);
        for (int c = 0; c < design.channels().size(); c++) {
            ChannelTrace trace = simulation.traces().get(c);
            assertThat(trace.entered().toArray())
                    .as("words into %s, seed %d", trace.name(), seed)
                    .isEqualTo(array(naive.entered.get(c)));
            assertThat(trace.left().toArray())
                    .as("words out of %s, seed %d", trace.name(), seed)
                    .isEqualTo(array(naive.left.get(c)));
        }
        assertThat(simulation.images().stream()
                        .flatMapToLong(image -> LongStream.of(image.outputs().toArray())))
                .as("output cycles, seed %d", seed)
                .containsExactlyElementsOf(naive.taken);
        for (int p = 0; p < naive.threads.size(); p++) {
            assertThat(classes(simulation.processes().get(p)))
                    .as("classes of %s, seed %d", naive.threads.get(p).unit, seed)
                    .isEqualTo(naive.threads.get(p).classes);
        }
        return true;
    }

    private static Map<String, Long> classes(ProcessActivity activity) {
        Map<String, Long> classes = new LinkedHashMap<>();
        classes.put("busy", activity.busy());
        for (int port = 0; port < activity.waitingForInput().size(); port++) {
            classes.put("input " + port, activity.waitingForInput().get(port));
        }
        for (int counter = 0; counter < activity.waitingForCounter().size(); counter++) {
            classes.put("counter " + counter, activity.waitingForCounter().get(counter));
        }
        for (int port = 0; port < activity.blockedByOutput().size(); port++) {
            classes.put("output " + port, activity.blockedByOutput().get(port));
        }
        classes.put("before", activity.idleBefore());
        classes.put("after", activity.idleAfter());
        classes.values().removeIf(cycles -> cycles == 0);
        return classes;
    }

    private static long[] array(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void wordsAreNeitherLostNorMade() {
        for (long seed = 0; seed < DESIGNS_PER_CASE; seed++) {
            Accelerator design = design(seed, false);
            Simulation simulation = CycleSimulator.simulate(design, stimulus(seed, 3, 0.2));
            for (Channel channel : design.channels()) {
                assertThat(simulation.channel(channel.name()).words())
                        .as("seed %d, %s", seed, channel.name())
                        .isEqualTo(3 * channel.type().words());
            }
            for (ProcessActivity process : simulation.processes()) {
                assertThat(process.busy())
                        .as("seed %d, %s.%s", seed, process.unit(), process.process())
                        .isEqualTo(3 * process.stepsPerImage());
            }
            assertThat(simulation.source().moved())
                    .isEqualTo(3 * design.input().type().words());
            assertThat(simulation.sink().moved())
                    .isEqualTo(3 * design.output().type().words());
        }
    }

    @Test
    void noStreamIsFasterThanTheClosedFormBound() {
        for (long seed = 0; seed < DESIGNS_PER_CASE; seed++) {
            Accelerator design = design(seed, false);
            Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(8));
            assertThat(simulation.cycles()).as("seed %d", seed).isGreaterThanOrEqualTo(8 * design.intervalBound());
            assertThat(simulation.intervalCycles().orElseThrow())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(design.intervalBound());
        }
    }

    @Test
    void aDesignReproducesItsOwnOutputsAndNoOthers() {
        for (long seed = 0; seed < 50; seed++) {
            Accelerator design = design(seed, false);
            Stimulus stimulus = stimulus(seed, 2, 0.3);
            List<CycleList> own = CycleSimulator.simulate(design, stimulus).outputCycles();
            assertThat(CycleSimulator.reproduces(design, stimulus, own))
                    .as("seed %d", seed)
                    .isTrue();
            for (int shift : new int[] {-1, 1}) {
                long[] shifted = own.getLast().toArray();
                shifted[shifted.length - 1] += shift;
                assertThat(CycleSimulator.reproduces(design, stimulus, List.of(own.getFirst(), CycleList.of(shifted))))
                        .as("seed %d, the last word %+d", seed, shift)
                        .isFalse();
            }
        }
    }

    @Test
    void theTraceChangesNothingButItself() {
        for (long seed = 0; seed < 50; seed++) {
            Accelerator design = design(seed, false);
            Simulation plain = CycleSimulator.simulate(design, Stimulus.images(2));
            Simulation traced =
                    CycleSimulator.simulate(design, Stimulus.images(2).withTrace());
            assertThat(plain.traces()).isEmpty();
            assertThat(traced.traces()).hasSameSizeAs(design.channels());
            assertThat(traced.images()).as("seed %d", seed).isEqualTo(plain.images());
            assertThat(traced.processes()).as("seed %d", seed).isEqualTo(plain.processes());
            assertThat(traced.channels()).as("seed %d", seed).isEqualTo(plain.channels());
        }
    }

    @Test
    void anImageIsAskedFor() {
        assertThatThrownBy(() -> Stimulus.images(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeadlockIsTheUsersFaultAndNamesWhoWaitsForWhom() {
        // Found by shrinking the FIFOs of random residual networks to one word.
        for (long seed = 0; seed < 200; seed++) {
            Accelerator laidOut = design(seed, false);
            Map<String, Integer> depths = laidOut.depths();
            depths.replaceAll((_, _) -> 1);
            try {
                CycleSimulator.simulate(laidOut.withDepths(depths), Stimulus.images(1));
            } catch (InvalidInputException e) {
                assertThat(e)
                        .isInstanceOfSatisfying(
                                DeadlockException.class,
                                deadlock -> assertThat(deadlock.waits())
                                        .hasSizeGreaterThan(2)
                                        .anySatisfy(wait ->
                                                assertThat(wait.reason()).startsWith("for room in the full FIFO "))
                                        .anySatisfy(wait ->
                                                assertThat(wait.reason()).startsWith("for a word in the empty FIFO ")));
                assertThat(e.getMessage())
                        .startsWith("The accelerator stands still in cycle ")
                        .endsWith("Give the full FIFOs among them more depth.");
                return;
            }
        }
        throw new AssertionError("no design stood still");
    }
}
