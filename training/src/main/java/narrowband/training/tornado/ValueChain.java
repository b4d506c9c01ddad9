package narrowband.training.tornado;

import java.util.Optional;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/**
 * Layers that work value by value and are computed together: a norm, an activation, an addition of what another branch yields, and the
 * activation of the sum. At least one of them is there.
 *
 * @param input the tensor that comes in
 * @param fold the norm
 * @param first the layer whose tensor the values before an addition are, or that of the norm
 * @param second the tensor that is added
 * @param last the layer whose tensor the sums are, or their activations
 */
record ValueChain(
        String input, Optional<Node> fold, Optional<Node> first, Optional<String> second, Optional<Node> last) {
    /** The chain that ends in a layer. */
    static ValueChain of(NetworkMemory network, Node end) {
        Graph graph = network.graph;
        Node source = end;
        if (!(end instanceof Node.Add)
                && network.isFused(graph.node(end.inputs().getFirst()))) {
            source = graph.node(end.inputs().getFirst());
        }
        if (source instanceof Node.Add add) {
            Node right = graph.node(add.right());
            if (!network.isJoined(right)) {
                return new ValueChain(
                        add.left(), Optional.empty(), Optional.empty(), Optional.of(add.right()), Optional.of(end));
            }
            ValueChain branch = of(network, right);
            return new ValueChain(
                    branch.input(), branch.fold(), branch.first(), Optional.of(add.left()), Optional.of(end));
        }
        Optional<Node> fold = source instanceof Node.BatchNorm || source instanceof Node.Normalise
                ? Optional.of(source)
                : Optional.empty();
        return new ValueChain(source.inputs().getFirst(), fold, Optional.of(end), Optional.empty(), Optional.empty());
    }

    /** The batch norm in it. */
    Optional<Node.BatchNorm> norm() {
        return fold.filter(Node.BatchNorm.class::isInstance).map(Node.BatchNorm.class::cast);
    }

    /** The layer that it ends in. */
    Node end() {
        return last.or(() -> first).orElseThrow();
    }

    /**
     * The first {@value ActivationKernels#SHARED} numbers of a record of {@link ActivationKernels}.
     *
     * @param pixels that a thread goes through
     */
    int[] record(NetworkMemory network, int pixels) {
        int place = fold.map(layer -> switch (layer) {
                    case Node.BatchNorm norm -> network.norm(norm.name());
                    case Node other -> network.normaliser(other.name());
                })
                .orElse(-1);
        return new int[] {
            network.tensor(input),
            place,
            network.channels(end().name()),
            kind(first),
            grid(network, first),
            first.map(Node::name)
                    .filter(network::hasTensor)
                    .map(network::tensor)
                    .orElse(-1),
            second.map(network::tensor).orElse(-1),
            kind(last),
            grid(network, last),
            last.map(Node::name).map(network::tensor).orElse(-1),
            network.pixels(end().name()),
            pixels
        };
    }

    private static int kind(Optional<Node> layer) {
        return layer.map(node -> switch (node) {
                    case Node.Relu _ -> ActivationKernels.RECTIFY;
                    case Node.Quantise _ -> ActivationKernels.QUANTISE;
                    default -> ActivationKernels.NONE;
                })
                .orElse(ActivationKernels.NONE);
    }

    private static int grid(NetworkMemory network, Optional<Node> layer) {
        return layer.filter(Node.Quantise.class::isInstance)
                .map(node -> network.grid(node.name()))
                .orElse(-1);
    }
}
