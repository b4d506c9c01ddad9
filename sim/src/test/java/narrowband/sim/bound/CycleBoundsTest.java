package narrowband.sim.bound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

/** The closed form never promises too little: it stays at or below what the cycle simulator runs. */
class CycleBoundsTest {
    private static final int DESIGNS = 600;

    private static Accelerator dataflow(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static List<Accelerator> engines() {
        List<Accelerator> engines = new ArrayList<>();
        for (long seed = 0; engines.size() < 100; seed++) {
            int lanes = Sharing.FEWEST << new Random(seed).nextInt(4);
            try {
                engines.add(
                        SharedLayout.layOut(RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(lanes)));
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        return engines;
    }

    private static void holds(Accelerator design, String what, double[] tightness, int index) {
        CycleBounds bounds = CycleBounds.of(design);
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(6));
        assertThat(simulation.latencyCycles()).as(what).isGreaterThanOrEqualTo(bounds.latencyCycles());
        assertThat(simulation.intervalCycles().orElseThrow()).as(what).isGreaterThanOrEqualTo(bounds.intervalCycles());
        assertThat(simulation.cycles()).as(what).isGreaterThanOrEqualTo(bounds.streamCycles(6));
        tightness[index] = (double) bounds.latencyCycles() / simulation.latencyCycles();
    }

    @Test
    void noDataflowDesignIsFasterThanItsBound() {
        double[] tightness = new double[DESIGNS];
        for (int seed = 0; seed < DESIGNS; seed++) {
            holds(dataflow(seed), "seed " + seed, tightness, seed);
        }
        Arrays.sort(tightness);
        // A bound that says nothing would pass the test above.
        assertThat(tightness[DESIGNS / 2]).isGreaterThan(0.9);
    }

    @Test
    void noSharedEngineIsFasterThanItsBound() {
        List<Accelerator> engines = engines();
        double[] tightness = new double[engines.size()];
        for (int i = 0; i < engines.size(); i++) {
            holds(engines.get(i), "engine " + i, tightness, i);
        }
        Arrays.sort(tightness);
        assertThat(tightness[tightness.length / 2]).isGreaterThan(0.9);
    }

    /**
     * 16 codes, one a cycle: the last enters the image channel in cycle 15, the thresholds take it in 16, and it leaves
     * their pipeline by its latency; the sink takes it in the cycle behind.
     */
    @Test
    void aPipelineThatNothingHoldsUpTakesItsBoundExactly() {
        IntegerNetwork network = new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image", new Shape(4, 4, 1), CodeType.unsigned(8), Scale.uniform(1)),
                        new Layer.Threshold(
                                "t",
                                "image",
                                new ThresholdTable(new int[][] {{128}}),
                                CodeType.unsigned(1),
                                Scale.uniform(1))));
        Accelerator design = Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, new Folding(1_000, Map.of()));
        int latency = design.units().getFirst().timing().processes().getFirst().latency();
        assertThat(design.units()).hasSize(1);
        assertThat(CycleBounds.of(design)).isEqualTo(new CycleBounds(16, 16 + latency + 2));
        assertThat(CycleSimulator.simulate(design, Stimulus.images(1)).latencyCycles())
                .isEqualTo(16 + latency + 2);
    }

    @Test
    void stallsOnlyMakeItLater() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = dataflow(seed);
            Simulation simulation = CycleSimulator.simulate(
                    design,
                    Stimulus.images(1).withStalls(StallPattern.random(seed, 0.3), StallPattern.random(~seed, 0.3)));
            assertThat(simulation.images().getFirst().lastWordOut() + 1)
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(CycleBounds.of(design).latencyCycles());
        }
    }
}
