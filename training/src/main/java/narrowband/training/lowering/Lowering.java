package narrowband.training.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Tensor;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;

/**
 * Lowers a trained network to integers. Layers keep their names; batch norms vanish into the thresholds of the quantisers
 * behind them; where a batch norm's factor is negative, the channel's weight codes are complemented, which negates its
 * accumulator, so that all thresholds ascend (gdnsq 5.4).
 */
public final class Lowering {
    /** The name of the last layer, whose code is the class. */
    public static final String LABEL = "label";

    private static final float PIXEL_STEP = 1 / 256f;

    private final FrozenNetwork network;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, Tensor> tensors = new HashMap<>();
    /** Where another name stands for a graph layer's tensor. */
    private final Map<String, String> renamed = new HashMap<>();

    private Lowering(FrozenNetwork network) {
        this.network = network;
    }

    /**
     * Lowers a network whose widths are integers.
     *
     * @throws narrowband.accel.InvalidInputException if a width is not an integer, or an accumulator needs over 32 bits
     */
    public static IntegerNetwork lower(Graph graph, Parameters parameters) {
        return lower(FrozenNetwork.of(graph, parameters));
    }

    /** As {@link #lower(Graph, Parameters)}, from frozen constants. */
    public static IntegerNetwork lower(FrozenNetwork network) {
        Lowering lowering = new Lowering(network);
        network.graph().nodes().forEach(lowering::lower);
        String scores = lowering.place(network.graph().output().name());
        lowering.add(new Layer.ArgMax(LABEL, scores));
        return new IntegerNetwork(network.graph().name(), lowering.layers);
    }

    private String place(String layer) {
        return renamed.getOrDefault(layer, layer);
    }

    private void add(Layer layer) {
        layers.add(layer);
        tensors.put(
                layer.name(),
                layer.yields(layer.inputs().stream().map(tensors::get).toList()));
    }

    private void lower(Node node) {
        String name = node.name();
        switch (node) {
            case Node.Image _ ->
                add(new Layer.Input(
                        name, network.graph().imageShape(), CodeType.unsigned(8), Scale.uniform(PIXEL_STEP)));
            case Node.Convolution layer ->
                add(new Layer.Convolution(
                        name,
                        place(layer.input()),
                        codes(layer),
                        layer.kernel(),
                        layer.kernel(),
                        layer.stride(),
                        layer.padding(),
                        layer.groups(),
                        scale(layer)));
            case Node.Dense layer -> {
                add(new Layer.Dense(name, place(layer.input()), codes(layer), scale(layer)));
                if (layer.bias()) {
                    int[] biases = network.biases().get(name);
                    add(new Layer.Bias(
                            name + "_bias", name, Arrays.stream(biases).boxed().toList()));
                    renamed.put(name, name + "_bias");
                }
            }
            case Node.BatchNorm _, Node.Normalise _ -> {}
            case Node.IdentityShortcut shortcut ->
                add(new Layer.IdentityShortcut(
                        name, place(shortcut.input()), shortcut.stride(), shortcut.before(), shortcut.after()));
            case Node.Quantise quantise -> add(threshold(quantise));
            case Node.MaxPool pool ->
                add(new Layer.MaxPool(name, place(pool.input()), pool.size(), pool.stride(), pool.padding()));
            case Node.GlobalAveragePool pool -> {
                int side = network.graph().shape(pool.input()).height();
                add(new Layer.SumPool(name, place(pool.input()), side, side));
            }
            case Node.Add sum -> add(new Layer.Add(name, place(sum.left()), place(sum.right())));
            case Node.Relu relu ->
                throw new IllegalStateException("layer " + relu.name() + " of a quantised graph is a bare ReLU");
        }
    }

    /** For each channel of a layer, whether its accumulator is negated in the integer network. */
    static boolean[] negated(FrozenNetwork network, Weighted layer) {
        boolean[] negated = new boolean[layer.outputs()];
        for (Node node : network.graph().nodes()) {
            if (node instanceof Node.BatchNorm norm && norm.input().equals(layer.name())) {
                float[] factors = network.norms().get(norm.name()).factor();
                for (int o = 0; o < negated.length; o++) {
                    negated[o] |= factors[o] < 0;
                }
            }
        }
        return negated;
    }

    private WeightCodes codes(Weighted layer) {
        FrozenNetwork.Weights weights = network.weights().get(layer.name());
        int inputs = network.graph().fanIn(layer);
        int[] codes = weights.codes().clone();
        int top = (1 << weights.bits()) - 1;
        boolean[] negated = negated(network, layer);
        for (int o = 0; o < negated.length; o++) {
            for (int i = o * inputs; negated[o] && i < (o + 1) * inputs; i++) {
                codes[i] = top - codes[i];
            }
        }
        return new WeightCodes(weights.bits(), layer.outputs(), inputs, codes);
    }

    private Scale scale(Weighted layer) {
        float[] steps = network.weights().get(layer.name()).steps().clone();
        float input = network.inputStep(layer);
        boolean[] negated = negated(network, layer);
        for (int o = 0; o < steps.length; o++) {
            steps[o] *= input / 2 * (negated[o] ? -1 : 1);
        }
        return Scale.perChannel(steps);
    }

    private Layer.Threshold threshold(Node.Quantise quantise) {
        QuantiserInputs.Coding coding = QuantiserInputs.before(network, quantise);
        CodeType range = tensors.get(coding.source()).type();
        int[][] rows = new int[coding.codes().length][];
        for (int row = 0; row < rows.length; row++) {
            AffineCode code = coding.codes()[row];
            boolean negative = code.factor().getNumerator().signum() < 0;
            rows[row] = (negative ? code.negated() : code).thresholds(range);
        }
        FrozenNetwork.CodeGrid grid = network.grids().get(quantise.name());
        CodeType type = grid.isSigned() ? CodeType.signed(grid.bits()) : CodeType.unsigned(grid.bits());
        return new Layer.Threshold(
                quantise.name(), coding.source(), new ThresholdTable(rows), type, Scale.uniform(grid.step()));
    }
}
