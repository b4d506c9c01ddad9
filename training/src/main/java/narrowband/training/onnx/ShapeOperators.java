package narrowband.training.onnx;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.network.Shape;
import narrowband.training.onnx.Activation.Padding;
import narrowband.training.onnx.Activation.Shortcut;

/** Operators that compute nothing, but move, cut or pad what there is. */
final class ShapeOperators {
    private static final int ROWS = 2;
    private static final int COLUMNS = 3;

    /** Zeros beyond this are taken for damage. */
    private static final int MOST = 1 << 12;

    private final GraphAssembly assembly;
    private final TensorTable tensors;

    ShapeOperators(GraphAssembly assembly, TensorTable tensors) {
        this.assembly = assembly;
        this.tensors = tensors;
    }

    /** The lengths of a tensor's dimensions. */
    static List<Integer> lengths(OnnxOperation operation, Activation activation) {
        if (!activation.padding().isNone()) {
            throw operation.refused("zeros are put around what it reads, which only a convolution can take in");
        }
        return activation.layout().lengths();
    }

    OnnxTensor shape(OnnxOperation operation) {
        List<Integer> lengths = tensors.value(operation, 0) instanceof Value.Fixed fixed
                ? fixed.tensor().shape()
                : lengths(operation, tensors.activation(operation, 0));
        int rank = lengths.size();
        int start = operation.integer("start", 0);
        int end = operation.integer("end", rank);
        int from = Math.clamp(start < 0 ? (long) start + rank : start, 0, rank);
        int to = Math.clamp(end < 0 ? (long) end + rank : end, from, rank);
        return OnnxTensor.ofIntegers(lengths.subList(from, to));
    }

    Value reshape(OnnxOperation operation) {
        Activation in = tensors.activation(operation, 0);
        List<Integer> lengths = lengths(operation, in);
        if (operation.type().equals("Transpose")) {
            return in.with(in.layout().transposed(ConstantFolding.order(operation, lengths.size())));
        }
        List<Integer> axes =
                tensors.fixed(operation, 1).map(OnnxTensor::integers).orElse(operation.integers("axes"));
        List<Integer> asked = switch (operation.type()) {
            case "Flatten" -> {
                int axis = operation.integer("axis", 1);
                int split = axis == lengths.size() ? axis : ConstantFolding.axis(operation, axis, lengths.size());
                yield List.of(product(lengths.subList(0, split)), product(lengths.subList(split, lengths.size())));
            }
            case "Squeeze" -> ConstantFolding.squeezed(operation, lengths, axes);
            case "Unsqueeze" -> ConstantFolding.unsqueezed(operation, lengths, axes);
            default -> ConstantFolding.resolved(operation, lengths, axes);
        };
        return in.layout()
                .reshaped(asked)
                .map(in::with)
                .orElseThrow(() -> operation.refused(
                        "it brings %s to %s, which cuts channels, rows or columns apart; only flattening is supported"
                                .formatted(lengths, asked)));
    }

    private static int product(List<Integer> lengths) {
        return lengths.stream().reduce(1, (a, b) -> a * b);
    }

    Value pad(OnnxOperation operation) {
        Activation in = WeightedOperators.requireImage(operation, tensors.activation(operation, 0));
        List<Integer> pads =
                operation.operatorsFrom(11) ? tensors.needed(operation, 1).integers() : operation.integers("pads");
        double value =
                operation.operatorsFrom(11) ? tensors.single(operation, 2).orElse(0.0) : operation.number("value", 0);
        int rank = in.layout().rank();
        if (pads.size() != 2 * rank || pads.get(0) != 0 || pads.get(rank) != 0 || operation.hasInput(3)) {
            throw operation.refused(
                    "its pads are %s; expected two for each of %d dimensions, none for images".formatted(pads, rank));
        }
        boolean none = pads.stream().allMatch(pad -> pad == 0);
        if (none) {
            return in;
        }
        if (!operation.text("mode", "constant").equals("constant")
                || value != 0
                || pads.stream().anyMatch(pad -> pad < 0 || pad > MOST)) {
            throw operation.refused("it pads by %s with %s, mode %s; only zeros can be put around a tensor"
                    .formatted(pads, value, operation.text("mode", "constant")));
        }
        Padding around = new Padding(pads.get(2), pads.get(3), pads.get(rank + 2), pads.get(rank + 3));
        int before = pads.get(1);
        int after = pads.get(rank + 1);
        if (before + after == 0 && in.pools().isEmpty() && in.shortcut().isNone()) {
            return padded(in, around);
        }
        if (around.isNone() && in.pools().isEmpty() && in.padding().isNone()) {
            return cut(
                    in,
                    new Shortcut(
                            in.shortcut().rowStride(),
                            in.shortcut().columnStride(),
                            in.shortcut().before() + before,
                            in.shortcut().after() + after));
        }
        throw operation.refused("it pads by %s; rows and columns, or channels, but not both".formatted(pads));
    }

    Value slice(OnnxOperation operation) {
        Activation in = WeightedOperators.requireImage(operation, tensors.activation(operation, 0));
        List<OnnxTensor> inputs = new ArrayList<>(List.of(OnnxTensor.ofIntegers(lengths(operation, in))));
        for (int i = 1; i < operation.inputs().size(); i++) {
            inputs.add(tensors.needed(operation, i));
        }
        Slicing slicing = Slicing.of(operation, inputs);
        Shortcut shortcut = in.shortcut();
        for (int i = 0; i < slicing.axes().size(); i++) {
            int axis = ConstantFolding.axis(
                    operation, slicing.axes().get(i), in.layout().rank());
            int length = lengths(operation, in).get(axis);
            int[] places = slicing.places(operation, i, length);
            int step = Math.min(slicing.steps().get(i), length);
            boolean whole = places.length == (length - 1) / step + 1 && places[0] == 0;
            if (!whole || axis < ROWS && step > 1) {
                throw operation.refused(
                        "it cuts axis %d of %s; only every so manieth row and column, from the first on, can be taken"
                                .formatted(axis, lengths(operation, in)));
            }
            shortcut = axis < ROWS
                    ? shortcut
                    : new Shortcut(
                            shortcut.rowStride() * (axis == ROWS ? step : 1),
                            shortcut.columnStride() * (axis == COLUMNS ? step : 1),
                            shortcut.before(),
                            shortcut.after());
        }
        if (!in.padding().isNone() || !in.pools().isEmpty()) {
            throw operation.refused("it cuts what was padded, or what was not through a Relu yet");
        }
        return cut(in, shortcut);
    }

    /** The layout tells of the tensor as the file has it, zeros around it not counted: windows add them. */
    private static Activation padded(Activation in, Padding around) {
        return in.with(in.padding().plus(around));
    }

    private Activation cut(Activation in, Shortcut shortcut) {
        Shape whole = assembly.shape(in.layer());
        return in.with(shortcut).with(in.layout().channelsFirst(shortcut.of(whole)));
    }
}
