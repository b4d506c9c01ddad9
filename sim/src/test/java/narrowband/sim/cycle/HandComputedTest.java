package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Fpga;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import org.junit.jupiter.api.Test;

/** Small designs whose cycles are counted here by hand, from the words of the contract. */
class HandComputedTest {
    private static Layer.Input image(int height, int width, int channels) {
        return new Layer.Input("image_in", new Shape(height, width, channels), CodeType.unsigned(2), Scale.uniform(1));
    }

    private static Accelerator design(Map<String, MatrixVectorFolding> layers, Layer... network) {
        return Dataflow.layOut(
                new IntegerNetwork("small", List.of(network)), Fpga.named("xc7a35t"), 100, new Folding(1000, layers));
    }

    /** Four words through one unit with two pipeline stages. */
    private static Accelerator threshold() {
        return design(
                Map.of(),
                image(2, 2, 1),
                new Layer.Threshold(
                        "act",
                        "image_in",
                        new ThresholdTable(new int[][] {{1, 2, 3}}),
                        CodeType.unsigned(2),
                        Scale.uniform(1)));
    }

    /*
     * cycle          0 1 2 3 4 5 6 7
     * source pushes  a b c d
     * step fires       a b c d
     * result pushed        a b c d
     * sink takes             a b c d
     */
    @Test
    void wordsStreamThroughAPipelineOnePerCycle() {
        Simulation simulation = CycleSimulator.simulate(threshold(), Stimulus.images(1));
        assertThat(simulation.images()).containsExactly(new ImageTiming(0, 3, CycleList.of(4, 5, 6, 7)));
        assertThat(simulation.cycles()).isEqualTo(8);
        assertThat(simulation.latencyCycles()).isEqualTo(8);
        assertThat(simulation.latencyMicroseconds()).isEqualTo(0.08);
        assertThat(simulation.intervalCycles()).isEmpty();
        assertThat(simulation.processes())
                .containsExactly(
                        new ProcessActivity("act", "act", "run", 4, 8, 4, List.of(0L), List.of(), List.of(0L), 1, 3));
        // One word is inside in cycles 1 to 4; in cycle 1 the second comes in while the first is still there.
        assertThat(simulation.channel("s_axis_fifo")).isEqualTo(new ChannelActivity("s_axis_fifo", 2, 4, 1, 2, 0, 4));
        assertThat(simulation.source()).isEqualTo(new BoundaryActivity(4, 0, 0, 4));
        assertThat(simulation.sink()).isEqualTo(new BoundaryActivity(4, 0, 4, 0));
    }

    /*
     * A FIFO of one word is full while its word waits, so that the next comes in only the cycle after.
     * cycle          0 1 2 3 4 5 6 7 8 9 10
     * source pushes  a   b   c   d
     * step fires       a   b   c   d
     * sink takes             a   b   c   d
     */
    @Test
    void aFifoOfOneWordPassesEverySecondCycle() {
        Simulation simulation =
                CycleSimulator.simulate(threshold().withDepths(Map.of("s_axis_fifo", 1)), Stimulus.images(1));
        assertThat(simulation.images()).containsExactly(new ImageTiming(0, 6, CycleList.of(4, 6, 8, 10)));
        assertThat(simulation.source()).isEqualTo(new BoundaryActivity(4, 0, 3, 4));
        assertThat(simulation.processes().getFirst().waitingForInput()).containsExactly(3L);
    }

    /*
     * The sink may act in every fourth cycle. The result FIFO holds two words, the pipeline one in each of two stages.
     * cycle            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
     * source pushes    a b c d
     * step fires         a b c d
     * result pushed          a b . . . c             d
     *   start of cycle 5: a, b inside (full), c in the last stage: the pipeline stands in 5, ...
     * sink takes               a       b       c           d
     */
    @Test
    void aSinkThatStallsStandsThePipeline() {
        Simulation simulation = CycleSimulator.simulate(
                threshold(), Stimulus.images(1).withStalls(StallPattern.ALWAYS, cycle -> cycle % 4 == 0));
        // a (pushed 3) is taken in 4, b (pushed 4) in 8, c (pushed 5: only b is inside) in 12, d in 16.
        // d reaches the last stage in cycle 6 and finds b and c: it stands in 6, 7 and 8, and goes in 9.
        assertThat(simulation.images().getFirst().outputs()).isEqualTo(CycleList.of(4, 8, 12, 16));
        assertThat(simulation.sink()).isEqualTo(new BoundaryActivity(4, 12, 1, 0));
        // All its steps fired before: its standing counts as draining.
        assertThat(simulation.processes().getFirst().idleAfter()).isEqualTo(17 - 1 - 4);
    }

    /*
     * Two columns, two rows, one at a time: read, read and write, work, write; four pipeline stages.
     * cycle          0 1 2 3 4 5 6 7 8 9 10 11 12 13
     * source pushes  a b c d
     * step fires       a b . W c d .  W
     * sink takes                 b   W     d     W
     */
    @Test
    void aMatrixVectorUnitWorksForTheProductOfItsFolds() {
        Accelerator design = design(
                Map.of("dense", new MatrixVectorFolding(1, 1, 1, 2)),
                image(1, 1, 2),
                new Layer.Dense("dense", "image_in", new WeightCodes(1, 2, 2, new int[4]), Scale.uniform(1)));
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(2));
        assertThat(simulation.images())
                .containsExactly(
                        new ImageTiming(0, 1, CycleList.of(7, 9)), new ImageTiming(2, 3, CycleList.of(11, 13)));
        assertThat(simulation.intervalCycles()).hasValue(4);
        assertThat(simulation.framesPerSecond()).hasValue(25e6);
        assertThat(simulation.processes().getFirst().busy()).isEqualTo(8);
    }

    /*
     * A 1x2 window over a row of three: the row is complete when its last word was taken, seen one cycle later; a step's word
     * goes through two stages.
     * cycle          0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
     * source pushes  a b c
     * fill fires       a b c
     * walk fires             a b b c
     * mvu fires                    a b b c
     * sink takes                                  ab    bc
     */
    @Test
    void aSlidingWindowWaitsForWholeRows() {
        Accelerator design = design(
                Map.of("conv", new MatrixVectorFolding(1, 1, 1, 2)),
                image(1, 3, 1),
                new Layer.Convolution(
                        "conv", "image_in", new WeightCodes(1, 1, 2, new int[2]), 1, 2, 1, 0, 1, Scale.uniform(1)));
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(1));
        assertThat(simulation.images().getFirst().outputs()).isEqualTo(CycleList.of(13, 15));
        ProcessActivity walk = simulation.processes().getFirst();
        assertThat(walk.process()).isEqualTo("walk");
        assertThat(walk.idleBefore()).isEqualTo(4);
        assertThat(walk.busy()).isEqualTo(4);
        assertThat(walk.idleAfter()).isEqualTo(8);
    }
}
