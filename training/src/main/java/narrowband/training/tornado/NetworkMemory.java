package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.WeightGrid;
import narrowband.training.tornado.Execution.Convolutions;

/** Where a network's tensors, rounded weights, grids and norms lie in the device's memory. */
final class NetworkMemory {
    /** The fewest pixels of a chunk, and all that it has on a GPU: part of the meaning of a run. */
    private static final int PIXELS = 32;

    private static final int GPU_PIXELS = 64;

    final Graph graph;
    final ParameterLayout layout;
    final int batch;
    final Arena arena;
    final Table table;
    final boolean quantised;
    final Convolutions convolutions;
    private final boolean training;
    private final int parametersAt;
    private final int statisticsAt;
    private final Map<String, Integer> tensors = new HashMap<>();
    private final Map<String, Integer> norms = new HashMap<>();
    /** Factors and constants of layers that normalise the image. */
    final Map<Integer, float[]> constants = new HashMap<>();

    private final Map<String, Integer> normalisers = new HashMap<>();
    /** The first grid of a quantiser, or of a layer's weights. */
    private final Map<String, Integer> grids = new HashMap<>();

    private final Map<String, Integer> rounded = new HashMap<>();
    private final Map<String, Integer> ordered = new HashMap<>();
    private final Map<String, Integer> biases = new HashMap<>();
    /** From the rounded weights to their gradients. */
    final int apart;

    /**
     * Plans a network's memory.
     *
     * @param parametersAt where its parameters begin in the state
     * @param statisticsAt where its statistics begin
     * @param image the place of the image's tensor if another network has put it somewhere, or -1
     * @param convolutions which kernels they take
     */
    NetworkMemory(
            Graph graph,
            ParameterLayout layout,
            int batch,
            Arena arena,
            Table table,
            int parametersAt,
            int statisticsAt,
            int image,
            boolean training,
            Convolutions convolutions) {
        this.graph = graph;
        this.training = training;
        this.convolutions = convolutions;
        this.layout = layout;
        this.batch = batch;
        this.arena = arena;
        this.table = table;
        this.parametersAt = parametersAt;
        this.statisticsAt = statisticsAt;
        this.quantised = graph.isQuantised();
        int weights = graph.weighted().stream()
                .mapToInt(layer -> slice(layer, ".weight").size())
                .sum();
        int first = arena.take(weights);
        apart = training ? arena.take(weights) - first : 0;
        for (Weighted layer : graph.weighted()) {
            rounded.put(layer.name(), first);
            first += slice(layer, ".weight").size();
            ordered.put(layer.name(), arena.take(slice(layer, ".weight").size()));
            biases.put(layer.name(), hasBias(layer) ? arena.take(layer.outputs()) : -1);
            if (quantised) {
                grids.put(layer.name(), arena.take((long) graph.weightRanges(layer) * WeightGridKernels.SIZE));
            }
        }
        for (Node node : graph.nodes()) {
            switch (node) {
                case Node.BatchNorm norm ->
                    norms.put(norm.name(), arena.take((long) NormKernels.SIZE * channels(norm.name())));
                case Node.Normalise normalise -> planConstants(normalise);
                case Node.Quantise quantise -> grids.put(quantise.name(), arena.take(GridKernels.SIZE));
                default -> {}
            }
        }
        planTensors(image);
    }

    private void planConstants(Node.Normalise layer) {
        int channels = channels(layer.name());
        float[] fold = new float[2 * channels];
        for (int c = 0; c < channels; c++) {
            fold[c] = layer.factor(c);
            fold[channels + c] = layer.constant(c);
        }
        int place = arena.take(fold.length);
        normalisers.put(layer.name(), place);
        constants.put(place, fold);
    }

    /** All tensors are kept where training will read them, else until their last reader has run. */
    private void planTensors(int image) {
        Map<String, Integer> readers = new HashMap<>();
        graph.nodes().forEach(node -> sources(node).forEach(source -> readers.merge(source, 1, Integer::sum)));
        for (Node node : graph.nodes()) {
            if (isFused(node) || isJoined(node) && !training) {
                continue;
            }
            boolean given = node instanceof Node.Image && image >= 0;
            tensors.put(node.name(), given ? image : arena.take(size(node.name())));
            for (String source : sources(node)) {
                boolean last = readers.merge(source, -1, Integer::sum) == 0;
                if (last && !training && !(graph.node(source) instanceof Node.Image && image >= 0)) {
                    arena.release(tensors.get(source), size(source));
                }
            }
        }
    }

