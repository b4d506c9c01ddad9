package narrowband.training.gdnsq;

import java.util.List;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/**
 * Puts quantisers into a floating-point graph such that every layer, the first, the last and the residual stream included,
 * becomes an integer layer.
 *
 * <ul>
 *   <li>The image passes a quantiser of its own before the first layer.
 *   <li>A quantiser takes the place of each ReLU: its lower bound 0 does what the ReLU did (gdnsq 5.4).
 *   <li>At an addition the branch is quantised, signed, with the step of the stream that it joins, so that the sum is one
 *       of integers. Where the shortcut has weights of its own, both sides get the step of the ReLU behind the sum.
 *   <li>The mean of global pooling is quantised for the dense layer.
 * </ul>
 */
public final class QuantisedGraph {
    private QuantisedGraph() {}

    /** The quantised graph; layers with parameters keep their names, quantisers take those of the layers they follow. */
    public static Graph of(Graph graph) {
        return graph.rewrite(node -> switch (node) {
            case Node.Image image ->
                List.of(new Node.Image(image.name() + "_pixels"), quantiser(image.name(), image.name() + "_pixels"));
            case Node.Relu relu -> List.of(quantiser(relu.name(), relu.input()));
            case Node.GlobalAveragePool pool ->
                List.of(
                        new Node.GlobalAveragePool(pool.name() + "_pool", pool.input()),
                        quantiser(pool.name(), pool.name() + "_pool"));
            case Node.Add add
            when graph.node(add.left()) instanceof Node.BatchNorm -> {
                String grid = reluBehind(graph, add);
                yield List.of(
                        new Node.Quantise(add.name() + "_shortcut", add.left(), grid, true),
                        new Node.Quantise(add.name() + "_branch", add.right(), grid, true),
                        new Node.Add(add.name(), add.name() + "_shortcut", add.name() + "_branch"));
            }
            case Node.Add add ->
                List.of(
                        new Node.Quantise(add.name() + "_branch", add.right(), gridOf(graph, add.left()), true),
                        new Node.Add(add.name(), add.left(), add.name() + "_branch"));
            case Node.Convolution _, Node.Dense _, Node.BatchNorm _, Node.MaxPool _, Node.Quantise _ -> List.of(node);
        });
    }

    private static Node.Quantise quantiser(String name, String input) {
        return new Node.Quantise(name, input, name, false);
    }

    private static String reluBehind(Graph graph, Node.Add add) {
        return graph.nodes().stream()
                .filter(node -> node instanceof Node.Relu relu && relu.input().equals(add.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "an addition of two normalised branches must be followed by a ReLU, but " + add.name()
                                + " is not"))
                .name();
    }

    /** The quantiser-to-be whose codes stand at the place, past pooling. */
    private static String gridOf(Graph graph, String place) {
        return switch (graph.node(place)) {
            case Node.MaxPool pool -> gridOf(graph, pool.input());
            case Node.Relu _, Node.Image _ -> place;
            case Node other ->
                throw new IllegalArgumentException(
                        "an addition's left side must come from a ReLU or a batch norm, not from layer "
                                + other.name());
        };
    }
}
