package narrowband.sim.stepped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.ImageNetNetworks;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.sizing.FifoSizing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A design's own method does what is written in plain form, and where there is none the plain form runs. */
class CompiledSteppingTest {
    private static final int DESIGNS = 300;

    private static Accelerator design(long seed) {
        return seed % 10 == 0
                ? SharedLayout.layOut(
                        RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST))
                : RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    /** Units for each layer of ResNet-18 on a small image. */
    private static Accelerator large() {
        return FifoSizing.size(RandomFoldings.accelerator(ImageNetNetworks.resnet18(32, 4, 10, 1), new Random(4)));
    }

    private static int processes(Accelerator design) {
        return design.units().stream()
                .mapToInt(unit -> unit.timing().processes().size())
                .sum();
    }

    @Test
    void aRunIsThatOfThePlainFormAndCanBeHadAgain() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            SteppedSimulator simulator = new SteppedSimulator(design(seed));
            Stimulus stimulus = seed % 2 == 0
                    ? Stimulus.images(3)
                    : Stimulus.images(2).withStalls(StallPattern.random(seed, 0.3), StallPattern.random(~seed, 0.3));
            assertThat(simulator.isCompiled()).as("seed %d", seed).isTrue();
            Simulation plain = simulator.runPlain(stimulus);
            assertThat(simulator.run(stimulus)).as("seed %d", seed).isEqualTo(plain);
            assertThat(simulator.run(stimulus)).as("seed %d", seed).isEqualTo(plain);
        }
    }

    @Test
    void aDesignTooLargeForAMethodThatHotSpotCompilesRunsInPlainForm() {
        Accelerator design = large();
        SteppedSimulator simulator = new SteppedSimulator(design);
        assertThat(simulator.isCompiled()).isFalse();
        assertThat(simulator.run(Stimulus.images(1))).isEqualTo(CycleSimulator.simulate(design, Stimulus.images(1)));
    }

    /** More than one word of processes, and of what they wait for, in a method that the interpreter runs. */
    @Test
    void severalWordsOfProcessesAndChannelsAreAsGoodAsOne() {
        Accelerator design = large();
        assertThat(processes(design)).isGreaterThan(2 * Long.SIZE);
        SteppedSimulator simulator = new SteppedSimulator(design, 1 << 16);
        assertThat(simulator.isCompiled()).isTrue();
        assertThat(simulator.run(Stimulus.images(1))).isEqualTo(CycleSimulator.simulate(design, Stimulus.images(1)));
    }

    /** A loop runs 1,024 cycles at a time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoeverIsHeldForLongDoesNotStandStill(long seed) {
        Accelerator design = design(seed);
        Stimulus stimulus = Stimulus.images(1).withStalls(cycle -> cycle % 3000 > 2900, cycle -> cycle % 5000 > 4900);
        SteppedSimulator simulator = new SteppedSimulator(design);
        assertThat(simulator.run(stimulus)).isEqualTo(CycleSimulator.simulate(design, stimulus));
    }

    @Test
    void whatStandsStillSaysSinceWhenAndWhoWaits() {
        int standing = 0;
        for (long seed = 1; seed < DESIGNS; seed++) {
            Accelerator design = design(seed);
            Map<String, Integer> depths = new HashMap<>();
            design.channels().forEach(channel -> depths.put(channel.name(), 1));
            SteppedSimulator simulator = new SteppedSimulator(design.withDepths(depths));
            try {
                CycleSimulator.simulate(design.withDepths(depths), Stimulus.images(1));
            } catch (DeadlockException expected) {
                standing++;
                assertThatThrownBy(() -> simulator.run(Stimulus.images(1)))
                        .as("seed %d", seed)
                        .isInstanceOfSatisfying(DeadlockException.class, exception -> {
                            assertThat(exception.cycle()).isEqualTo(expected.cycle());
                            assertThat(exception.waits()).isNotEmpty();
                        });
            }
        }
        assertThat(standing).isGreaterThan(2);
    }
}
