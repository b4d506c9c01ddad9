package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import narrowband.accel.network.Shape;
import narrowband.training.onnx.Value.Decision;
import narrowband.training.onnx.Value.Fixed;

/** Walks through the operators of a file, in their order, and says what each becomes. For use once. */
final class OnnxImport {
    /** Those that a tensor which depends on the image may go through. */
    private static final Set<String> ON_IMAGES = new TreeSet<>(List.of(
            "Add",
            "AveragePool",
            "BatchNormalization",
            "Cast",
            "Clip",
            "Conv",
            "Div",
            "Dropout",
            "Flatten",
            "Gemm",
            "GlobalAveragePool",
            "Identity",
            "MatMul",
            "MaxPool",
            "Mul",
            "Pad",
            "ReduceMean",
            "Relu",
            "Reshape",
            "Slice",
            "Squeeze",
            "Sub",
            "Sum",
            "Transpose",
            "Unsqueeze"));

    /** Those that may only stand at the end. */
    private static final Set<String> DECISIONS = new TreeSet<>(List.of("ArgMax", "LogSoftmax", "Sigmoid", "Softmax"));

    private final OnnxFile file;
    private final GraphAssembly assembly;
    private final WeightedOperators weighted;
    private final ShapeOperators shapes;
    private final TensorTable tensors;
    private final List<String> bounds = new ArrayList<>();

