package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import org.junit.jupiter.api.Test;

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
