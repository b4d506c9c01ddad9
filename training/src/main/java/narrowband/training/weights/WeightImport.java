package narrowband.training.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * What became of the tensors of a file.
 *
 * @param matched the name of each parameter and statistic of the network with that of its tensor
 * @param unused tensors that the network has no place for
 */
public record WeightImport(Map<String, String> matched, List<String> unused) {
    private static final int NAMED = 6;

    /**
     * Fills a floating-point network from a file.
     *
     * @return what was matched; every parameter and statistic was
     * @throws InvalidInputException if something is missing or has another shape; the parameters are then as they were
     */
    public static WeightImport into(Graph graph, Parameters parameters, Path file) {
        return into(graph, parameters, WeightFile.read(file), file.toString());
    }

    /** What a file becomes that holds the network itself: every parameter and statistic was its own. */
    public static WeightImport ofAll(ParameterLayout layout) {
        Map<String, String> matched = new LinkedHashMap<>();
        layout.slices().forEach(slice -> matched.put(slice.name(), slice.name()));
        layout.statisticSlices().forEach(slice -> matched.put(slice.name(), slice.name()));
        return new WeightImport(matched, List.of());
    }

    static WeightImport into(Graph graph, Parameters parameters, List<NamedTensor> tensors, String source) {
        ParameterLayout layout = parameters.layout();
        Map<String, NamedTensor> byName = new LinkedHashMap<>();
        List<String> unused = new ArrayList<>();
        for (NamedTensor tensor : tensors) {
            Optional<String> ours = LayerNames.translated(tensor.name(), graph).filter(name -> isNeeded(layout, name));
            if (ours.isEmpty() || byName.putIfAbsent(ours.get(), tensor) != null) {
                unused.add(tensor.name());
            }
        }
        requireAll(layout, byName, unused, graph, source);
        Parameters filled = parameters.copy();
        layout.slices().forEach(slice -> fill(graph, slice, byName.get(slice.name()), filled.values(), source));
        layout.statisticSlices()
                .forEach(slice -> fill(graph, slice, byName.get(slice.name()), filled.statistics(), source));
        System.arraycopy(filled.values(), 0, parameters.values(), 0, filled.values().length);
        System.arraycopy(filled.statistics(), 0, parameters.statistics(), 0, filled.statistics().length);
        Map<String, String> matched = new LinkedHashMap<>();
        byName.forEach((name, tensor) -> matched.put(name, tensor.name()));
        return new WeightImport(matched, unused);
    }

    private static boolean isNeeded(ParameterLayout layout, String name) {
        return layout.has(name)
                || layout.statisticSlices().stream()
                        .anyMatch(slice -> slice.name().equals(name));
    }

    private static void requireAll(
            ParameterLayout layout, Map<String, NamedTensor> byName, List<String> unused, Graph graph, String source) {
        TreeSet<String> missing = new TreeSet<>();
        layout.slices().forEach(slice -> missing.add(slice.name()));
        layout.statisticSlices().forEach(slice -> missing.add(slice.name()));
        missing.removeAll(byName.keySet());
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "%s does not fill model %s: %d of %d tensors are missing (%s); the file's own that found no place: %s. Is it of this model?"
                            .formatted(
                                    source,
                                    graph.name(),
                                    missing.size(),
                                    missing.size() + byName.size(),
                                    some(List.copyOf(missing)),
                                    unused.isEmpty() ? "none" : some(unused)));
        }
    }

    private static String some(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                + (names.size() > NAMED ? " and %d more".formatted(names.size() - NAMED) : "");
    }

    private static void fill(Graph graph, Slice slice, NamedTensor tensor, float[] values, String source) {
        String layer = slice.name().substring(0, slice.name().lastIndexOf('.'));
        boolean weights = slice.name().endsWith(".weight");
        List<Integer> expected = weights ? shape(graph, graph.node(layer)) : List.of(slice.size());
        if (!tensor.shape().equals(expected)) {
            throw new InvalidInputException("%s: tensor %s is %s, but %s of model %s is %s."
                    .formatted(
                            source,
                            tensor.name(),
                            tensor.shapeText(),
                            slice.name(),
                            graph.name(),
                            String.join(
                                    "x", expected.stream().map(String::valueOf).toList())));
        }
        for (float value : tensor.values()) {
            if (!Float.isFinite(value)) {
                throw new InvalidInputException("%s: tensor %s holds %s.".formatted(source, tensor.name(), value));
            }
        }
        if (!weights) {
            System.arraycopy(tensor.values(), 0, values, slice.offset(), slice.size());
            return;
        }
        int outputs = expected.getFirst();
        int channels = channels(graph, graph.node(layer));
        int positions = slice.size() / outputs / channels;
        for (int o = 0; o < outputs; o++) {
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < positions; p++) {
                    values[slice.offset() + (o * positions + p) * channels + c] =
                            tensor.values()[(o * channels + c) * positions + p];
                }
            }
        }
    }

    /** Input channels of an output: files have them before rows and columns, we have them last. */
    private static int channels(Graph graph, Node layer) {
        Shape in = graph.shape(layer.inputs().getFirst());
        return layer instanceof Node.Convolution convolution ? in.channels() / convolution.groups() : in.channels();
    }

    private static List<Integer> shape(Graph graph, Node layer) {
        return switch (layer) {
            case Node.Convolution c -> List.of(c.outputs(), channels(graph, c), c.kernel(), c.kernel());
            case Node.Dense d -> List.of(d.outputs(), graph.fanIn(d));
            default -> throw new IllegalArgumentException("layer " + layer.name() + " has no weights");
        };
    }
}
