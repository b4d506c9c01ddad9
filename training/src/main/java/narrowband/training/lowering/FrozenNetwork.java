package narrowband.training.lowering;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.WeightCodes;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;

/**
 * A trained network with its constants frozen: weight codes, and steps and batch norm as 32-bit floats. These numbers, taken
 * as exact rationals, are the definition of the network in the integer domain (gdnsq 5.5).
 *
 * @param graph the quantised graph
 * @param weights by layer
 * @param norms by batch norm layer, and by the layer that normalises the image
 * @param grids by quantiser, those that share a grid too
 * @param biases integers that add to a layer's accumulators, by layer
 */
public record FrozenNetwork(
        Graph graph,
        Map<String, Weights> weights,
        Map<String, Norm> norms,
        Map<String, CodeGrid> grids,
        Map<String, int[]> biases) {

    /**
     * The weights of a layer.
     *
     * @param bits bit planes: the width that the layer learned, or one more where zero points of its channels need it
     * @param codes {@code 0..2^bits-1}, {@code [output][input]}, inputs in {@code [kernel row][kernel column][channel]} order
     * @param steps of each output; a code {@code k} is worth {@code (k - (2^bits - 1) / 2)} steps
     */
    public record Weights(int bits, int[] codes, float[] steps) {
        /** The odd integer {@code 2k - (2^bits - 1)} that a code means, in half steps. */
        public int value(int index) {
            return 2 * codes[index] - ((1 << bits) - 1);
        }
    }

    /** A norm as {@code factor * x + constant} per channel. */
    public record Norm(float[] factor, float[] constant) {}

    /**
     * The grid of a quantiser: values {@code step * k}.
     *
     * @param bits of the codes {@code lowest..highest}, the sign included
     */
    public record CodeGrid(float step, int bits, int lowest, int highest) {
        public boolean isSigned() {
            return lowest < 0;
        }
    }

    /**
     * Freezes a trained network.
     *
     * @throws InvalidInputException if a width is not an integer, which a run that was not finished leaves, or weights are on a
     *     grid without integers
     */
    public static FrozenNetwork of(Graph graph, Parameters parameters) {
        requireIntegers(graph.weightGrid());
        Map<String, Weights> weights = new LinkedHashMap<>();
        Map<String, Norm> norms = new LinkedHashMap<>();
        Map<String, CodeGrid> grids = new LinkedHashMap<>();
        Map<String, int[]> biases = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            switch (node) {
                case Weighted layer -> {
                    Weights frozen = weights(graph, parameters, layer);
                    weights.put(layer.name(), frozen);
                    if (layer instanceof Node.Dense dense && dense.bias()) {
                        float input =
                                grids.get(graph.quantiserBefore(layer).name()).step();
                        biases.put(layer.name(), biases(parameters, layer, (double) input * frozen.steps[0] / 2));
                    }
                }
                case Node.BatchNorm norm -> norms.put(norm.name(), norm(graph, parameters, norm));
                case Node.Quantise quantise -> grids.put(quantise.name(), grid(parameters, quantise));
                case Node.Normalise normalise -> norms.put(normalise.name(), norm(graph, normalise));
                case Node.Image _,
                        Node.Relu _,
                        Node.MaxPool _,
                        Node.GlobalAveragePool _,
                        Node.IdentityShortcut _,
                        Node.Add _ -> {}
            }
        }
        return new FrozenNetwork(graph, weights, norms, grids, biases);
    }

    /** @throws InvalidInputException if weights on the grid are not integers; the message names the setting and those that are */
    public static void requireIntegers(WeightGrid grid) {
        if (!grid.hasIntegers()) {
            String others = Arrays.stream(WeightGrid.values())
                    .filter(WeightGrid::hasIntegers)
                    .map(FrozenNetwork::setting)
                    .collect(Collectors.joining(" or "));
            throw new InvalidInputException(
                    "Weights of %s have real zero points, which no integers hold exactly: such a network is trained and evaluated in floating point only. To lower or export one, train with %s."
                            .formatted(setting(grid), others));
        }
    }

    private static String setting(WeightGrid grid) {
        return "weightGrid=" + grid.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int integerBits(Parameters parameters, String layer) {
        float bits = parameters.get(layer + ".bits", 0);
        if (bits < 1 || bits != Math.rint(bits)) {
            throw new InvalidInputException(
                    "Layer %s has %s bits; a network can be lowered only after its last phase has made all widths integers. Let the training finish."
                            .formatted(layer, bits));
        }
        return (int) bits;
    }

    private static Weights weights(Graph graph, Parameters parameters, Weighted layer) {
        int bits = integerBits(parameters, layer.name());
        WeightQuantiser quantiser = WeightQuantiser.of(graph, layer);
        float[] values = parameters.values();
        int offset = parameters.layout().parameter(layer.name() + ".weight").offset();
        int ranges = parameters.layout().parameter(layer.name() + ".range").offset();
        int[] integers = quantiser.integers(values, offset, values, ranges, bits);
        int planes = planes(layer, bits, integers);
        int[] codes = new int[integers.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (integers[i] + (1 << planes) - 1) / 2;
        }
        float[] steps = new float[layer.outputs()];
        for (int o = 0; o < steps.length; o++) {
            steps[o] = quantiser.step(values, offset, values, ranges, bits, o);
        }
        return new Weights(planes, codes, steps);
    }

    /** The width that holds all weights: as many planes {@code +-2^i} as their integers need, no less than the layer learned. */
    private static int planes(Weighted layer, int bits, int[] integers) {
        int largest = Arrays.stream(integers).map(Math::abs).max().orElseThrow();
        int planes = Math.max(bits, Integer.SIZE - Integer.numberOfLeadingZeros(largest));
        if (planes > WeightCodes.MAX_BITS) {
            throw new InvalidInputException(
                    "Layer %s: weights of %d bits with zero points of their own take %d bit planes, more than %d. Give the layer %d bits, or use weightGrid=mid-rise."
                            .formatted(layer.name(), bits, planes, WeightCodes.MAX_BITS, bits - 1));
        }
        return planes;
    }

    private static int[] biases(Parameters parameters, Weighted layer, double unit) {
        int[] biases = new int[layer.outputs()];
        for (int o = 0; o < biases.length; o++) {
            biases[o] = Math.toIntExact((long) Math.floor(parameters.get(layer.name() + ".bias", o) / unit + 0.5));
        }
        return biases;
    }

    private static Norm norm(Graph graph, Parameters parameters, Node.BatchNorm norm) {
        int channels = graph.shape(norm.name()).channels();
        float[] factor = new float[channels];
        float[] constant = new float[channels];
        for (int c = 0; c < channels; c++) {
            double deviation = Math.sqrt(parameters.statistic(norm.name() + ".variance", c) + Node.BatchNorm.EPSILON);
            double a = parameters.get(norm.name() + ".scale", c) / deviation;
            factor[c] = (float) a;
            constant[c] = (float)
                    (parameters.get(norm.name() + ".shift", c) - a * parameters.statistic(norm.name() + ".mean", c));
        }
        return new Norm(factor, constant);
    }

    private static Norm norm(Graph graph, Node.Normalise normalise) {
        int channels = graph.shape(normalise.name()).channels();
        float[] factor = new float[channels];
        float[] constant = new float[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = normalise.factor(c);
            constant[c] = normalise.constant(c);
        }
        return new Norm(factor, constant);
    }

    private static CodeGrid grid(Parameters parameters, Node.Quantise quantise) {
        int bits = integerBits(parameters, quantise.grid());
        float step = ActivationQuantiser.step(parameters.get(quantise.grid() + ".range", 0), bits);
        int levels = 1 << bits;
        return quantise.signed()
                ? new CodeGrid(step, bits + 1, -levels, levels - 1)
                : new CodeGrid(step, bits, 0, levels - 1);
    }

    /** The step of the codes that a layer with weights takes in. */
    float inputStep(Weighted layer) {
        return grids.get(graph.quantiserBefore(layer).name()).step();
    }
}
