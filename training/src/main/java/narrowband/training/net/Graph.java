package narrowband.training.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node.Weighted;

/** An immutable graph of layers, every one after its inputs; the last one yields the class scores. */
public final class Graph {
    /** How many ranges the weights of a layer have. */
    public enum WeightRanges {
        /** One for each output channel. */
        CHANNEL,
        /** One for the layer. */
        LAYER
    }

    private final String name;
    private final List<Node> nodes;
    private final WeightRanges ranges;
    private final WeightGrid grid;
    private final Map<String, Node> byName = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    /** @throws InvalidInputException if the image is too small for a layer */
    private Graph(String name, Shape image, List<Node> nodes, WeightRanges ranges, WeightGrid grid) {
        this.name = name;
        this.ranges = ranges;
        this.grid = grid;
        this.nodes = List.copyOf(nodes);
        for (Node node : this.nodes) {
            for (String input : node.inputs()) {
                if (!byName.containsKey(input)) {
                    throw new IllegalArgumentException("layer " + node.name() + " has no input " + input);
                }
            }
            if (byName.putIfAbsent(node.name(), node) != null) {
                throw new IllegalArgumentException("two layers are named " + node.name());
            }
            shapes.put(node.name(), shape(node, image));
        }
    }

    private Shape shape(Node node, Shape image) {
        return switch (node) {
            case Node.Image _ -> image;
            case Node.Convolution c -> {
                Shape in = shape(c.input());
                if (c.isDepthwise() && c.groups() != in.channels()) {
                    throw new IllegalArgumentException(
                            "layer %s: %d groups for %d channels".formatted(c.name(), c.groups(), in.channels()));
                }
                yield in.windows(c.kernel(), c.kernel(), c.stride(), c.padding(), c.outputs());
            }
            case Node.Dense dense -> Shape.vector(dense.outputs());
            case Node.MaxPool pool -> {
                Shape in = shape(pool.input());
                yield in.windows(pool.size(), pool.size(), pool.stride(), pool.padding(), in.channels());
            }
            case Node.GlobalAveragePool pool -> {
                Shape in = shape(pool.input());
                if (in.height() != in.width()) {
                    throw new InvalidInputException(
                            "Model %s, layer %s: global average pooling needs a square input, not %s; use square images."
                                    .formatted(name, pool.name(), in));
                }
                yield Shape.vector(in.channels());
            }
            case Node.Add add -> {
                if (!shape(add.left()).equals(shape(add.right()))) {
                    throw new IllegalArgumentException("layer " + add.name() + " adds unlike shapes");
                }
                yield shape(add.left());
            }
            case Node.IdentityShortcut shortcut -> {
                int channels = shape(shortcut.input()).channels() + shortcut.before() + shortcut.after();
                yield shape(shortcut.input()).windows(1, 1, shortcut.stride(), 0, channels);
            }
            case Node.Normalise normalise -> {
                Shape in = shape(normalise.input());
                if (normalise.mean().size() != in.channels()
                        || normalise.deviation().size() != in.channels()) {
                    throw new InvalidInputException(
                            "Layer %s normalises %d channels, but the images have %d; give a mean and a deviation for each."
                                    .formatted(
                                            normalise.name(), normalise.mean().size(), in.channels()));
                }
                yield in;
            }
            case Node.BatchNorm norm -> shape(norm.input());
            case Node.Relu relu -> shape(relu.input());
            case Node.Quantise quantise -> shape(quantise.input());
        };
    }

    public String name() {
        return name;
    }

    /** The layers, every one after its inputs. */
    public List<Node> nodes() {
        return nodes;
    }

    public Node node(String layer) {
        Node node = byName.get(layer);
        if (node == null) {
            throw new IllegalArgumentException("no layer " + layer);
        }
        return node;
    }

    public boolean has(String layer) {
        return byName.containsKey(layer);
    }

    /** The shape of the tensor that a layer yields. */
    public Shape shape(String layer) {
        return shapes.get(layer);
    }

    public Shape imageShape() {
        return shapes.get(nodes.getFirst().name());
    }

    /** The layer that yields the class scores. */
    public Node output() {
        return nodes.getLast();
    }

    public int classes() {
        return shape(output().name()).size();
    }

    /** How many layers take in the tensor. */
    public int consumers(String layer) {
        return (int) nodes.stream()
                .flatMap(node -> node.inputs().stream())
                .filter(layer::equals)
                .count();
    }

