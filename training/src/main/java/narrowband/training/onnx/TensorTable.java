package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of a graph by their names: those that the file holds, and what its nodes have yielded so far. */
final class TensorTable {
    private final OnnxFile file;
    private final Map<String, TensorProto> stored = new HashMap<>();
    private final Map<String, Value> values = new HashMap<>();

    TensorTable(OnnxFile file) {
        this.file = file;
        for (TensorProto tensor : file.graph().getInitializerList()) {
            stored.put(tensor.getName(), tensor);
        }
    }

    /** Whether the file holds its numbers. */
    boolean isStored(String name) {
        return stored.containsKey(name);
    }

    void put(String name, Value value) {
        values.put(name, value);
    }

    /** What a tensor is; nothing if no node before yielded it. */
    Optional<Value> find(String name) {
        return Optional.ofNullable(values.computeIfAbsent(
                name, _ -> stored.containsKey(name) ? new Value.Fixed(OnnxTensor.of(file, stored.get(name))) : null));
    }

    /** An input of an operation, which must be there. */
    Value value(OnnxOperation operation, int index) {
        if (!operation.hasInput(index)) {
            throw operation.refused("it lacks its input %d".formatted(index + 1));
        }
        return find(operation.input(index))
                .orElseThrow(() -> operation.refused(
                        "its input \"%s\" is of no node before it".formatted(operation.input(index))));
    }

    /** An input that must depend on the image. */
    Activation activation(OnnxOperation operation, int index) {
        return switch (value(operation, index)) {
            case Activation activation -> activation;
            case Value.Fixed _ ->
                throw operation.refused(
                        "its input \"%s\" does not depend on the image".formatted(operation.input(index)));
            case Value.Decision _ ->
                throw operation.refused("it follows Softmax or ArgMax, behind which nothing can be computed");
        };
    }

    /** An input that must be known; nothing if it is left out. */
    Optional<OnnxTensor> fixed(OnnxOperation operation, int index) {
        if (!operation.hasInput(index)) {
            return Optional.empty();
        }
        if (value(operation, index) instanceof Value.Fixed fixed) {
            return Optional.of(fixed.tensor());
        }
        throw operation.refused(
                "its input \"%s\" depends on the image; it must be a constant".formatted(operation.input(index)));
    }

    /** An input that must be there and known. */
    OnnxTensor needed(OnnxOperation operation, int index) {
        return fixed(operation, index)
                .orElseThrow(() -> operation.refused("it lacks its input %d".formatted(index + 1)));
    }

    /** All inputs from one on, those left out left out. */
    List<OnnxTensor> fixedFrom(OnnxOperation operation, int first) {
        List<OnnxTensor> tensors = new ArrayList<>();
        for (int i = first; i < operation.inputs().size(); i++) {
            fixed(operation, i).ifPresent(tensors::add);
        }
        return tensors;
    }

    /** Whether all inputs are known. */
    boolean isKnown(OnnxOperation operation) {
        return operation.inputs().stream()
                .filter(name -> !name.isEmpty())
                .allMatch(name -> find(name).orElse(null) instanceof Value.Fixed);
    }

    /** A bound or the like, as one number. */
    Optional<Double> single(OnnxOperation operation, int index) {
        return fixed(operation, index).map(tensor -> {
            if (tensor.size() != 1) {
                throw operation.refused(
                        "its input %d is %s; expected one number".formatted(index + 1, tensor.shapeText()));
            }
            return tensor.at().applyAsDouble(0);
        });
    }
}
