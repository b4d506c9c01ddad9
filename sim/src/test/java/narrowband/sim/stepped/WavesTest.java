package narrowband.sim.stepped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.ChannelActivity;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class WavesTest {
    private static Accelerator design(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static Stimulus stimulus(long seed) {
        return Stimulus.images(2).withStalls(StallPattern.random(seed, 0.2), StallPattern.random(~seed, 0.2));
    }

    /** A dump read back: for each signal the cycles at which it was high, or what its values add up to. */
    private static Map<String, Long> read(String dump, long picosecondsOfACycle) {
        Map<String, String> names = new HashMap<>();
        Map<String, Long> values = new HashMap<>();
        Map<String, Long> sums = new HashMap<>();
        Deque<String> scopes = new ArrayDeque<>();
        long time = -1;
        for (String line : dump.split("\n")) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "$scope" -> scopes.addLast(words[2]);
                case "$upscope" -> scopes.removeLast();
                case "$var" -> names.put(words[3], String.join(".", scopes) + "." + words[4]);
                case "$version", "$timescale", "$enddefinitions", "$dumpvars", "$end" -> {}
                default -> {
                    if (line.startsWith("#")) {
                        long next = Long.parseLong(line.substring(1));
                        if (time >= 0) {
                            assertThat((next - time) % picosecondsOfACycle).isZero();
                            long cycles = (next - time) / picosecondsOfACycle;
                            values.forEach((name, value) -> sums.merge(name, value * cycles, Long::sum));
                        }
                        time = next;
                    } else if (line.startsWith("b")) {
                        values.put(names.get(words[1]), Long.parseLong(words[0].substring(1), 2));
                    } else {
                        values.put(names.get(line.substring(1)), Long.parseLong(line.substring(0, 1)));
                    }
                }
            }
        }
        assertThat(scopes).isEmpty();
        return sums;
    }

    @Test
    void readBackTheWavesAddUpToTheCountersOfTheOtherSimulator() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = design(seed);
            StringWriter dump = new StringWriter();
            Waves.write(design, stimulus(seed), 0, Long.MAX_VALUE, dump);
            Map<String, Long> sums = read(dump.toString(), 10_000);
            Simulation simulation = CycleSimulator.simulate(design, stimulus(seed));
            for (ProcessActivity process : simulation.processes()) {
                String scope = "accelerator.%s.%s.".formatted(process.unit(), process.process());
                assertThat(sums)
                        .as("seed %d, %s", seed, scope)
                        .containsEntry(scope + "works", process.busy())
                        .containsEntry(scope + "waits_for_input", process.inputStall())
                        .containsEntry(scope + "waits_for_counter", process.counterStall())
                        .containsEntry(scope + "blocked_by_output", process.outputStall());
            }
            for (ChannelActivity channel : simulation.channels()) {
                String scope = "accelerator.%s.".formatted(channel.name());
                assertThat(sums)
                        .as("seed %d, %s", seed, scope)
                        .containsEntry(scope + "push", channel.words())
                        .containsEntry(scope + "pop", channel.words())
                        .containsEntry(scope + "valid", simulation.cycles() - channel.cyclesEmpty())
                        .containsEntry(scope + "ready", simulation.cycles() - channel.cyclesFull());
                assertThat(sums.get(scope + "level"))
                        .isLessThanOrEqualTo(channel.maximumOccupancy() * simulation.cycles());
            }
        }
    }

    @Test
    void onlyTheCyclesThatWereAskedForAreShown() throws IOException {
        StringWriter dump = new StringWriter();
        Waves.write(design(1), stimulus(1), 100, 150, dump);
        assertThat(dump.toString().lines().filter(line -> line.startsWith("#")))
                .first()
                .isEqualTo("#1000000");
        assertThat(dump.toString().lines().filter(line -> line.startsWith("#")))
                .last()
                .isEqualTo("#1500000");
    }
}