    /** The tensors that are read when a layer is computed; none where that happens together with a later one. */
    private List<String> sources(Node node) {
        return isFused(node) || isJoined(node)
                ? List.of()
                : node.inputs().stream()
                        .map(graph::node)
                        .flatMap(this::tensorsOf)
                        .toList();
    }

    /** A layer's own tensor, or those that are read in its place. */
    private Stream<String> tensorsOf(Node node) {
        return isFused(node) || isJoined(node)
                ? node.inputs().stream().map(graph::node).flatMap(this::tensorsOf)
                : Stream.of(node.name());
    }

    /** Whether a layer is computed with the activation behind it, its own tensor never being kept. */
    boolean isFused(Node node) {
        return (node instanceof Node.BatchNorm || node instanceof Node.Add)
                && graph.consumers(node.name()) == 1
                && graph.nodes().stream()
                        .anyMatch(next -> next.inputs().contains(node.name())
                                && (next instanceof Node.Quantise || next instanceof Node.Relu));
    }

    /** Whether a layer is the right side of an addition and computed with it; its tensor is kept if training reads it. */
    boolean isJoined(Node node) {
        return (node instanceof Node.Quantise || node instanceof Node.BatchNorm)
                && !isFused(node)
                && !(graph.node(node.inputs().getFirst()) instanceof Node.Add sum && isFused(sum))
                && graph.consumers(node.name()) == 1
                && graph.nodes().stream()
                        .anyMatch(next -> next instanceof Node.Add add
                                && add.right().equals(node.name())
                                && !add.left().equals(node.name()));
    }

    boolean hasTensor(String layer) {
        return tensors.containsKey(layer);
    }

    /** The place of a layer's tensor {@code [N, H, W, C]}. */
    int tensor(String layer) {
        return tensors.get(layer);
    }

    Shape shape(String layer) {
        return graph.shape(layer);
    }

    int channels(String layer) {
        return graph.shape(layer).channels();
    }

    /** Floats of a layer's tensor, all images. */
    int size(String layer) {
        return Math.multiplyExact(batch, graph.shape(layer).size());
    }

    int pixels(String layer) {
        return batch * graph.shape(layer).positions();
    }

    /**
     * How many pixels one thread sums up: as many as there are chunks, since each thread of the task behind adds up the sums of all. On a GPU
     * few, as it wants many threads; {@link ChunkSums} are folded there.
     */
    int chunk(int pixels) {
        return convolutions.isTiled() ? GPU_PIXELS : Math.max(PIXELS, (int) Math.ceil(Math.sqrt(pixels)));
    }

    int norm(String layer) {
        return norms.get(layer);
    }

    int normaliser(String layer) {
        return normalisers.get(layer);
    }

    /** The grid of an output's weights, or -1. */
    int weightGrid(Weighted layer, int output) {
        if (!quantised) {
            return -1;
        }
        return grids.get(layer.name()) + (graph.weightRanges(layer) == 1 ? 0 : output * WeightGridKernels.SIZE);
    }

    /** Where the range of a grid of weights lies in the state, or -1 where none is learned. */
    int weightRange(Weighted layer, int output) {
        return graph.weightGrid().learnsRanges()
                ? parameter(layer.name() + ".range") + (graph.weightRanges(layer) == 1 ? 0 : output)
                : -1;
    }

    /** Whether the grids of weights depend on the weights besides what is learned. */
    boolean followsWeights() {
        return quantised && graph.weightGrid() != WeightGrid.MID_RISE;
    }

    int grid(String quantiser) {
        return grids.get(quantiser);
    }

    int rounded(Weighted layer) {
        return rounded.get(layer.name());
    }

    int ordered(Weighted layer) {
        return ordered.get(layer.name());
    }

    /** The place of a layer's rounded bias, or -1. */
    int bias(Weighted layer) {
        return biases.get(layer.name());
    }

    static boolean hasBias(Weighted layer) {
        return layer instanceof Node.Dense dense && dense.bias();
    }

    Slice slice(Node layer, String parameter) {
        return layout.parameter(layer.name() + parameter);
    }

    /** Where a parameter lies in the state. */
    int parameter(String name) {
        return parametersAt + layout.parameter(name).offset();
    }

    int statistic(String name) {
        return statisticsAt + layout.statistic(name).offset();
    }

    /** The places of all widths in the state, in order. */
    int[] widths() {
        List<Integer> widths = new ArrayList<>();
        for (Slice slice : layout.slices()) {
            if (slice.isBits()) {
                widths.add(parametersAt + slice.offset());
            }
        }
        return widths.stream().mapToInt(Integer::intValue).toArray();
    }
}
