package narrowband.training.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.onnx.Activation.Padding;
import narrowband.training.onnx.Activation.Shortcut;

/** The layers and numbers that are known so far. What an {@link Activation} has pending becomes layers here. */
final class GraphAssembly {
    /** The layer whose tensor the first layers read. */
    static final String IMAGE = "image";

    private static final double CODES = 256.0 / 255;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, double[]> numbers = new HashMap<>();
    private final Set<String> carriers = new HashSet<>();
    /** The norm behind each layer that has one. */
    private final Map<String, ChannelNorm> normed = new HashMap<>();
    /** The ReLU behind each layer that has one. */
    private final Map<String, String> rectified = new HashMap<>();

    /** What is left and added of each layer, and by which layer. */
    private final Map<String, Map<Shortcut, String>> shortcuts = new HashMap<>();

    private final LayerNaming naming;

    /** The image as it is. */
    private final ChannelNorm pixels;

    GraphAssembly(Shape image, LayerNaming naming) {
        this.naming = naming;
        pixels = ChannelNorm.none(image.channels());
        add(new Node.Image(IMAGE), image);
    }

    private String add(Node node, Shape shape) {
        nodes.add(node);
        shapes.put(node.name(), shape);
        return node.name();
    }

    /** The shape of what a layer yields. */
    Shape shape(String layer) {
        return shapes.get(layer);
    }

    private Node node(String layer) {
        return nodes.stream()
                .filter(node -> node.name().equals(layer))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The layer that yields the tensor, with all that was pending.
     *
     * @throws narrowband.accel.InvalidInputException if something pending cannot be a layer in front of the operation
     */
    private String settle(Activation activation, OnnxOperation reader) {
        if (!activation.padding().isNone()) {
            throw reader.refused("zeros are put around what it reads, which only a convolution can take in");
        }
        return settleInside(activation, reader);
    }

    /** As {@link #settle}, for a reader that takes the padding in itself. */
    private String settleInside(Activation activation, OnnxOperation reader) {
        if (!activation.pools().isEmpty()) {
            throw reader.refused(
                    "what it reads is the largest of numbers that were not through a Relu yet; a MaxPool must have a Relu in front or at once behind");
        }
        String layer = activation.norm().isPresent()
                ? normalised(activation.layer(), activation.norm().get(), reader)
                : activation.layer();
        return activation.shortcut().isNone() ? layer : shortcut(layer, activation.shortcut(), reader);
    }

    private String normalised(String layer, ChannelNorm norm, OnnxOperation reader) {
        ChannelNorm other = normed.putIfAbsent(layer, norm);
        if (other != null) {
            if (other != norm) {
                throw reader.refused(
                        "what layer %s yields is scaled or shifted in two ways; only one norm can stand behind a layer"
                                .formatted(layer));
            }
            return layer.equals(IMAGE) ? IMAGE : layer + "_norm";
        }
        if (layer.equals(IMAGE)) {
            normaliseImage(norm, reader);
            return IMAGE;
        }
        String name = add(new Node.BatchNorm(layer + "_norm", layer), shapes.get(layer));
        numbers.put(name + ".scale", norm.scale());
        numbers.put(name + ".shift", norm.shift());
        numbers.put(name + ".mean", norm.mean());
        numbers.put(name + ".variance", norm.variance());
        if (!norm.measured()) {
            carriers.add(name);
        }
        return name;
    }

    /** {@code a_c p / 256 + b_c} as a mean and a deviation of {@code p / 255}. */
    private void normaliseImage(ChannelNorm norm, OnnxOperation reader) {
        List<Double> mean = new ArrayList<>();
        List<Double> deviation = new ArrayList<>();
        boolean changes = false;
        for (int c = 0; c < norm.channels(); c++) {
            double factor = norm.factor(c);
            if (!(factor > 0)) {
                throw reader.refused(
                        "the image's channel %d is multiplied by %s, which must be above 0".formatted(c, factor));
            }
            deviation.add(CODES / factor);
            mean.add(-norm.constant(c) * CODES / factor);
            changes |= Math.abs(factor - 1) > 1e-9 || norm.constant(c) != 0;
        }
        if (changes) {
            nodes.set(0, new Node.Image(IMAGE + "_codes"));
            nodes.add(1, new Node.Normalise(IMAGE, IMAGE + "_codes", mean, deviation));
            shapes.put(IMAGE + "_codes", shapes.get(IMAGE));
        }
    }

    private String shortcut(String layer, Shortcut shortcut, OnnxOperation reader) {
        if (shortcut.rowStride() != shortcut.columnStride()) {
            throw reader.refused("of what it reads every %d-th row and every %d-th column is left; these must be alike"
                    .formatted(shortcut.rowStride(), shortcut.columnStride()));
        }
        return shortcuts
                .computeIfAbsent(layer, _ -> new HashMap<>())
                .computeIfAbsent(
                        shortcut,
                        _ -> add(
                                new Node.IdentityShortcut(
                                        naming.behind(layer, "shortcut"),
                                        layer,
                                        shortcut.rowStride(),
                                        shortcut.before(),
                                        shortcut.after()),
                                shortcut.of(shapes.get(layer))));
    }

    /**
     * Adds a convolution.
     *
     * @param weights {@code [outputs][kernel row][kernel column][channel]}
     */
    Activation convolution(
            String name,
            Activation in,
            OnnxOperation operation,
            Window window,
            int outputs,
            int groups,
            double[] weights) {
        String source = settleInside(withoutFactors(in, weights, groups > 1), operation);
        Shape from = shapes.get(source);
        Shape to = window.over(from, outputs);
        // One window over the whole image is a dense layer, which may be the last.
        boolean whole = to.positions() == 1
                && window.padding() == 0
                && groups == 1
                && from.height() == window.size()
                && from.width() == window.size();
        add(
                whole
                        ? new Node.Dense(name, source, outputs, false)
                        : new Node.Convolution(
                                name, source, outputs, window.size(), window.stride(), window.padding(), groups),
                to);
        numbers.put(name + ".weight", weights);
        return Activation.of(name, in.layout().channelsFirst(to), ChannelNorm.none(outputs));
    }

    /**
     * What the image's channels are multiplied by, and nothing added to them, goes into the weights that read them: the image
     * stays as it is, without signs.
     */
    private Activation withoutFactors(Activation in, double[] weights, boolean depthwise) {
        ChannelNorm norm = in.norm().orElse(pixels);
        boolean factors = in.layer().equals(IMAGE)
                && in.shortcut().isNone()
                && IntStream.range(0, norm.channels()).allMatch(c -> norm.constant(c) == 0);
        if (!factors) {
            return in;
        }
        int channels = norm.channels();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= norm.factor(depthwise ? i / (weights.length / channels) : i % channels);
        }
        return in.with(pixels);
    }

