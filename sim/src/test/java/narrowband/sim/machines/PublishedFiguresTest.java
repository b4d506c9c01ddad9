package narrowband.sim.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import narrowband.sim.machines.FinnMvau.Folding;
import narrowband.sim.machines.LayerTable.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every machine counts what its authors published. The figures are theirs; where they come from stands at each. */
class PublishedFiguresTest {
    private static Row conv(
            String name, int inputs, int outputs, int kernel, int height, int width, int weightBits, int actBits) {
        return Row.convolution(name, inputs, outputs, kernel, 1, height, width, weightBits, actBits);
    }

    private static List<Long> cycles(MachineRun run) {
        return run.layers().stream().map(MachineRun.LayerCycles::cycles).toList();
    }

    /** docs/examples.rst: 17,280 for a row of 30 outputs, 587,520 in total: 34 rows, padding included. */
    @Test
    void barvinnsExampleTakesItsCountdown() {
        assertThat(Barvinn.PUBLISHED.cycles(conv("row", 64, 64, 3, 1, 30, 8, 8)).total())
                .isEqualTo(17_280);
        assertThat(Barvinn.PUBLISHED
                        .cycles(conv("layer", 64, 64, 3, 34, 30, 8, 8))
                        .total())
                .isEqualTo(587_520);
    }

    /**
     * ResNet-9 for CIFAR-10 without shortcuts, 2-bit weights and activations. The paper counts full rows of outputs but only
     * those output rows whose windows need no padding: (H - 2) / stride of them.
     */
    @Test
    void barvinnsResNet9TakesThePublishedCyclesLayerByLayer() {
        LayerTable resNet9 = new LayerTable(
                "resnet9",
                List.of(
                        conv("conv1", 64, 64, 3, 30, 32, 2, 2),
                        conv("conv2", 64, 64, 3, 30, 32, 2, 2),
                        conv("conv3", 64, 128, 3, 15, 16, 2, 2),
                        conv("conv4", 128, 128, 3, 14, 16, 2, 2),
                        conv("conv5", 128, 256, 3, 7, 8, 2, 2),
                        conv("conv6", 256, 256, 3, 6, 8, 2, 2),
                        conv("conv7", 256, 512, 3, 3, 4, 2, 2),
                        conv("conv8", 512, 512, 3, 2, 4, 2, 2)));
        MachineRun run = MachineRun.of(resNet9, Barvinn.PUBLISHED);
        assertThat(cycles(run)).containsExactly(34_560L, 34_560L, 17_280L, 32_256L, 16_128L, 27_648L, 13_824L, 18_432L);
        assertThat(run.cycles()).isEqualTo(194_688);
        // A unit for each layer: 250 MHz / 34,560; shared evenly: 250 MHz / 24,336 = 10,273 images a second.
        assertThat(run.intervalCycles()).isEqualTo(34_560);
        assertThat(run.framesPerSecond()).isCloseTo(7_234, within(0.5));
        assertThat(run.balancedCycles()).isEqualTo(24_336);
        assertThat(run.used()).isEqualTo(1);
    }

    /** 6.5 binary TOPS on PYNQ-Z1. */
    @Test
    void bismoHasItsPeakAndTakesTimeInProportionToTheBits() {
        assertThat(Bismo.PYNQ_Z1.peakOperations()).isCloseTo(6.5e12, within(0.06e12));
        Row one = conv("one", 256, 64, 1, 8, 8, 1, 1);
        long single = Bismo.PYNQ_Z1.cycles(one).total();
        // 64 windows by 64 outputs by 256 products: 8 x 8 x 1 turns of an array that is full.
        assertThat(single).isEqualTo(64);
        assertThat(Bismo.PYNQ_Z1.cycles(one).used()).isEqualTo(1);
        for (int w = 1; w <= 8; w++) {
            for (int a = 1; a <= 8; a++) {
                assertThat(Bismo.PYNQ_Z1
                                .cycles(conv("wa", 256, 64, 1, 8, 8, w, a))
                                .total())
                        .isEqualTo(w * a * single);
            }
        }
    }

