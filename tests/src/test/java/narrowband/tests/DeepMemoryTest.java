package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.simulation.PowerUp;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories so deep that they take a stage more, which random networks are too small for: values and cycles. */
class DeepMemoryTest {
    private static final int CHANNELS = 160;
    private static final int COLUMNS = 2;
    private static final int LEVEL_BITS = 3;

    /** A dense layer and thresholds of its own for each of many channels, some of which are never reached and some always. */
    private static IntegerNetwork network() {
        Random random = new Random(11);
        int[] codes = random.ints((long) CHANNELS * COLUMNS, 0, 4).toArray();
        int[][] thresholds = new int[CHANNELS][];
        for (int channel = 0; channel < CHANNELS; channel++) {
            thresholds[channel] = IntStream.generate(() -> random.nextInt(-20, 21))
                    .limit((1 << LEVEL_BITS) - 1)
                    .sorted()
                    .toArray();
        }
        return new IntegerNetwork(
                "deep",
                List.of(
                        new Layer.Input("image", Shape.vector(COLUMNS), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Dense(
                                "dense", "image", new WeightCodes(2, CHANNELS, COLUMNS, codes), Scale.uniform(1)),
                        new Layer.Threshold(
                                "act",
                                "dense",
                                new ThresholdTable(thresholds),
                                CodeType.unsigned(LEVEL_BITS),
                                Scale.uniform(1))));
    }

    /** One channel after the other: all weights in one column of words, all thresholds of a bit in one memory. */
    private static Accelerator inOneLane(Fpga fpga) {
        return Dataflow.layOut(
                network(),
                fpga,
                100,
                new Folding(
                        100,
                        Map.of("dense", new MatrixVectorFolding(1, 1, 1, 1, MatrixVector.Weights.STORED)),
                        Map.of("act", new ThresholdFolding(1, Thresholding.Method.PIPELINED))));
    }

    private static <U> U unit(Accelerator accelerator, Class<U> kind) {
        return accelerator.units().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thresholdsInBlockRamTakeAStageMoreOnTheEcp5() {
        Accelerator accelerator = inOneLane(Fpga.named("ecp5-25k"));
        Thresholding thresholds = unit(accelerator, Thresholding.class);
        // 160, 320 and 640 thresholds of 6 bits: truth tables of four inputs hold the first, 320 would take 177 tables.
        assertThat(thresholds.heldLevels()).isEqualTo(2);
        assertThat(thresholds.stages()).isEqualTo(2 + 3 + 3);
        assertThat(unit(accelerator, MatrixVector.class).readsWeightsInParts(accelerator.fpga()))
                .isTrue();
        assertThat(unit(inOneLane(Fpga.named("xc7a35t")), Thresholding.class).stages())
                .isEqualTo(LEVEL_BITS);
    }

    @ParameterizedTest
    @CsvSource({"ecp5-25k, 0", "ecp5-25k, 0.3", "ice40hx8k, 0.3", "xc7a35t, 0.3"})
    void whatComesOutIsRightAndInTimeWhateverMemoriesHoldAtFirst(String fpga, double stalls) {
        Accelerator accelerator = inOneLane(Fpga.named(fpga));
        List<int[]> images = Stream.generate(new Random(12)::nextLong)
                .limit(3)
                .map(seed -> new Random(seed).ints(COLUMNS, 0, 4).toArray())
                .toList();
        StallPattern source = StallPattern.random(1, stalls);
        StallPattern sink = StallPattern.random(2, stalls);
        Simulation simulated = CycleSimulator.simulate(
                accelerator,
                Stimulus.images(images.size()).withStalls(source, sink).withTrace());

        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator), PowerUp.random(5))
                .run(images, source::acts, sink::acts, true);

        ReferenceExecutor reference = new ReferenceExecutor(accelerator.network());
        for (int i = 0; i < images.size(); i++) {
            assertThat(rtl.results().get(i))
                    .as("result of image %s", Arrays.toString(images.get(i)))
                    .isEqualTo(reference.output(images.get(i)));
        }
        CycleAgreement.assertCycles(accelerator, simulated, rtl, 0);
    }
}
