package narrowband.accel.design;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;

/**
 * What the layers of a network would take in hardware with other widths than they have, by the same searches and estimates with
 * which accelerators are designed. A learner that weighs widths against each other reads its prices here.
 *
 * @param layers for each layer with weights, {@code [weight bits - 1][activation bits - 1]}
 * @param thresholds for each layer of thresholds, {@code [bits - 1]}
 */
public record WidthPrices(Map<String, double[][]> layers, Map<String, double[]> thresholds) {
    /** The widest width that is priced. */
    public static final int MOST_BITS = 8;

    /** Any codes of a width cost nearly the same. */
    private static final long SEED = 1;

    /**
     * The cheapest hardware for a layer.
     *
     * @param cycles in which it passes one image
     */
    public record Carrier(Resources resources, long cycles) {}

    /**
     * Prices of the units of a dataflow accelerator: for each pair of widths those of the cheapest unit that is fast enough, or
     * of the fastest. Thresholds are priced behind sums as wide as the network's own.
     *
     * @param cycles the most between two images
     * @param price what such a unit costs
     */
    public static WidthPrices ofUnits(IntegerNetwork network, Fpga fpga, long cycles, ToDoubleFunction<Carrier> price) {
        Map<String, double[][]> layers = new LinkedHashMap<>();
        Map<String, double[]> thresholds = new LinkedHashMap<>();
        // Layers of one shape, of which deep networks have many, cost the same.
        Map<List<Object>, double[][]> known = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            if (network.weights().containsKey(layer.name())) {
                layers.put(
                        layer.name(),
                        known.computeIfAbsent(
                                shape(network, layer), _ -> ofUnits(network, layer, fpga, cycles, price)));
            } else if (layer instanceof Layer.Threshold threshold) {
                double[] prices = new double[MOST_BITS];
                Arrays.setAll(prices, i -> price.applyAsDouble(threshold(network, threshold, i + 1, fpga, cycles)));
                thresholds.put(layer.name(), prices);
            }
        }
        return new WidthPrices(layers, thresholds);
    }

    /**
     * Prices in steps of a shared engine's array: a layer takes {@code words * positions * tiles} steps for each pair of planes
     * of its weights and activations (see {@link EnginePass}). Loading, draining and passes without weights are the same for all
     * widths, or nearly, and not counted in.
     */
    public static WidthPrices ofEngine(IntegerNetwork network, Sharing sharing) {
        Map<String, double[][]> layers = new LinkedHashMap<>();
        for (EnginePass pass : EngineSchedule.of(network, sharing.lanes()).passes()) {
            if (pass.head() == EnginePass.Head.PRODUCT) {
                double ofPlanes = (double) pass.words() * pass.window().positions() * pass.tiles();
                double[][] prices = new double[MOST_BITS][MOST_BITS];
                for (int w = 0; w < MOST_BITS; w++) {
                    for (int a = 0; a < MOST_BITS; a++) {
                        prices[w][a] = ofPlanes * (w + 1) * (a + 1);
                    }
                }
                layers.put(pass.layers().getFirst(), prices);
            }
        }
        return new WidthPrices(layers, Map.of());
    }

    /**
     * The cheapest unit, its window counted in, that would carry a layer with other widths within the cycles; the fastest where
     * none is so fast.
     *
     * @param weightBits 1 or more, as are the bits of activations
     */
    public static Carrier ofUnit(
            IntegerNetwork network, Layer layer, int weightBits, int activationBits, Fpga fpga, long cycles) {
        return FoldingSearch.cheapest(alone(network, layer, weightBits, activationBits), layer.name(), fpga, cycles);
    }

    private static List<Object> shape(IntegerNetwork network, Layer layer) {
        Tensor in = network.inputOf(layer);
        Tensor out = network.tensor(layer.name());
        return layer instanceof Layer.Convolution convolution
                ? List.of(
                        in.shape(),
                        in.type().signed(),
                        out.shape(),
                        convolution.kernelHeight(),
                        convolution.kernelWidth(),
                        convolution.stride(),
                        convolution.padding(),
                        convolution.groups())
                : List.of(in.shape(), in.type().signed(), out.shape());
    }

    private static double[][] ofUnits(
            IntegerNetwork network, Layer layer, Fpga fpga, long cycles, ToDoubleFunction<Carrier> price) {
        double[][] prices = new double[MOST_BITS][MOST_BITS];
        for (int w = 0; w < MOST_BITS; w++) {
            for (int a = 0; a < MOST_BITS; a++) {
                prices[w][a] = price.applyAsDouble(ofUnit(network, layer, w + 1, a + 1, fpga, cycles));
            }
        }
        return prices;
    }

    /** The layer by itself, with other widths. */
    private static IntegerNetwork alone(IntegerNetwork network, Layer layer, int weightBits, int activationBits) {
        Tensor in = network.inputOf(layer);
        WeightCodes before = network.weights().get(layer.name());
        int[] codes = new Random(SEED)
                .ints((long) before.outputs() * before.inputs(), 0, 1 << weightBits)
                .toArray();
        WeightCodes weights = new WeightCodes(weightBits, before.outputs(), before.inputs(), codes);
        Layer.Input input = new Layer.Input(
                "codes", in.shape(), new CodeType(activationBits, in.type().signed()), in.scale());
        Layer changed = switch (layer) {
            case Layer.Convolution it ->
                new Layer.Convolution(
                        it.name(),
                        input.name(),
                        weights,
                        it.kernelHeight(),
                        it.kernelWidth(),
                        it.stride(),
                        it.padding(),
                        it.groups(),
                        it.scale());
            case Layer.Dense it -> new Layer.Dense(it.name(), input.name(), weights, it.scale());
            default -> throw new IllegalArgumentException(layer.name() + " has no weights");
        };
        return new IntegerNetwork(network.name(), List.of(input, changed));
    }

    private static Carrier threshold(IntegerNetwork network, Layer.Threshold layer, int bits, Fpga fpga, long cycles) {
        Tensor from = network.inputOf(layer);
        Layer.Input input = new Layer.Input("codes", from.shape(), from.type(), from.scale());
        Layer.Threshold changed = new Layer.Threshold(
                layer.name(),
                input.name(),
                spread(layer.table(), bits),
                new CodeType(bits, layer.type().signed()),
                layer.scale());
        Thresholding unit = ThresholdSearch.cheapest(
                new IntegerNetwork(network.name(), List.of(input, changed)),
                changed,
                lanes(from, cycles),
                cycles,
                fpga);
        return new Carrier(unit.resources(fpga), unit.timing().cycles());
    }

    /** The fewest lanes in which the tensor passes within the cycles. */
    private static int lanes(Tensor tensor, long cycles) {
        int channels = tensor.shape().channels();
        for (int lanes = 1; lanes < channels; lanes++) {
            if (channels % lanes == 0 && (long) tensor.shape().positions() * (channels / lanes) <= cycles) {
                return lanes;
            }
        }
        return channels;
    }

    /** As many thresholds as another width has, evenly where the given ones lie. */
    private static ThresholdTable spread(ThresholdTable table, int bits) {
        int levels = (1 << bits) - 1;
        int[][] rows = new int[table.rows()][levels];
        for (int row = 0; row < rows.length; row++) {
            double first = table.threshold(row, 0);
            double last = table.threshold(row, table.levels() - 1);
            double step = (last - first) / levels;
            for (int j = 0; j < levels; j++) {
                rows[row][j] = (int) Math.round(first + step * j);
            }
        }
        return new ThresholdTable(rows);
    }
}
