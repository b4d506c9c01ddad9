package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;

/**
 * A node of an ONNX graph: what it does, to what, and how.
 *
 * @param file where it stands, for messages
 */
record OnnxOperation(OnnxFile file, NodeProto node) {
    String type() {
        return node.getOpType();
    }

    /** Whether it is one of ONNX's own operators. */
    boolean isOwn() {
        return OnnxFile.isOwn(node.getDomain());
    }

    /** Whether the file uses ONNX's operators of a version or of a later one. */
    boolean operatorsFrom(int version) {
        return file.operators() >= version;
    }

    /** The names of all tensors that come in. */
    List<String> inputs() {
        return node.getInputList();
    }

    /** The name of an input; empty if it is left out. */
    String input(int index) {
        return index < node.getInputCount() ? node.getInput(index) : "";
    }

    boolean hasInput(int index) {
        return !input(index).isEmpty();
    }

    /** The name of the tensor that it yields. */
    String output() {
        if (node.getOutputCount() == 0) {
            throw refused("it yields nothing");
        }
        return node.getOutput(0);
    }

    private Optional<AttributeProto> attribute(String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    boolean has(String attribute) {
        return attribute(attribute).isPresent();
    }

    int integer(String name, int otherwise) {
        return attribute(name).map(attribute -> bounded(attribute.getI())).orElse(otherwise);
    }

    List<Integer> integers(String name) {
        return attribute(name).stream()
                .flatMap(attribute -> attribute.getIntsList().stream())
                .map(OnnxOperation::bounded)
                .toList();
    }

    double number(String name, double otherwise) {
        return attribute(name)
                .map(attribute -> Double.valueOf(attribute.getF()))
                .orElse(otherwise);
    }

    String text(String name, String otherwise) {
        return attribute(name).map(attribute -> attribute.getS().toStringUtf8()).orElse(otherwise);
    }

    Optional<OnnxTensor> tensor(String name) {
        return attribute(name).map(attribute -> OnnxTensor.of(file, attribute.getT()));
    }

    /** Ends of slices are often the largest integer of 64 bits, for "to the end". */
    private static int bounded(long value) {
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** Says which node it is. */
    String label() {
        String name = node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
        return "node %s (%s)".formatted(name, type());
    }

    /** What is wrong, with the file and the node in front. */
    InvalidInputException refused(String why) {
        return file.refused("%s: %s.".formatted(label(), why));
    }
}
