package narrowband.training.onnx;

import java.util.List;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/**
 * What a graph must keep to, so that quantisers can be put into it and it can be lowered to integers: whatever a layer with
 * weights reads was quantised, by the quantiser that takes the place of a ReLU, by that of the image, or by that of a mean.
 */
final class LoweringRules {
    private static final String QUANTISED = "a Relu, the image or the mean over an image, MaxPool between them or not";

    private final OnnxFile file;
    private final Graph graph;

    private LoweringRules(OnnxFile file, Graph graph) {
        this.file = file;
        this.graph = graph;
    }

    /** @throws narrowband.accel.InvalidInputException if a layer stands where no integers come to it */
    static void check(OnnxFile file, Graph graph) {
        LoweringRules rules = new LoweringRules(file, graph);
        graph.nodes().forEach(rules::check);
    }

    private void check(Node node) {
        boolean isLast = node == graph.output();
        if (!isLast && graph.consumers(node.name()) == 0) {
            throw refused(node, "no layer reads what it yields");
        }
        if (isLast && !(node instanceof Node.Dense) && !(node instanceof Node.GlobalAveragePool)) {
            throw refused(
                    node,
                    "the network ends with it; the last layer must be Gemm, MatMul, a Conv of one window, or the mean over an image");
        }
        switch (node) {
            case Node.Weighted layer -> require(node, reads(layer.input(), true), QUANTISED);
            case Node.BatchNorm norm ->
                require(node, graph.node(norm.input()) instanceof Node.Weighted, "Conv, Gemm or MatMul");
            case Node.Relu relu -> {
                Node before = graph.node(relu.input());
                require(
                        node,
                        before instanceof Node.BatchNorm || before instanceof Node.Add,
                        "Conv, Gemm, MatMul or Add");
            }
            case Node.MaxPool pool ->
                require(node, reads(pool.input(), false) && !isMean(pool.input()), "a Relu or the image");
            case Node.GlobalAveragePool pool ->
                require(node, reads(pool.input(), false) && !isMean(pool.input()) && !isSigned(pool.input()), "a Relu");
            case Node.IdentityShortcut shortcut -> {
                require(node, reads(shortcut.input(), false) && !isMean(shortcut.input()), "a Relu or the image");
                requireReaders(shortcut);
            }
            case Node.Add add -> check(add);
            case Node.Image _, Node.Normalise _, Node.Quantise _ -> {}
        }
    }

    private void check(Node.Add add) {
        boolean stream = reads(add.left(), true) && !isMean(add.left());
        boolean joins =
                graph.node(add.right()) instanceof Node.BatchNorm || reads(add.right(), false) && !isMean(add.right());
        boolean branches =
                graph.node(add.left()) instanceof Node.BatchNorm && graph.node(add.right()) instanceof Node.BatchNorm;
        require(add, stream && joins || branches, "Conv, and Conv or a Relu");
        List<Node> readers = readers(add);
        if (!readers.stream().allMatch(Node.Relu.class::isInstance)) {
            throw refused(
                    add,
                    "it must be followed by a Relu, but layer %s is none"
                            .formatted(readers.stream()
                                    .filter(reader -> !(reader instanceof Node.Relu))
                                    .findFirst()
                                    .orElseThrow()
                                    .name()));
        }
    }

    private List<Node> readers(Node node) {
        return graph.nodes().stream()
                .filter(reader -> reader.inputs().contains(node.name()))
                .toList();
    }

    private void requireReaders(Node.IdentityShortcut shortcut) {
        for (Node reader : readers(shortcut)) {
            if (!(reader instanceof Node.Weighted)
                    && !(reader instanceof Node.Add add && add.left().equals(shortcut.name()))) {
                throw refused(
                        reader,
                        "it reads a tensor of which rows and columns, or channels, were cut or padded; only Conv, Gemm and one side of an Add can");
            }
        }
    }

    /** Whether what stands at a place is quantised there, past pooling and, if allowed, shortcuts. */
    private boolean reads(String place, boolean pastShortcuts) {
        return switch (graph.node(place)) {
            case Node.Relu _, Node.Image _, Node.Normalise _, Node.GlobalAveragePool _ -> true;
            case Node.MaxPool pool -> reads(pool.input(), pastShortcuts);
            case Node.IdentityShortcut shortcut -> pastShortcuts && reads(shortcut.input(), true);
            default -> false;
        };
    }

    private boolean isMean(String place) {
        return graph.node(place) instanceof Node.GlobalAveragePool;
    }

    private boolean isSigned(String place) {
        return switch (graph.node(place)) {
            case Node.Normalise _ -> true;
            case Node.MaxPool pool -> isSigned(pool.input());
            default -> false;
        };
    }

    private void require(Node node, boolean holds, String expected) {
        if (!holds) {
            throw refused(
                    node,
                    "it reads %s, where no quantiser can stand; expected %s"
                            .formatted(
                                    node.inputs().isEmpty() ? "nothing" : String.join(" and ", node.inputs()),
                                    expected));
        }
    }

    private RuntimeException refused(Node node, String why) {
        return file.refused(
                "layer %s (%s): %s.".formatted(node.name(), node.getClass().getSimpleName(), why));
    }
}