    /**
     * An import that begins with the image.
     *
     * @param given the shape of images, for what the file leaves open
     */
    OnnxImport(OnnxFile file, Optional<Shape> given) {
        this.file = file;
        tensors = new TensorTable(file);
        List<ValueInfoProto> inputs = file.graph().getInputList().stream()
                .filter(input -> !tensors.isStored(input.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw file.refused("the graph has %d inputs; expected one, the image.".formatted(inputs.size()));
        }
        ImageInput image = ImageInput.of(file, inputs.getFirst(), given);
        LayerNaming naming = new LayerNaming();
        assembly = new GraphAssembly(image.layout().shape(), naming);
        weighted = new WeightedOperators(assembly, naming);
        shapes = new ShapeOperators(assembly, tensors);
        ChannelNorm pixels = ChannelNorm.none(image.layout().shape().channels());
        tensors.put(
                inputs.getFirst().getName(), Activation.of(GraphAssembly.IMAGE, image.layout(), image.scaled(pixels)));
    }

    /** Makes layers of all that the output needs. */
    void run() {
        if (file.graph().getOutputCount() != 1) {
            throw file.refused("the graph has %d outputs; expected one, the class scores."
                    .formatted(file.graph().getOutputCount()));
        }
        String output = file.graph().getOutput(0).getName();
        OnnxOperation last = null;
        for (NodeProto node : needed(output)) {
            OnnxOperation operation = new OnnxOperation(file, node);
            tensors.put(operation.output(), apply(operation));
            last = operation;
        }
        Value result = tensors.find(output).orElse(null);
        if (last == null || result == null || result instanceof Fixed) {
            throw file.refused("its output \"%s\" does not depend on its input.".formatted(output));
        }
        Activation scores = result instanceof Decision decision ? decision.scores() : (Activation) result;
        if (!scores.layout().isVector() || scores.layout().shape().channels() < 2) {
            throw file.refused("its output \"%s\" has the shape %s; expected a score for each of at least two classes."
                    .formatted(output, scores.layout().lengths()));
        }
        assembly.finish(scores, last);
    }

    GraphAssembly assembly() {
        return assembly;
    }

    /** The operators whose upper bounds were left out. */
    List<String> bounds() {
        return List.copyOf(bounds);
    }

    /** The nodes on which the output depends, each behind those that it reads, as not all exporters write them. */
    private List<NodeProto> needed(String output) {
        Map<String, NodeProto> makers = new HashMap<>();
        for (NodeProto node : file.graph().getNodeList()) {
            node.getOutputList().forEach(name -> makers.put(name, node));
        }
        // What is on the way, from the output on; a node comes twice: before what it reads, and behind it.
        Deque<String> way = new ArrayDeque<>(List.of(output));
        Set<String> begun = new HashSet<>();
        Set<NodeProto> done = Collections.newSetFromMap(new IdentityHashMap<>());
        List<NodeProto> needed = new ArrayList<>();
        while (!way.isEmpty()) {
            String name = way.peek();
            NodeProto node = makers.get(name);
            if (node == null || done.contains(node)) {
                way.pop();
            } else if (begun.add(name)) {
                node.getInputList().forEach(way::push);
            } else {
                way.pop();
                done.add(node);
                needed.add(node);
            }
        }
        return needed;
    }

    private Value apply(OnnxOperation operation) {
        if (!operation.isOwn()) {
            throw operation.refused("operators of domain %s are not supported"
                    .formatted(operation.node().getDomain()));
        }
        if (operation.type().equals("Constant")) {
            return new Fixed(constant(operation));
        }
        if (operation.type().equals("Shape")) {
            return new Fixed(shapes.shape(operation));
        }
        if (ConstantFolding.knows(operation.type()) && tensors.isKnown(operation)) {
            return new Fixed(ConstantFolding.apply(operation, tensors.fixedFrom(operation, 0)));
        }
        if (!ON_IMAGES.contains(operation.type()) && !DECISIONS.contains(operation.type())) {
            throw operation.refused("the operator is not supported; supported are %s, and at the end %s"
                    .formatted(String.join(", ", ON_IMAGES), String.join(", ", DECISIONS)));
        }
        if (tensors.value(operation, 0) instanceof Decision decision
                && (keepsDecisions(operation.type()) || DECISIONS.contains(operation.type()))) {
            return decision;
        }
        return switch (operation.type()) {
            case "Conv" ->
                weighted.convolution(
                        operation,
                        tensors.activation(operation, 0),
                        tensors.needed(operation, 1),
                        tensors.fixed(operation, 2));
            case "Gemm" ->
                weighted.product(
                        operation,
                        tensors.activation(operation, 0),
                        tensors.needed(operation, 1),
                        tensors.fixed(operation, 2));
            case "MatMul" ->
                weighted.product(
                        operation, tensors.activation(operation, 0), tensors.needed(operation, 1), Optional.empty());
            case "BatchNormalization" ->
                weighted.batchNorm(operation, tensors.activation(operation, 0), tensors.fixedFrom(operation, 1));
            case "Add", "Sum", "Sub", "Mul", "Div" -> arithmetic(operation);
            case "Relu" -> assembly.relu(tensors.activation(operation, 0), operation);
            case "Clip" -> clip(operation);
            case "MaxPool", "AveragePool" -> pool(operation);
            case "GlobalAveragePool" -> mean(operation, imageOf(operation));
            case "ReduceMean" -> reduceMean(operation);
            case "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose" -> shapes.reshape(operation);
            case "Identity" -> tensors.activation(operation, 0);
            case "Cast" -> cast(operation);
            case "Dropout" -> dropout(operation);
            case "Pad" -> shapes.pad(operation);
            case "Slice" -> shapes.slice(operation);
            default -> decision(operation);
        };
    }

    private static boolean keepsDecisions(String type) {
        return switch (type) {
            case "Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze" -> true;
            default -> false;
        };
    }

    private OnnxTensor constant(OnnxOperation operation) {
        return operation
                .tensor("value")
                .or(() -> operation.has("value_float")
                        ? Optional.of(OnnxTensor.of(List.of(), false, operation.number("value_float", 0)))
                        : Optional.empty())
                .or(() -> operation.has("value_int")
                        ? Optional.of(OnnxTensor.of(List.of(), true, operation.integer("value_int", 0)))
                        : Optional.empty())
                .or(() -> operation.has("value_ints")
                        ? Optional.of(OnnxTensor.ofIntegers(operation.integers("value_ints")))
                        : Optional.empty())
                .orElseThrow(() -> operation.refused("it holds no number or tensor of numbers"));
    }

    private Value arithmetic(OnnxOperation operation) {
        boolean adds = operation.type().equals("Add") || operation.type().equals("Sum");
        if (operation.inputs().size() != 2) {
            throw operation.refused("it has %d inputs; expected two"
                    .formatted(operation.inputs().size()));
        }
        boolean turned = tensors.value(operation, 0) instanceof Fixed;
        if (!turned && tensors.value(operation, 1) instanceof Activation other) {
            Activation one = tensors.activation(operation, 0);
            if (!adds) {
                throw operation.refused("of two tensors that depend on the image it makes one; only Add and Sum can");
            }
            if (!one.layout().equals(other.layout())) {
                throw operation.refused("it adds %s to %s; the shapes must be alike"
                        .formatted(other.layout().lengths(), one.layout().lengths()));
            }
            return assembly.sum(one, other, operation);
        }
        Activation activation = tensors.activation(operation, turned ? 1 : 0);
        return weighted.scaled(operation, activation, tensors.needed(operation, turned ? 0 : 1), turned);
    }

    private Value clip(OnnxOperation operation) {
        double least = operation.operatorsFrom(11)
                ? tensors.single(operation, 1).orElse(Double.NEGATIVE_INFINITY)
                : operation.number("min", Double.NEGATIVE_INFINITY);
        double most = operation.operatorsFrom(11)
                ? tensors.single(operation, 2).orElse(Double.POSITIVE_INFINITY)
                : operation.number("max", Double.POSITIVE_INFINITY);
        if (least != 0 || !(most > 0)) {
            throw operation.refused(
                    "it clips to %s..%s; only what begins at 0, a ReLU, is supported".formatted(least, most));
        }
        if (most < Float.MAX_VALUE) {
            bounds.add("%s at %s".formatted(operation.label(), (float) most));
        }
        return assembly.relu(tensors.activation(operation, 0), operation);
    }

    /** An input that lies as convolutions have it. */
    private Activation imageOf(OnnxOperation operation) {
        return WeightedOperators.requireImage(operation, tensors.activation(operation, 0));
    }

    private Value pool(OnnxOperation operation) {
        Activation in = imageOf(operation);
        Shape shape = in.layout().shape();
        List<Integer> kernel = operation.integers("kernel_shape");
        if (operation.type().equals("MaxPool")) {
            return assembly.maximum(in, operation, Window.of(operation, kernel, shape, in.padding()));
        }
        // What PyTorch leaves of AdaptiveAvgPool2d where the size is right already.
        if (kernel.equals(List.of(1, 1))
                && Window.of(operation, kernel, shape, in.padding()).isNothing()) {
            return in;
        }
        boolean whole = kernel.equals(List.of(shape.height(), shape.width()))
                && operation.integers("pads").stream().allMatch(pad -> pad == 0);
        if (!whole) {
            throw operation.refused(
                    "it takes the mean of windows of %s; only the mean over the whole image, here %dx%d, is supported"
                            .formatted(kernel, shape.height(), shape.width()));
        }
        return mean(operation, in);
    }

    private Value mean(OnnxOperation operation, Activation in) {
        return assembly.mean(in, operation);
    }

    private Value reduceMean(OnnxOperation operation) {
        Activation in = imageOf(operation);
        List<Integer> axes = operation.operatorsFrom(18)
                ? tensors.fixed(operation, 1).map(OnnxTensor::integers).orElse(List.of())
                : operation.integers("axes");
        List<Integer> sorted = axes.stream()
                .map(axis -> ConstantFolding.axis(operation, axis, in.layout().rank()))
                .sorted()
                .toList();
        if (!sorted.equals(List.of(2, 3))) {
            throw operation.refused(
                    "it takes the mean over axes %s; only rows and columns, 2 and 3, are supported".formatted(axes));
        }
        Activation mean = assembly.mean(in, operation);
        return operation.integer("keepdims", 1) != 0
                ? mean
                : mean.with(Layout.flat(mean.layout().batch(), mean.layout().shape()));
    }

    private Value cast(OnnxOperation operation) {
        TensorProto.DataType to = TensorProto.DataType.forNumber(operation.integer("to", 0));
        return switch (to) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> tensors.activation(operation, 0);
            case null, default ->
                throw operation.refused("it makes %s of what depends on the image; expected floats".formatted(to));
        };
    }

    private Value dropout(OnnxOperation operation) {
        if (tensors.fixed(operation, 2).filter(training -> !training.isAll(0)).isPresent()) {
            throw operation.refused(
                    "it drops at random; export the network as it is used (eval), not as it is trained");
        }
        return tensors.activation(operation, 0);
    }

    private Value decision(OnnxOperation operation) {
        Activation in = tensors.activation(operation, 0);
        int otherwise = switch (operation.type()) {
            case "ArgMax" -> 0;
            // Of each score by itself.
            case "Sigmoid" -> 1;
            default -> operation.operatorsFrom(13) ? -1 : 1;
        };
        int axis = ConstantFolding.axis(
                operation, operation.integer("axis", otherwise), in.layout().rank());
        if (!in.layout().isVector() || axis != 1 || operation.integer("select_last_index", 0) != 0) {
            throw operation.refused("it chooses along axis %d of %s; expected class scores, and the first of equal ones"
                    .formatted(axis, in.layout().lengths()));
        }
        return new Decision(in);
    }
}
