package narrowband.training.lowering;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * Evaluates a trained network in the integer domain as it was trained: convolutions of codes with the odd integers that
 * weights mean, then batch norm and the quantiser's formula, decided exactly near ties. It knows no thresholds and no
 * complemented codes, so it agrees with the integer network only if both are right. Safe for use by several threads.
 */
public final class IntegerDomainEvaluator {
    private final FrozenNetwork network;
    private final Graph graph;
    /** Weights {@code [kernel row][kernel column][channel][output]}. */
    private final Map<String, int[]> byTap = new HashMap<>();

    /** The convolutions that floats compute exactly. */
    private final Map<String, ExactConvolution> exact = new HashMap<>();

    private final Map<String, boolean[]> negated = new HashMap<>();
    private final Map<String, AffineCode.Formula[]> formulas = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();

    public IntegerDomainEvaluator(FrozenNetwork network) {
        this.network = network;
        this.graph = network.graph();
        for (Node node : graph.nodes()) {
            if (node instanceof Weighted layer) {
                prepare(layer);
            } else if (node instanceof Node.Quantise quantise) {
                QuantiserInputs.Coding coding = QuantiserInputs.before(network, quantise);
                sources.put(quantise.name(), coding.source());
                AffineCode.Formula[] formula = new AffineCode.Formula[coding.codes().length];
                for (int c = 0; c < formula.length; c++) {
                    formula[c] = coding.codes()[c].formula();
                }
                formulas.put(quantise.name(), formula);
            }
        }
    }