    /** CNV-w1a1 with its folding in Xilinx/finn-examples. */
    @Test
    void finnsCnvTakesWhatItsFoldingSays() {
        int[] pe = {16, 32, 16, 16, 4, 1, 1, 1, 5};
        int[] simd = {3, 32, 32, 32, 32, 32, 4, 8, 1};
        List<Row> rows = List.of(
                conv("l0", 3, 64, 3, 30, 30, 1, 8).ofTheImage(),
                conv("l1", 64, 64, 3, 28, 28, 1, 1),
                conv("l2", 64, 128, 3, 12, 12, 1, 1),
                conv("l3", 128, 128, 3, 10, 10, 1, 1),
                conv("l4", 128, 256, 3, 3, 3, 1, 1),
                conv("l5", 256, 256, 3, 1, 1, 1, 1),
                Row.dense("l6", 256, 512, 1, 1),
                Row.dense("l7", 512, 512, 1, 1),
                Row.dense("l8", 512, 10, 1, 1));
        MachineRun run = MachineRun.of(new LayerTable("cnv", rows), finn(rows, pe, simd));
        assertThat(cycles(run))
                .containsExactly(32_400L, 28_224L, 20_736L, 28_800L, 20_736L, 18_432L, 32_768L, 32_768L, 1_024L);
        assertThat(run.intervalCycles()).isEqualTo(32_768);
        assertThat(run.framesPerSecond()).isCloseTo(3_051.8, within(0.05));
    }

    /** TFC with its folding in Xilinx/finn-examples; the same for its three widths. */
    @Test
    void finnsTfcTakesWhatItsFoldingSays() {
        List<Row> rows = List.of(
                Row.dense("l0", 784, 64, 1, 1).ofTheImage(),
                Row.dense("l1", 64, 64, 1, 1),
                Row.dense("l2", 64, 64, 1, 1),
                Row.dense("l3", 64, 10, 1, 1));
        MachineRun run = MachineRun.of(
                new LayerTable("tfc", rows), finn(rows, new int[] {16, 8, 8, 10}, new int[] {49, 8, 8, 8}));
        assertThat(cycles(run)).containsExactly(64L, 64L, 64L, 8L);
        assertThat(run.framesPerSecond()).isEqualTo(1_562_500);
    }

    private static FinnMvau finn(List<Row> rows, int[] pe, int[] simd) {
        Map<String, Folding> foldings = new java.util.HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            foldings.put(rows.get(i).name(), new Folding(pe[i], simd[i]));
        }
        return FinnMvau.folded(1, foldings);
    }

    /** Compute cycles that DNNsim counts for ResNet-20 and ResNet-18, run by us. */
    @ParameterizedTest
    @CsvSource({
        "16, 102547, 1090703",
        "8,   51275,  545415",
        "4,   25639,  272771",
        "2,   12821,  136449",
    })
    void stripesTakesTheComputeCyclesOfDnnSim(int bits, long resNet20, long resNet18) {
        assertThat(MachineRun.of(PublishedNetworks.resNet20(bits, bits, bits, bits, bits), Stripes.PUBLISHED)
                        .cycles())
                .isEqualTo(resNet20);
        assertThat(MachineRun.of(PublishedNetworks.resNet18(bits, bits, bits, bits, bits, bits), Stripes.PUBLISHED)
                        .cycles())
                .isEqualTo(resNet18);
    }

    /** The same with 8 bits at the edges, 4, 4, 3 and 3 within, 4 in the shortcuts. */
    @Test
    void stripesTakesTheComputeCyclesOfDnnSimForMixedWidths() {
        assertThat(MachineRun.of(PublishedNetworks.resNet20(8, 4, 4, 3, 8), Stripes.PUBLISHED)
                        .cycles())
                .isEqualTo(27_155);
        assertThat(MachineRun.of(PublishedNetworks.resNet18(8, 4, 4, 3, 3, 4), Stripes.PUBLISHED)
                        .cycles())
                .isEqualTo(308_335);
    }
}
