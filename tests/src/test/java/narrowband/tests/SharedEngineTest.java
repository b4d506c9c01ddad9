package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shared engine, as hardware: its values are the reference's and its cycles the simulator's. */
class SharedEngineTest {
    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void valuesAreTheReferencesAndCyclesTheSimulators(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        Random random = new Random(seed);
        Accelerator accelerator = SharedLayout.layOut(
                network, Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST << random.nextInt(3)));
        List<int[]> images = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            images.add(RandomNetworks.image(network, random));
        }
        double[] stalls = {0, 0.2, 0.7};
        StallPattern source = StallPattern.random(seed, stalls[random.nextInt(3)]);
        StallPattern sink = StallPattern.random(seed + 1, stalls[random.nextInt(3)]);
        StallPattern weights = StallPattern.random(seed + 2, stalls[random.nextInt(3)]);

        Simulation simulated = CycleSimulator.simulate(
                accelerator,
                Stimulus.images(images.size())
                        .withStalls(source, sink)
                        .withWeights(weights)
                        .withTrace());
        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator))
                .run(images, source::acts, sink::acts, weights::acts, true);

        ReferenceExecutor reference = new ReferenceExecutor(network);
        for (int i = 0; i < images.size(); i++) {
            assertThat(rtl.results().get(i))
                    .as("seed %d, result of image %d", seed, i)
                    .isEqualTo(reference.output(images.get(i)));
            assertThat(rtl.resultCycles().get(i))
                    .as("seed %d, cycles of image %d", seed, i)
                    .isEqualTo(simulated.outputCycles().get(i).toArray());
        }
        for (Channel channel : accelerator.channels()) {
            long[] expected = simulated.traces().stream()
                    .filter(trace -> trace.name().equals(channel.name()))
                    .findFirst()
                    .orElseThrow()
                    .entered()
                    .toArray();
            assertThat(rtl.transfers().get(channel.name()).cycles())
                    .as("seed %d, channel %s", seed, channel.name())
                    .startsWith(expected);
        }
    }
}
