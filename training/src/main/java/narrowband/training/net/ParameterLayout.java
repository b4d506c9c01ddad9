package narrowband.training.net;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.training.net.Node.Weighted;

/**
 * Where each parameter of a graph lies in one flat array, so that an optimiser, a checkpoint or a device handles one buffer.
 *
 * <p>{@code L.weight [outputs][kernel row][kernel column][input channel]}, {@code L.bias}, {@code N.scale}, {@code N.shift};
 * in a quantised graph also {@code L.range} (log2 of the weights' range, as many as {@link Graph#weightRanges}, or none where
 * the {@link WeightGrid} learns no ranges) and {@code L.bits} for weights, {@code Q.range} and {@code Q.bits} for activations. Statistics of batch norm lie in a second
 * array: {@code N.mean}, {@code N.variance}.
 */
public final class ParameterLayout {
    /** A named part of the array. */
    public record Slice(String name, int offset, int size) {
        public boolean isBits() {
            return name.endsWith(".bits");
        }

        public boolean isRange() {
            return name.endsWith(".range");
        }
    }

    private final Map<String, Slice> parameters = new LinkedHashMap<>();
    private final Map<String, Slice> statistics = new LinkedHashMap<>();
    private int parameterCount;
    private int statisticCount;

    public ParameterLayout(Graph graph) {
        boolean quantised = graph.isQuantised();
        for (Node node : graph.nodes()) {
            switch (node) {
                case Weighted layer -> {
                    boolean bias = layer instanceof Node.Dense dense && dense.bias();
                    parameter(layer.name() + ".weight", layer.outputs() * graph.fanIn(layer));
                    if (bias) {
                        parameter(layer.name() + ".bias", layer.outputs());
                    }
                    if (quantised) {
                        parameter(
                                layer.name() + ".range",
                                graph.weightGrid().learnsRanges() ? graph.weightRanges(layer) : 0);
                        parameter(layer.name() + ".bits", 1);
                    }
                }
                case Node.BatchNorm norm -> {
                    int channels = graph.shape(norm.name()).channels();
                    parameter(norm.name() + ".scale", channels);
                    parameter(norm.name() + ".shift", channels);
                    statistic(norm.name() + ".mean", channels);
                    statistic(norm.name() + ".variance", channels);
                }
                case Node.Quantise quantise -> {
                    if (quantise.ownsGrid()) {
                        parameter(quantise.name() + ".range", 1);
                        parameter(quantise.name() + ".bits", 1);
                    }
                }
                case Node.Image _,
                        Node.Normalise _,
                        Node.Relu _,
                        Node.MaxPool _,
                        Node.GlobalAveragePool _,
                        Node.IdentityShortcut _,
                        Node.Add _ -> {}
            }
        }
    }

    private void parameter(String name, int size) {
        parameters.put(name, new Slice(name, parameterCount, size));
        parameterCount += size;
    }

    private void statistic(String name, int size) {
        statistics.put(name, new Slice(name, statisticCount, size));
        statisticCount += size;
    }

    /** All learned parameters, in order. */
    public List<Slice> slices() {
        return List.copyOf(parameters.values());
    }

    public List<Slice> statisticSlices() {
        return List.copyOf(statistics.values());
    }

    public Slice parameter(String name) {
        return required(parameters, name);
    }

    public Slice statistic(String name) {
        return required(statistics, name);
    }

    private static Slice required(Map<String, Slice> slices, String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return slice;
    }

    public boolean has(String parameter) {
        return parameters.containsKey(parameter);
    }

    /** Floats of all learned parameters together. */
    public int parameterCount() {
        return parameterCount;
    }

    public int statisticCount() {
        return statisticCount;
    }
}
