package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.ImageNetNetworks;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.sizing.FifoSizing;
import narrowband.sim.stepped.SteppedSimulator;
import org.junit.jupiter.api.Test;

/** What repeats itself is counted at once, and the outcome is that of going through every cycle. */
class RepetitionTest {
    private static final int DESIGNS = 250;

    private static Accelerator dataflow(long seed) {
        Accelerator laidOut = RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
        return seed % 2 == 0 ? laidOut : FifoSizing.size(laidOut);
    }

    private static Accelerator engine(long seed) {
        return SharedLayout.layOut(
                RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST << seed % 3));
    }

    private static void agree(String what, Accelerator design, int images) {
        assertThat(CycleSimulator.simulate(design, Stimulus.images(images)))
                .as(what)
                .isEqualTo(SteppedSimulator.simulate(design, Stimulus.images(images)));
    }

    @Test
    void streamsOfManyImagesAreThoseOfEveryCycleInTurn() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            agree("seed " + seed, dataflow(seed), 10 + (int) (seed % 7));
        }
    }

    @Test
    void sharedEnginesAreThoseOfEveryCycleInTurn() {
        for (long seed = 0; seed < 60; seed++) {
            agree("seed " + seed, engine(seed), 1 + (int) (seed % 5));
        }
    }

    /** A word of weights now and then: hardly ever, in some cycles, in almost all. */
    @Test
    void withWeightsThatComeAtAPaceTheyAreThoseOfEveryCycleInTurn() {
        for (long seed = 0; seed < 200; seed++) {
            Accelerator design = engine(seed);
            double share = Math.pow(new Random(seed).nextDouble(), seed % 3 + 0.2);
            Stimulus paced = Stimulus.images(1 + (int) (seed % 4)).withWeights(StallPattern.paced(share));
            assertThat(CycleSimulator.simulate(design, paced))
                    .as("seed %d, share %s", seed, share)
                    .isEqualTo(SteppedSimulator.simulate(design, paced));
        }
    }

    @Test
    void imagesAndResultsThatComeAndGoAtAPaceAreCountedInEveryCycle() {
        for (long seed = 0; seed < 200; seed++) {
            Accelerator design = seed % 4 == 0 ? engine(seed) : dataflow(seed);
            Random random = new Random(seed);
            Stimulus paced = Stimulus.images(1 + (int) (seed % 4))
                    .withStalls(
                            StallPattern.paced(0.05 + random.nextDouble()),
                            StallPattern.paced(0.05 + random.nextDouble()));
            assertThat(CycleSimulator.simulate(design, paced))
                    .as("seed %d", seed)
                    .isEqualTo(SteppedSimulator.simulate(design, paced));
        }
    }

    @Test
    void aPaceOfWeightsTakesFewCycles() {
        Accelerator design = SharedLayout.layOut(
                ImageNetNetworks.resnet18(64, 16, 10, 1), Fpga.named("xczu3eg"), 100, new Sharing(16));
        Stimulus paced = Stimulus.images(2).withWeights(StallPattern.paced(0.37));
        Simulation simulation = CycleSimulator.simulate(design, paced);
        assertThat(CycleSimulator.stepped(design, paced)).isLessThan(simulation.cycles() / 20);
        assertThat(simulation).isEqualTo(SteppedSimulator.simulate(design, paced));
    }

    /** 49 output positions and more in each pass: few of them are gone through. */
    @Test
    void thePositionsOfAPassRepeatEachOther() {
        Accelerator design = SharedLayout.layOut(
                ImageNetNetworks.resnet18(64, 16, 10, 1), Fpga.named("xczu3eg"), 100, new Sharing(16));
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(1));
        assertThat(CycleSimulator.stepped(design, Stimulus.images(1))).isLessThan(simulation.cycles() / 50);
        assertThat(simulation).isEqualTo(SteppedSimulator.simulate(design, Stimulus.images(1)));
    }

    /** Where it is kept what decided when, every cycle is gone through. */
    @Test
    void timelinesAreThoseOfEveryCycleInTurn() {
        long[] grains = {1, 7, 64, 1000};
        for (long seed = 0; seed < 160; seed++) {
            Accelerator design = seed % 4 == 0 ? engine(seed) : dataflow(seed);
            Stimulus kept = Stimulus.images(1 + (int) (seed % 12)).withTimelines(grains[(int) (seed / 4 % 4)]);
            assertThat(CycleSimulator.simulate(design, kept).timelines())
                    .as("seed %d", seed)
                    .isEqualTo(CycleSimulator.simulate(design, kept.withCriticalPaths())
                            .timelines());
        }
    }

    @Test
    void timelinesCostNoMoreCycles() {
        Accelerator design = SharedLayout.layOut(
                ImageNetNetworks.resnet18(64, 16, 10, 1), Fpga.named("xczu3eg"), 100, new Sharing(16));
        Stimulus kept = Stimulus.images(1).withTimelines(500);
        assertThat(CycleSimulator.stepped(design, kept)).isEqualTo(CycleSimulator.stepped(design, Stimulus.images(1)));
        assertThat(CycleSimulator.simulate(design, kept).timelines())
                .isEqualTo(CycleSimulator.simulate(design, kept.withCriticalPaths())
                        .timelines());
    }

    /** Traced, every word is looked at one by one. */
    @Test
    void whatIsWithoutLimitRepeatsItselfAsWell() {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = seed % 3 == 0 ? engine(seed) : dataflow(seed);
            List<Relief> reliefs = new ArrayList<>(List.of(Relief.Resource.values()));
            Explanation.layers(design).forEach(layer -> reliefs.add(new Relief.Work(layer)));
            Relief relief = reliefs.get(new Random(seed).nextInt(reliefs.size()));
            Simulation counted = CycleSimulator.simulate(design, Stimulus.images(6), relief);
            Simulation traced =
                    CycleSimulator.simulate(design, Stimulus.images(6).withTrace(), relief);
            assertThat(counted.images()).as("seed %d, %s", seed, relief).isEqualTo(traced.images());
            assertThat(counted.processes()).as("seed %d, %s", seed, relief).isEqualTo(traced.processes());
            assertThat(counted.cycles()).as("seed %d, %s", seed, relief).isEqualTo(traced.cycles());
        }
    }

    @Test
    void aThousandImagesAreHardlyMoreWorkThanAFew() {
        for (long seed = 0; seed < 20; seed++) {
            Accelerator design = dataflow(seed);
            long few = CycleSimulator.stepped(design, Stimulus.images(30));
            long many = CycleSimulator.stepped(design, Stimulus.images(1000));
            assertThat(many).as("seed %d", seed).isLessThan(2 * few);
        }
    }

    @Test
    void theIntervalOfAThousandImagesIsThatOfTheSteadyState() {
        for (long seed = 0; seed < 20; seed++) {
            Accelerator design = dataflow(seed);
            Simulation many = CycleSimulator.simulate(design, Stimulus.images(1000));
            assertThat(many.images()).hasSize(1000);
            assertThat(many.intervalCycles().orElseThrow())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(design.intervalBound());
            for (ProcessActivity process : many.processes()) {
                assertThat(process.busy()).as("seed %d", seed).isEqualTo(1000 * process.stepsPerImage());
            }
        }
    }
}
