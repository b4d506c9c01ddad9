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
import narrowband.accel.design.SlidingWindow;
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

    private static final Fpga ECP5 = Fpga.named("ecp5-25k");
    private static final double CLOCK = 100;

    /** Beyond what an ECP5's block RAM is used for, 140 MHz. */
    private static final double FAST = 180;

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

    /**
     * A convolution with padding whose line buffer has 5 rows of 13 positions, a word more than a part, and a pool whose line
     * buffer has 4 rows of 7 positions in 4 channels.
     */
    private static IntegerNetwork windows() {
        int[] codes = new Random(13).ints(4 * 9, 0, 4).toArray();
        return new IntegerNetwork(
                "windows",
                List.of(
                        new Layer.Input("image", new Shape(9, 13, 1), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Convolution(
                                "conv", "image", new WeightCodes(2, 4, 9, codes), 3, 3, 2, 1, 1, Scale.uniform(1)),
                        new Layer.Threshold(
                                "act",
                                "conv",
                                new ThresholdTable(new int[][] {{-9, 0, 9}}),
                                CodeType.unsigned(2),
                                Scale.uniform(1)),
                        new Layer.MaxPool("pool", "act", 2, 2, 0)));
    }

    /** The windows, a code at a time, and the weights of the convolution, 4 times 9, each whole. */
    private static Accelerator codeByCode(Fpga fpga, double megahertz) {
        return Dataflow.layOut(
                windows(), fpga, megahertz, new Folding(2_000, Map.of("conv", new MatrixVectorFolding(1, 1, 2, 1))));
    }

    /** One channel after the other: all weights in one column of words, all thresholds of a bit in one memory. */
    private static Accelerator inOneLane(Fpga fpga, double megahertz) {
        return Dataflow.layOut(
                network(),
                fpga,
                megahertz,
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
        Accelerator accelerator = inOneLane(ECP5, CLOCK);
        Thresholding thresholds = unit(accelerator, Thresholding.class);
        // 160, 320 and 640 thresholds of 6 bits: truth tables of four inputs hold the first, 320 would take 177 tables.
        assertThat(thresholds.heldLevels()).isEqualTo(2);
        assertThat(thresholds.stages()).isEqualTo(2 + 3 + 3);
        assertThat(unit(accelerator, MatrixVector.class).readsWeightsInParts(accelerator.fpga()))
                .isTrue();
        assertThat(unit(inOneLane(Fpga.named("xc7a35t"), FAST), Thresholding.class)
                        .stages())
                .isEqualTo(LEVEL_BITS);
    }

    @Test
    void atAFastClockAnEcp5ReadsThresholdsOutOfTablesInParts() {
        Accelerator accelerator = inOneLane(ECP5, FAST);
        Thresholding thresholds = unit(accelerator, Thresholding.class);
        assertThat(thresholds.heldLevels()).isEqualTo(3);
        assertThat(thresholds.stages()).isEqualTo(3 + 3 + 3);
        assertThat(blockRams(accelerator)).isZero();
        assertThat(blockRams(inOneLane(ECP5, CLOCK))).isPositive();
    }

    @Test
    void atAFastClockAnEcp5ReadsLineBuffersOutOfTablesInParts() {
        Accelerator accelerator = codeByCode(ECP5, FAST);
        List<SlidingWindow> windows = accelerator.units().stream()
                .filter(SlidingWindow.class::isInstance)
                .map(SlidingWindow.class::cast)
                .toList();
        assertThat(windows).extracting(SlidingWindow::bankWords).containsExactly(5 * 13, 4 * 7 * 4);
        assertThat(windows).allMatch(window -> window.readsInParts(accelerator.fpga()));
        assertThat(windows).noneMatch(window -> window.readsInParts(ECP5));
        assertThat(blockRams(accelerator)).isZero();
    }

    @Test
    void atAFastClockFewWeightsAreReadInPartsToo() {
        Accelerator accelerator = codeByCode(ECP5, FAST);
        MatrixVector weights = unit(accelerator, MatrixVector.class);
        // Two tables of 16 words and a third that is not full.
        assertThat(weights.weightWords()).isEqualTo(36);
        assertThat(weights.readsWeightsInParts(accelerator.fpga())).isTrue();
        assertThat(weights.readsWeightsInParts(ECP5)).isFalse();
    }

    /** Blocks that the emitted Verilog asks for. */
    private static long blockRams(Accelerator accelerator) {
        return new RtlDesign(accelerator)
                .files().values().stream()
                        .flatMap(String::lines)
                        .filter(line -> line.contains("_style = \"block\""))
                        .count();
    }

    @ParameterizedTest
    @CsvSource({
        "ecp5-25k, 100, 0",
        "ecp5-25k, 100, 0.3",
        "ecp5-25k, 180, 0",
        "ecp5-25k, 180, 0.3",
        "ice40hx8k, 100, 0.3",
        "xc7a35t, 100, 0.3"
    })
    void whatComesOutIsRightAndInTimeWhateverMemoriesHoldAtFirst(String fpga, double megahertz, double stalls) {
        Fpga device = Fpga.named(fpga);
        agrees(inOneLane(device, megahertz), stalls);
        agrees(codeByCode(device, megahertz), stalls);
    }

    /** The hardware's results are the network's, and its cycles the simulator's. */
    private static void agrees(Accelerator accelerator, double stalls) {
        int codes = accelerator.network().input().shape().size();
        List<int[]> images = Stream.generate(new Random(12)::nextLong)
                .limit(3)
                .map(seed -> new Random(seed).ints(codes, 0, 4).toArray())
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
