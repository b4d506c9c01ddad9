package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldingSearchTest {
    private static final Fpga FPGA = Fpga.named("xc7a35t");

    @Test
    void aReachableRateIsReached() {
        for (long seed = 0; seed < 100; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            double rate = 50_000;
            Accelerator design = FoldingSearch.search(network, FPGA, 100, new Goal.FramesPerSecond(rate));
            assertThat(100e6 / design.intervalBound()).as("seed %d", seed).isGreaterThanOrEqualTo(rate);
        }
    }

    @Test
    void aFasterGoalNeverCostsLessInWindowsAndProducts() {
        for (long seed = 0; seed < 50; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            double slow = cost(FoldingSearch.search(network, FPGA, 100, new Goal.FramesPerSecond(2_000)));
            double fast = cost(FoldingSearch.search(network, FPGA, 100, new Goal.FramesPerSecond(50_000)));
            assertThat(slow).as("seed %d", seed).isLessThanOrEqualTo(fast);
        }
    }

    /** Look-up tables, a block RAM counted as those that the FPGA has for each of its blocks. */
    private static double cost(Accelerator design) {
        Resources resources = design.units().stream()
                .filter(unit -> design.network().weights().containsKey(unit.layer()))
                .filter(unit -> unit instanceof MatrixVector || unit instanceof SlidingWindow)
                .map(unit -> unit.resources(FPGA))
                .reduce(Resources.NONE, Resources::plus);
        return resources.luts() + (double) FPGA.luts() / FPGA.blockRams() * resources.blockRams();
    }

    @Test
    void fillingTheDeviceStaysWithinTheShare() {
        for (long seed = 0; seed < 50; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Accelerator design = FoldingSearch.search(network, FPGA, 100, new Goal.FillDevice(0.3));
            Resources shortFifos = design.withDepths(design.depths().keySet().stream()
                            .collect(java.util.stream.Collectors.toMap(name -> name, name -> 2)))
                    .resources();
            assertThat(shortFifos.luts()).as("seed %d", seed).isLessThanOrEqualTo((long) (0.3 * FPGA.luts()));
        }
    }

    /** One convolution of 16 channels, 3x3, over 16x16 positions. */
    private static IntegerNetwork convolution(int weightBits, int activationBits) {
        Random random = new Random(7);
        int[] codes = random.ints(16 * 144, 0, 1 << weightBits).toArray();
        return new IntegerNetwork(
                "one",
                List.of(
                        new Layer.Input(
                                "image", new Shape(16, 16, 16), CodeType.unsigned(activationBits), Scale.uniform(1)),
                        new Layer.Convolution(
                                "conv",
                                "image",
                                new WeightCodes(weightBits, 16, 144, codes),
                                3,
                                3,
                                1,
                                1,
                                1,
                                Scale.uniform(1))));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "2, 4"})
    void noStyleIsCheaperThanTheOneThatIsChosen(int weightBits, int activationBits) {
        IntegerNetwork network = convolution(weightBits, activationBits);
        for (double rate : List.of(500.0, 5_000.0, 50_000.0)) {
            Accelerator chosen = FoldingSearch.search(network, FPGA, 100, new Goal.FramesPerSecond(rate));
            long target = (long) (100e6 / rate);
            for (MatrixVectorFolding style : styles(network)) {
                Accelerator other = Dataflow.layOut(
                        network, FPGA, 100, new Folding(folding(chosen).targetCycles(), Map.of("conv", style)));
                if (other.intervalBound() <= target) {
                    assertThat(cost(chosen))
                            .as(
                                    "%s images/s: %s, not %s",
                                    rate, folding(chosen).layers().get("conv"), style)
                            .isLessThanOrEqualTo(cost(other));
                }
            }
        }
    }

    private static Folding folding(Accelerator design) {
        return (Folding) design.plan();
    }

    /** The five styles, each in every number of rows and columns at a time. */
    private static List<MatrixVectorFolding> styles(IntegerNetwork network) {
        int w = network.weights().get("conv").bits();
        int a = network.input().type().bits();
        List<MatrixVectorFolding> styles = new ArrayList<>();
        for (int pe : List.of(1, 2, 4, 8, 16)) {
            for (int simd : List.of(1, 2, 4, 8, 16, 48, 144)) {
                styles.add(new MatrixVectorFolding(pe, simd, 1, 1));
                styles.add(new MatrixVectorFolding(pe, simd, 1, a));
                styles.add(new MatrixVectorFolding(pe, simd, w, 1));
                styles.add(new MatrixVectorFolding(pe, simd, w, a));
                if (MatrixVector.canFreeze(network, network.layer("conv"), pe, simd, FPGA)) {
                    styles.add(new MatrixVectorFolding(pe, simd, w, 1, MatrixVector.Weights.FROZEN));
                }
            }
        }
        return styles;
    }

    @Test
    void weightsOfFourBitsAreFrozenWhereALayerHasToBeFast() {
        Accelerator design = FoldingSearch.search(convolution(4, 4), FPGA, 100, new Goal.FramesPerSecond(50_000));
        assertThat(folding(design).layers().get("conv").weights()).isEqualTo(MatrixVector.Weights.FROZEN);
    }

    @Test
    void aShortcutTakesAsFewLanesAsKeepThePace() {
        // 16x16 pixels of 16 channels, 8 channels of zeros on each side: in L lanes 4,096 / L words and 1,024 / L of
        // zeros.
        List<Layer> layers = new ArrayList<>(convolution(2, 2).layers());
        layers.add(new Layer.IdentityShortcut("shortcut", "conv", 2, 8, 8));
        IntegerNetwork network = new IntegerNetwork("option_a", layers);
        assertThat(shortcut(network, 5_120).lanes()).isEqualTo(1);
        assertThat(shortcut(network, 5_119).lanes()).isEqualTo(2);
        assertThat(shortcut(network, 640).lanes()).isEqualTo(8);
        assertThat(shortcut(network, 639).isWhole()).isTrue();
    }

    private static IdentityShortcut shortcut(IntegerNetwork network, long targetCycles) {
        Folding folding = new Folding(targetCycles, Map.of("conv", new MatrixVectorFolding(16, 144, 2, 2)));
        return Dataflow.layOut(network, FPGA, 100, folding).units().stream()
                .filter(IdentityShortcut.class::isInstance)
                .map(IdentityShortcut.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anImpossibleRateNamesTheLayerAndWhatIsReachable() {
        // All 9 taps of a window can be taken at once, but not two of the 64 positions.
        IntegerNetwork network = new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image", new Shape(8, 8, 1), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Convolution(
                                "conv",
                                "image",
                                new WeightCodes(2, 4, 9, new int[36]),
                                3,
                                3,
                                1,
                                1,
                                1,
                                Scale.uniform(1))));
        assertThatThrownBy(() -> FoldingSearch.search(network, FPGA, 100, new Goal.FramesPerSecond(2_000_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("2000000 images per second at 100 MHz leave 50 cycles for an image, but layer conv needs at"
                        + " least 64; at most 1562500 images per second can be reached at this clock.");
    }

    @Test
    void aNetworkAboveTheShareMayTakeAlmostTheWholeDevice() {
        IntegerNetwork network = RandomNetworks.network(13);
        Accelerator wanted = FoldingSearch.search(network, FPGA, 100, new Goal.FillDevice(1e-6));
        Accelerator most = FoldingSearch.search(network, FPGA, 100, new Goal.FillDevice(0.9));
        assertThat(wanted).isEqualTo(most);
    }

    @Test
    void aNetworkThatIsTooLargeSaysWhatItNeeds() {
        int[] codes = new int[512 * 4096];
        IntegerNetwork network = new IntegerNetwork(
                "large",
                List.of(
                        new Layer.Input("image", Shape.vector(4096), CodeType.unsigned(8), Scale.uniform(1)),
                        new Layer.Dense("dense", "image", new WeightCodes(8, 512, 4096, codes), Scale.uniform(1))));
        assertThatThrownBy(() -> FoldingSearch.search(network, Fpga.named("ice40up5k"), 12, Goal.FillDevice.DEFAULT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Even the smallest design needs about ")
                .hasMessageEndingWith(
                        "choose a larger FPGA, fewer bits, or --shape shared, which streams its weights.");
    }

    @Test
    void registersOfAnIce40TakeLogicCellsOfTheirOwn() {
        // nextpnr-ice40 0.4 packed 5,944 tables and 4,450 registers of a design into 9,694 cells.
        Resources synthesised = new Resources(5_944, 4_450, 27);
        Fpga ice40 = Fpga.named("ice40hx8k");
        assertThat((double) ice40.logicCells(synthesised)).isCloseTo(9_694, withinPercentage(1));
        assertThat(synthesised.fits(ice40)).isFalse();
        assertThat(Fpga.named("ecp5-25k").logicCells(synthesised)).isEqualTo(5_944);
    }

    @Test
    void anUnknownFpgaGetsTheListOfKnownOnes() {
        assertThatThrownBy(() -> Fpga.named("virtex"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("There is no FPGA \"virtex\"; the known ones are ice40up5k, ice40hx8k, ");
    }
}