    /**
     * Adds a dense layer.
     *
     * @param weights {@code [outputs][row][column][channel]}
     */
    Activation dense(String name, Activation in, OnnxOperation operation, int outputs, double[] weights) {
        String source = settle(withoutFactors(in, weights, false), operation);
        Shape to = Shape.vector(outputs);
        add(new Node.Dense(name, source, outputs, false), to);
        numbers.put(name + ".weight", weights);
        return Activation.of(name, Layout.flat(in.layout().batch(), to), ChannelNorm.none(outputs));
    }

    /** Adds a ReLU, and the maxima that wait for it. */
    Activation relu(Activation in, OnnxOperation operation) {
        String layer = rectified.computeIfAbsent(settle(in.with(List.of()), operation), this::relu);
        if (in.pools().isEmpty()) {
            return Activation.of(layer, in.layout());
        }
        Activation out = Activation.of(layer, in.layout().channelsFirst(shapes.get(layer)));
        for (Window window : in.pools()) {
            out = pooled(operation, out, window);
        }
        return out;
    }

    private String relu(String source) {
        Node before = node(source);
        if (isNeverNegative(before)) {
            return source;
        }
        String base = before instanceof Node.BatchNorm norm ? norm.input() : source;
        return add(new Node.Relu(base + "_relu", source), shapes.get(source));
    }

    private boolean isNeverNegative(Node node) {
        return switch (node) {
            case Node.Relu _, Node.Image _ -> true;
            case Node.MaxPool pool -> isNeverNegative(node(pool.input()));
            case Node.GlobalAveragePool pool -> isNeverNegative(node(pool.input()));
            case Node.IdentityShortcut shortcut -> isNeverNegative(node(shortcut.input()));
            default -> false;
        };
    }