    private void prepare(Weighted layer) {
        int inputs = graph.fanIn(layer);
        int outputs = layer.outputs();
        FrozenNetwork.Weights weights = network.weights().get(layer.name());
        int[] values = new int[inputs * outputs];
        boolean[] signs = Lowering.negated(network, layer);
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                values[i * outputs + o] = weights.value(o * inputs + i);
            }
        }
        byTap.put(layer.name(), values);
        negated.put(layer.name(), signs);
        if (layer instanceof Node.Convolution convolution && !convolution.isDepthwise()) {
            FrozenNetwork.CodeGrid grid =
                    network.grids().get(graph.quantiserBefore(layer).name());
            long largest = Math.max(grid.highest(), -(long) grid.lowest());
            ExactConvolution.of(convolution, graph.shape(layer.input()), graph.shape(layer.name()), values, largest)
                    .ifPresent(fast -> exact.put(layer.name(), fast));
        }
    }

    /**
     * The codes of every layer, by the names that the integer network gives them. Accumulators whose channel the integer
     * network negates are reported negated.
     *
     * @param image pixel codes {@code [height * width * channels]}
     */
    public Map<String, int[]> run(int[] image) {
        Map<String, int[]> codes = new LinkedHashMap<>();
        Map<String, int[]> accumulators = new HashMap<>();
        for (Node node : graph.nodes()) {
            switch (node) {
                case Node.Image input -> codes.put(input.name(), image.clone());
                case Weighted layer -> {
                    int[] sums = multiply(layer, at(codes, layer.input()));
                    accumulators.put(layer.name(), sums);
                    codes.put(layer.name(), reported(layer, sums));
                    int[] biases = network.biases().get(layer.name());
                    if (biases != null) {
                        int[] biased = sums.clone();
                        for (int o = 0; o < biased.length; o++) {
                            biased[o] += biases[o];
                        }
                        codes.put(layer.name() + "_bias", biased);
                    }
                }
                case Node.BatchNorm _, Node.Normalise _ -> {}
                case Node.IdentityShortcut shortcut ->
                    codes.put(shortcut.name(), shortcut(shortcut, at(codes, shortcut.input())));
                case Node.Quantise quantise -> {
                    String source = sources.get(quantise.name());
                    int[] in = accumulators.containsKey(source) ? accumulators.get(source) : at(codes, source);
                    codes.put(quantise.name(), quantise(quantise, in));
                }
                case Node.MaxPool pool -> codes.put(pool.name(), maxPool(pool, at(codes, pool.input())));
                case Node.GlobalAveragePool pool -> codes.put(pool.name(), sum(pool, at(codes, pool.input())));
                case Node.Add add -> {
                    int[] sum = at(codes, add.left()).clone();
                    int[] right = at(codes, add.right());
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += right[i];
                    }
                    codes.put(add.name(), sum);
                }
                case Node.Relu relu -> throw new IllegalStateException("a bare ReLU: " + relu.name());
            }
        }
        String output = graph.output().name();
        int[] scores = codes.getOrDefault(output + "_bias", at(codes, output));
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        codes.put(Lowering.LABEL, new int[] {best});
        return codes;
    }

    private static int[] at(Map<String, int[]> codes, String layer) {
        int[] found = codes.get(layer);
        if (found == null) {
            throw new IllegalStateException("no codes of layer " + layer);
        }
        return found;
    }

    private int[] reported(Weighted layer, int[] sums) {
        boolean[] signs = negated.get(layer.name());
        int[] reported = sums.clone();
        for (int i = 0; i < reported.length; i++) {
            if (signs[i % signs.length]) {
                reported[i] = -reported[i];
            }
        }
        return reported;
    }

    /** Spreads each input code over the outputs that it reaches: the transpose of how the reference gathers. */
    private int[] multiply(Weighted layer, int[] in) {
        if (exact.containsKey(layer.name())) {
            return exact.get(layer.name()).run(in);
        }
        int[] weights = byTap.get(layer.name());
        int outputs = layer.outputs();
        if (layer instanceof Node.Dense) {
            int[] out = new int[outputs];
            for (int i = 0; i < in.length; i++) {
                accumulate(in[i], weights, i * outputs, out, 0, outputs);
            }
            return out;
        }
        Node.Convolution convolution = (Node.Convolution) layer;
        Shape from = graph.shape(layer.input());
        Shape to = graph.shape(layer.name());
        int kernel = convolution.kernel();
        int[] out = new int[to.size()];
        for (int ky = 0; ky < kernel; ky++) {
            for (int kx = 0; kx < kernel; kx++) {
                for (int y = 0; y < to.height(); y++) {
                    int row = y * convolution.stride() + ky - convolution.padding();
                    for (int x = 0; x < to.width() && row >= 0 && row < from.height(); x++) {
                        int column = x * convolution.stride() + kx - convolution.padding();
                        if (column < 0 || column >= from.width()) {
                            continue;
                        }
                        if (convolution.isDepthwise()) {
                            for (int c = 0; c < outputs; c++) {
                                out[(y * to.width() + x) * outputs + c] +=
                                        in[(row * from.width() + column) * outputs + c]
                                                * weights[(ky * kernel + kx) * outputs + c];
                            }
                            continue;
                        }
                        for (int c = 0; c < from.channels(); c++) {
                            accumulate(
                                    in[(row * from.width() + column) * from.channels() + c],
                                    weights,
                                    ((ky * kernel + kx) * from.channels() + c) * outputs,
                                    out,
                                    (y * to.width() + x) * outputs,
                                    outputs);
                        }
                    }
                }
            }
        }
        return out;
    }

    private static void accumulate(int code, int[] weights, int from, int[] out, int to, int outputs) {
        for (int o = 0; o < outputs; o++) {
            out[to + o] += code * weights[from + o];
        }
    }

    private int[] quantise(Node.Quantise quantise, int[] in) {
        AffineCode.Formula[] formula = formulas.get(quantise.name());
        int[] out = new int[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = formula[i % formula.length].code(in[i]);
        }
        return out;
    }

    /** Offers each code to the windows that it lies in. */
    private int[] maxPool(Node.MaxPool pool, int[] in) {
        Shape from = graph.shape(pool.input());
        Shape to = graph.shape(pool.name());
        int[] out = new int[to.size()];
        Arrays.fill(out, Integer.MIN_VALUE);
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                for (int k = 0; k < pool.size() * pool.size(); k++) {
                    int row = y * pool.stride() - pool.padding() + k / pool.size();
                    int column = x * pool.stride() - pool.padding() + k % pool.size();
                    boolean inside = row >= 0 && row < from.height() && column >= 0 && column < from.width();
                    for (int c = 0; inside && c < from.channels(); c++) {
                        int o = (y * to.width() + x) * to.channels() + c;
                        out[o] = Math.max(out[o], in[(row * from.width() + column) * from.channels() + c]);
                    }
                }
            }
        }
        return out;
    }

    private int[] shortcut(Node.IdentityShortcut shortcut, int[] in) {
        Shape from = graph.shape(shortcut.input());
        Shape to = graph.shape(shortcut.name());
        int[] out = new int[to.size()];
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                System.arraycopy(
                        in,
                        (y * from.width() + x) * shortcut.stride() * from.channels(),
                        out,
                        (y * to.width() + x) * to.channels() + shortcut.before(),
                        from.channels());
            }
        }
        return out;
    }

    private int[] sum(Node.GlobalAveragePool pool, int[] in) {
        int[] out = new int[graph.shape(pool.name()).channels()];
        for (int i = 0; i < in.length; i++) {
            out[i % out.length] += in[i];
        }
        return out;
    }
}
