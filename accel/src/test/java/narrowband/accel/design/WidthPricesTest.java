package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Random;
import narrowband.accel.design.WidthPrices.Carrier;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidthPricesTest {
    private static final Fpga FPGA = Fpga.named("xc7a35t");
    private static final IntegerNetwork NOMINAL = network(4, 4);

    /** A 3x3 convolution of 16 channels over 12x12 positions, thresholds of as many bits as its input has, and a dense layer. */
    private static IntegerNetwork network(int weightBits, int activationBits) {
        Random random = new Random(7);
        int levels = (1 << activationBits) - 1;
        int[][] rows = new int[16][levels];
        for (int[] row : rows) {
            int step = random.nextInt(3, 9);
            for (int j = 0; j < levels; j++) {
                row[j] = step * (j - levels / 4);
            }
        }
        CodeType type = CodeType.unsigned(activationBits);
        return new IntegerNetwork(
                "priced",
                List.of(
                        new Layer.Input("image", new Shape(12, 12, 16), type, Scale.uniform(1)),
                        new Layer.Convolution(
                                "conv", "image", weights(random, weightBits, 16, 144), 3, 3, 1, 1, 1, Scale.uniform(1)),
                        new Layer.Threshold("relu", "conv", new ThresholdTable(rows), type, Scale.uniform(1)),
                        new Layer.Dense(
                                "dense", "relu", weights(random, weightBits, 10, 12 * 12 * 16), Scale.uniform(1))));
    }

    private static WeightCodes weights(Random random, int bits, int outputs, int inputs) {
        int[] codes = random.ints((long) outputs * inputs, 0, 1 << bits).toArray();
        return new WeightCodes(bits, outputs, inputs, codes);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 16", "3, 2, 32", "2, 5, 64", "8, 8, 32", "4, 4, 16"})
    void anEnginesPricesAreItsStepsAtEachPairOfWidths(int weightBits, int activationBits, int lanes) {
        WidthPrices prices = WidthPrices.ofEngine(NOMINAL, new Sharing(lanes));
        Accelerator engine = SharedLayout.layOut(network(weightBits, activationBits), FPGA, 100, new Sharing(lanes));
        List<EnginePass> products = engine.units().stream()
                .filter(SharedEngine.class::isInstance)
                .flatMap(unit -> ((SharedEngine) unit).passes().stream())
                .filter(pass -> pass.head() == EnginePass.Head.PRODUCT)
                .toList();
        assertThat(products).hasSize(2);
        for (EnginePass pass : products) {
            long steps = (long) pass.steps() * pass.window().positions() * pass.tiles();
            assertThat(prices.layers().get(pass.layers().getFirst())[weightBits - 1][activationBits - 1])
                    .isEqualTo(steps);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 500", "3, 2, 500", "2, 5, 5000", "4, 4, 20000", "6, 3, 2000"})
    void aUnitsPriceIsWhatTheDesignOfThatRateTakes(int weightBits, int activationBits, double rate) {
        Accelerator design =
                FoldingSearch.search(network(weightBits, activationBits), FPGA, 100, new Goal.FramesPerSecond(rate));
        WidthPrices prices =
                WidthPrices.ofUnits(NOMINAL, FPGA, (long) (100e6 / rate), carrier -> FPGA.cost(carrier.resources()));
        for (String layer : List.of("conv", "dense")) {
            Resources taken = design.units().stream()
                    .filter(unit -> unit.layer().equals(layer))
                    .filter(unit -> unit instanceof MatrixVector || unit instanceof SlidingWindow)
                    .map(unit -> unit.resources(FPGA))
                    .reduce(Resources.NONE, Resources::plus);
            // Other weights of the same width may make sums one bit wider or narrower.
            assertThat(prices.layers().get(layer)[weightBits - 1][activationBits - 1])
                    .as(layer)
                    .isCloseTo(FPGA.cost(taken), withinPercentage(5));
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void thresholdsCostWhatTheirUnitTakesAndPassInTime(int bits) {
        long cycles = 20_000;
        WidthPrices prices = WidthPrices.ofUnits(NOMINAL, FPGA, cycles, carrier -> {
            assertThat(carrier.cycles()).isBetween(1L, cycles);
            return luts(carrier);
        });
        IntegerNetwork network = network(4, bits);
        Thresholding unit = ThresholdSearch.cheapest(network, (Layer.Threshold) network.layer("relu"), 1, cycles, FPGA);
        assertThat(prices.thresholds().get("relu")[bits - 1])
                .isCloseTo(unit.resources(FPGA).luts(), withinPercentage(35));
        assertThat(prices.thresholds().get("relu")).hasSize(WidthPrices.MOST_BITS);
        assertThat(prices.thresholds().get("relu")[7])
                .isGreaterThan(prices.thresholds().get("relu")[0]);
    }

    private static double luts(Carrier carrier) {
        return carrier.resources().luts();
    }
}