    /** Adds maxima of windows, or lets them wait for the ReLU behind. */
    Activation maximum(Activation in, OnnxOperation operation, Window window) {
        if (window.padding() >= window.size()) {
            throw operation.refused("its padding must be less than its kernel");
        }
        Activation inside = in.with(Padding.NONE);
        Shape shape = in.layout().shape();
        boolean waits = !in.pools().isEmpty()
                || in.norm().isPresent() && !in.layer().equals(IMAGE)
                || node(in.layer()) instanceof Node.Add;
        if (waits) {
            if (!in.padding().isNone()) {
                throw operation.refused("zeros are put around what it reads, which was not through a Relu yet");
            }
            List<Window> pools = new ArrayList<>(in.pools());
            pools.add(window);
            return in.with(pools).with(in.layout().channelsFirst(window.over(shape, shape.channels())));
        }
        String source = settleInside(inside, operation);
        if (!in.padding().isNone() && !isNeverNegative(node(source))) {
            throw operation.refused("zeros are put around what it reads, which can be below 0");
        }
        return pooled(operation, Activation.of(source, in.layout()), window);
    }

    private Activation pooled(OnnxOperation operation, Activation in, Window window) {
        String name = naming.of(operation, "maximum");
        Shape from = shapes.get(in.layer());
        Shape to = window.over(from, from.channels());
        add(new Node.MaxPool(name, in.layer(), window.size(), window.stride(), window.padding()), to);
        return Activation.of(name, in.layout().channelsFirst(to));
    }

    /** Adds the mean over all positions. */
    Activation mean(Activation in, OnnxOperation operation) {
        String source = settle(in, operation);
        Shape from = shapes.get(source);
        if (from.height() != from.width()) {
            throw operation.refused("it takes the mean of %s; rows and columns must be as many".formatted(from));
        }
        Shape to = Shape.vector(from.channels());
        add(new Node.GlobalAveragePool(naming.of(operation, "mean"), source), to);
        return Activation.of(nodes.getLast().name(), in.layout().channelsFirst(to));
    }

    /** Adds two tensors, the stream of a residual network on the left. */
    Activation sum(Activation one, Activation other, OnnxOperation operation) {
        String left = settle(one, operation);
        String right = settle(other, operation);
        if (left.equals(right)) {
            throw operation.refused("it adds what layer %s yields to itself".formatted(left));
        }
        boolean exchanged = rank(node(right)) < rank(node(left));
        String sum = naming.of(operation, "sum");
        add(new Node.Add(sum, exchanged ? right : left, exchanged ? left : right), shapes.get(left));
        return Activation.of(sum, one.layout());
    }

    /** What suits the left side of an addition best comes first. */
    private static int rank(Node node) {
        return switch (node) {
            case Node.IdentityShortcut _ -> 0;
            case Node.Relu _, Node.MaxPool _, Node.Image _, Node.Normalise _ -> 1;
            default -> 2;
        };
    }

    /** Ends the network: the last layer's norm becomes part of its weights and of a bias. */
    void finish(Activation scores, OnnxOperation last) {
        if (!scores.isBare()) {
            throw last.refused(
                    "it yields the class scores, but they are padded, cut or pooled; expected one for each class");
        }
        if (scores.norm().isEmpty()
                || !nodes.getLast().name().equals(scores.layer())
                || !(nodes.getLast() instanceof Node.Dense dense)) {
            settle(scores, last);
            return;
        }
        ChannelNorm norm = scores.norm().get();
        double[] weights = numbers.get(dense.name() + ".weight");
        double[] biases = new double[dense.outputs()];
        int inputs = weights.length / biases.length;
        for (int o = 0; o < biases.length; o++) {
            biases[o] = norm.constant(o);
            double factor = norm.measured() || norm.scale()[o] != 1 ? norm.factor(o) : 1;
            for (int i = 0; i < inputs; i++) {
                weights[o * inputs + i] *= factor;
            }
        }
        numbers.put(dense.name() + ".bias", biases);
        nodes.set(nodes.size() - 1, new Node.Dense(dense.name(), dense.input(), dense.outputs(), true));
    }

    Graph graph(String name) {
        Shape image = shapes.get(nodes.getFirst().name());
        Graph.Builder builder = new Graph.Builder(name, image);
        nodes.forEach(builder::add);
        return builder.build();
    }

    /** The numbers as the graph has them. */
    Parameters parameters(Graph graph) {
        Parameters parameters = Parameters.initial(graph, 0);
        parameters.layout().slices().forEach(slice -> fill(slice, parameters.values()));
        parameters.layout().statisticSlices().forEach(slice -> fill(slice, parameters.statistics()));
        return parameters;
    }

    private void fill(Slice slice, float[] values) {
        double[] from = numbers.get(slice.name());
        for (int i = 0; i < from.length; i++) {
            values[slice.offset() + i] = (float) from[i];
        }
    }

    /** The batch norms that only stand for a bias. */
    Set<String> carriers() {
        return Set.copyOf(carriers);
    }
}
