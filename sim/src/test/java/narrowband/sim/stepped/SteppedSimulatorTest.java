package narrowband.sim.stepped;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

/** Skipping what nobody can see changes no cycle and no counter. */
class SteppedSimulatorTest {
    private static final int DESIGNS = 2_000;

    private static Accelerator design(long seed) {
        Random random = new Random(seed);
        if (seed % 20 == 0) {
            return SharedLayout.layOut(
                    RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST));
        }
        Accelerator laidOut = RandomFoldings.accelerator(RandomNetworks.network(seed), random);
        if (seed % 3 > 0) {
            return laidOut;
        }
        Map<String, Integer> depths = new LinkedHashMap<>();
        laidOut.channels().forEach(channel -> depths.put(channel.name(), 1 + random.nextInt(2 * channel.depth())));
        return laidOut.withDepths(depths);
    }

    /** A third without stalls, a third with, a third with words out of a memory. */
    private static Stimulus stimulus(long seed) {
        Random random = new Random(~seed);
        Stimulus stream = Stimulus.images(1 + random.nextInt(2));
        double stalls = random.nextDouble(0.8);
        return switch (random.nextInt(3)) {
            case 0 -> stream;
            case 1 ->
                stream.withStalls(StallPattern.random(seed, stalls), StallPattern.random(~seed, stalls))
                        .withWeights(StallPattern.random(seed + 1, stalls));
            default ->
                stream.withMemory(new Dram(
                        40 + random.nextInt(2000),
                        1 + random.nextInt(64),
                        random.nextInt(400),
                        1 + random.nextInt(4),
                        seed % 2 == 0
                                ? Optional.empty()
                                : Optional.of(new Dram.Rows(1 + random.nextInt(8), 64, 20, 30, random.nextInt(4096)))));
        };
    }

    private static Optional<Simulation> outcome(boolean stepped, Accelerator design, Stimulus stimulus) {
        try {
            return Optional.of(
                    stepped ? SteppedSimulator.simulate(design, stimulus) : CycleSimulator.simulate(design, stimulus));
        } catch (DeadlockException e) {
            return Optional.empty();
        }
    }

    @Test
    void everyCycleAndEveryCounterAreThoseOfTheEventDrivenSimulator() {
        int standing = 0;
        long cycles = 0;
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = design(seed);
            Stimulus stimulus = stimulus(seed);
            Optional<Simulation> stepped = outcome(true, design, stimulus);
            assertThat(stepped).as("seed %d", seed).isEqualTo(outcome(false, design, stimulus));
            standing += stepped.isEmpty() ? 1 : 0;
            cycles += stepped.map(Simulation::cycles).orElse(0L);
        }
        // Designs that come to stand are among them, and they are not all.
        assertThat(standing).isBetween(5, DESIGNS / 4);
        assertThat(cycles).isGreaterThan(1_000_000);
    }
}