    /** The layers with weights, in order. */
    public List<Weighted> weighted() {
        return nodes.stream()
                .filter(Weighted.class::isInstance)
                .map(Weighted.class::cast)
                .toList();
    }

    /** The quantisers that own a grid, in order; none in a floating-point graph. */
    public List<Node.Quantise> quantisers() {
        return nodes.stream()
                .filter(Node.Quantise.class::isInstance)
                .map(Node.Quantise.class::cast)
                .filter(Node.Quantise::ownsGrid)
                .toList();
    }

    /** Whether activations and weights are quantised. */
    public boolean isQuantised() {
        return !quantisers().isEmpty();
    }

    /** The inputs of one output of a layer with weights. */
    public int fanIn(Weighted layer) {
        Shape in = shape(layer.input());
        return switch (layer) {
            case Node.Convolution convolution ->
                convolution.kernel() * convolution.kernel() * in.channels() / convolution.groups();
            case Node.Dense _ -> in.size();
        };
    }

    /** Multiply-accumulates of a layer for one image, padding taps included. */
    public long multiplyAccumulates(Weighted layer) {
        return (long) shape(layer.name()).size() * fanIn(layer);
    }

    /** The quantiser whose codes a layer takes in, past pooling and shortcuts. */
    public Node.Quantise quantiserBefore(Node.Unary layer) {
        Node node = node(layer.input());
        while (!(node instanceof Node.Quantise)) {
            node = switch (node) {
                case Node.MaxPool pool -> node(pool.input());
                case Node.IdentityShortcut shortcut -> node(shortcut.input());
                default -> throw new IllegalStateException("layer " + layer.name() + " takes in what is not quantised");
            };
        }
        return (Node.Quantise) node;
    }

    /** Collects layers; every method adds one and returns its name. */
    public static final class Builder {
        private final String name;
        private final Shape image;
        private final List<Node> nodes = new ArrayList<>();

        public Builder(String name, Shape image) {
            this.name = name;
            this.image = image;
        }

        public String add(Node node) {
            nodes.add(node);
            return node.name();
        }

        /** Adds convolution, batch norm and, if wanted, ReLU. */
        public String convolution(String layer, String input, int outputs, int kernel, int stride, boolean relu) {
            add(new Node.Convolution(layer, input, outputs, kernel, stride, kernel / 2));
            return normalise(layer, relu);
        }

        /** Adds a hidden dense layer, batch norm and ReLU. */
        public String hidden(String layer, String input, int outputs) {
            add(new Node.Dense(layer, input, outputs, false));
            return normalise(layer, true);
        }

        /** Adds batch norm and, if wanted, ReLU behind a layer. */
        String normalise(String layer, boolean relu) {
            String norm = add(new Node.BatchNorm(layer + "_norm", layer));
            return relu ? add(new Node.Relu(layer + "_relu", norm)) : norm;
        }

        public Graph build() {
            return new Graph(name, image, nodes, WeightRanges.CHANNEL, WeightGrid.MID_RISE);
        }
    }

    /** The same network behind a layer that normalises the image's channels. */
    public Graph normalised(List<Double> mean, List<Double> deviation) {
        return rewrite(node -> node instanceof Node.Image image
                ? List.of(
                        new Node.Image(image.name() + "_codes"),
                        new Node.Normalise(image.name(), image.name() + "_codes", mean, deviation))
                : List.of(node));
    }

    /** The graph with each layer replaced by those that the function gives. */
    public Graph rewrite(Function<Node, List<Node>> replacement) {
        List<Node> rewritten = new ArrayList<>();
        for (Node node : nodes) {
            rewritten.addAll(replacement.apply(node));
        }
        return new Graph(name, imageShape(), rewritten, ranges, grid);
    }

    /** The same graph with ranges of another kind. */
    public Graph with(WeightRanges kind) {
        return new Graph(name, imageShape(), nodes, kind, grid);
    }

    /** The same graph with weights on another grid. */
    public Graph with(WeightGrid kind) {
        return new Graph(name, imageShape(), nodes, ranges, kind);
    }

    /** The grid of all weights, where they are quantised. */
    public WeightGrid weightGrid() {
        return grid;
    }

    /** The ranges of a layer's weights: 1, or one for each output. A layer with a bias, whose unit is one for all, has 1. */
    public int weightRanges(Weighted layer) {
        boolean bias = layer instanceof Node.Dense dense && dense.bias();
        return bias || ranges == WeightRanges.LAYER ? 1 : layer.outputs();
    }
}
