package narrowband.training.gdnsq;

import java.util.ArrayList;
import java.util.List;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * Puts quantisers into a floating-point graph such that every layer, the first, the last and the residual stream included,
 * becomes an integer layer.
 *
 * <ul>
 *   <li>The image passes a quantiser of its own before the first layer, a signed one if its channels are normalised.
 *   <li>A quantiser takes the place of each ReLU: its lower bound 0 does what the ReLU did (gdnsq 5.4).
 *   <li>At an addition the branch is quantised, signed, with the step of the stream that it joins, so that the sum is one
 *       of integers. Where the shortcut has weights of its own, both sides get the step of the ReLU behind the sum.
 *   <li>The mean of global pooling is quantised for the dense layer.
 * </ul>
 *
 * <p>With {@link Residuals#WIDE} the stream of a residual network keeps more bits than its layers take in (gdnsq 5.6): each
 * tensor of the stream has a fine grid of its own, and the layers behind it read it through a second, coarse quantiser.
 */
public final class QuantisedGraph {
    /** How fine the residual stream is. */
    public enum Residuals {
        /** As fine as what the layers behind it take in. */
        NARROW,
        /** With grids of its own. */
        WIDE
    }

    private static final String NARROWED = "_narrow";

    private final Graph graph;
    private final Residuals residuals;

    private QuantisedGraph(Graph graph, Residuals residuals) {
        this.graph = graph;
        this.residuals = residuals;
    }

    /** The quantised graph; layers with parameters keep their names, quantisers take those of the layers they follow. */
    public static Graph of(Graph graph, Residuals residuals) {
        return graph.rewrite(new QuantisedGraph(graph, residuals)::quantised);
    }

    /** As {@link #of(Graph, Residuals)} with {@link Residuals#NARROW}. */
    public static Graph of(Graph graph) {
        return of(graph, Residuals.NARROW);
    }

    /** Whether the quantiser's codes are those of a residual stream: they are added to, or are a sum's. */
    public static boolean isOfResidualStream(Graph quantised, Node.Quantise quantiser) {
        return quantised.node(quantiser.input()) instanceof Node.Add || isAdded(quantised, quantiser.name());
    }

    private List<Node> quantised(Node node) {
        List<Node> nodes = new ArrayList<>(
                switch (node) {
                    case Node.Image image when isNormalised(image) -> List.of(image);
                    case Node.Image image ->
                        List.of(
                                new Node.Image(image.name() + "_pixels"),
                                quantiser(image.name(), image.name() + "_pixels", false));
                    case Node.Normalise normalise -> {
                        String name = normalise.name() + "_normalised";
                        yield List.of(
                                new Node.Normalise(name, normalise.input(), normalise.mean(), normalise.deviation()),
                                quantiser(normalise.name(), name, true));
                    }
                    case Node.Relu relu -> List.of(quantiser(relu.name(), relu.input(), false));
                    case Node.GlobalAveragePool pool ->
                        List.of(
                                new Node.GlobalAveragePool(pool.name() + "_pool", pool.input()),
                                quantiser(pool.name(), pool.name() + "_pool", false));
                    case Node.Add add
                    when graph.node(add.left()) instanceof Node.BatchNorm -> {
                        String grid = reluBehind(add);
                        yield List.of(
                                new Node.Quantise(add.name() + "_shortcut", add.left(), grid, true),
                                new Node.Quantise(add.name() + "_branch", add.right(), grid, true),
                                new Node.Add(add.name(), add.name() + "_shortcut", add.name() + "_branch"));
                    }
                    case Node.Add add ->
                        List.of(
                                new Node.Quantise(add.name() + "_branch", add.right(), gridOf(add.left()), true),
                                new Node.Add(add.name(), add.left(), add.name() + "_branch"));
                    case Node.Convolution layer -> List.of(layer.from(source(layer)));
                    case Node.Dense layer -> List.of(layer.from(source(layer)));
                    case Node.BatchNorm _, Node.MaxPool _, Node.IdentityShortcut _, Node.Quantise _ -> List.of(node);
                });
        if (isNarrowed(node.name())) {
            nodes.add(quantiser(node.name() + NARROWED, node.name(), isSigned(node.name())));
        }
        return nodes;
    }

    /** Where a layer with weights reads: behind the second quantiser of a wide stream. */
    private String source(Weighted layer) {
        return isNarrowed(layer.input()) ? layer.input() + NARROWED : layer.input();
    }

    private boolean isNarrowed(String place) {
        return residuals == Residuals.WIDE
                && (isAdded(graph, place) || isSum(place))
                && graph.nodes().stream()
                        .anyMatch(node ->
                                node instanceof Weighted layer && layer.input().equals(place));
    }

    /** Whether an addition takes the tensor in as its stream, past pooling and shortcuts. */
    private static boolean isAdded(Graph graph, String place) {
        return graph.nodes().stream().anyMatch(node -> switch (node) {
            case Node.Add add -> add.left().equals(place);
            case Node.IdentityShortcut shortcut -> shortcut.input().equals(place) && isAdded(graph, shortcut.name());
            case Node.MaxPool pool -> pool.input().equals(place) && isAdded(graph, pool.name());
            default -> false;
        });
    }

    /** Whether the tensor is a sum behind its ReLU, past pooling. */
    private boolean isSum(String place) {
        return switch (graph.node(place)) {
            case Node.Relu relu -> graph.node(relu.input()) instanceof Node.Add;
            case Node.MaxPool pool -> isSum(pool.input());
            default -> false;
        };
    }

    private boolean isSigned(String place) {
        return switch (graph.node(place)) {
            case Node.Normalise _ -> true;
            case Node.MaxPool pool -> isSigned(pool.input());
            default -> false;
        };
    }

    private boolean isNormalised(Node.Image image) {
        return graph.nodes().stream()
                .anyMatch(node -> node instanceof Node.Normalise normalise
                        && normalise.input().equals(image.name()));
    }

    private static Node.Quantise quantiser(String name, String input, boolean signed) {
        return new Node.Quantise(name, input, name, signed);
    }

    private String reluBehind(Node.Add add) {
        return graph.nodes().stream()
                .filter(node -> node instanceof Node.Relu relu && relu.input().equals(add.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "an addition of two normalised branches must be followed by a ReLU, but " + add.name()
                                + " is not"))
                .name();
    }

    /** The quantiser-to-be whose codes stand at the place, past pooling and shortcuts. */
    private String gridOf(String place) {
        return switch (graph.node(place)) {
            case Node.MaxPool pool -> gridOf(pool.input());
            case Node.IdentityShortcut shortcut -> gridOf(shortcut.input());
            case Node.Relu _, Node.Image _, Node.Normalise _ -> place;
            case Node other ->
                throw new IllegalArgumentException(
                        "an addition's left side must come from a ReLU or a batch norm, not from layer "
                                + other.name());
        };
    }
}
