package narrowband.training.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * Operators whose inputs are all known: the arithmetic of shapes that exporters leave in files, and weights that are turned or
 * scaled. What they yield takes memory only as far as it was there before.
 */
final class ConstantFolding {
    /** Numbers of a tensor that is worked out and held. */
    private static final int MOST = 1 << 16;

    /** Numbers of a tensor that are all the same; weights of known networks have fewer. */
    private static final int LARGEST = 1 << 27;

    private ConstantFolding() {}

    /** Whether the operator is one of these. */
    static boolean knows(String type) {
        return switch (type) {
            case "Identity",
                    "Cast",
                    "Gather",
                    "Unsqueeze",
                    "Squeeze",
                    "Concat",
                    "Slice",
                    "Reshape",
                    "Transpose",
                    "Add",
                    "Sub",
                    "Mul",
                    "Div",
                    "Neg",
                    "Pow",
                    "Sqrt",
                    "Floor",
                    "ConstantOfShape",
                    "ReduceProd" -> true;
            default -> false;
        };
    }

    /** What the operator yields; held, unless it is long. */
    static OnnxTensor apply(OnnxOperation operation, List<OnnxTensor> inputs) {
        if (inputs.isEmpty()) {
            throw operation.refused("it has no inputs");
        }
        OnnxTensor result = result(operation, inputs);
        return result.size() > MOST ? result : OnnxTensor.of(result.shape(), result.whole(), result.values());
    }

    private static OnnxTensor result(OnnxOperation operation, List<OnnxTensor> inputs) {
        OnnxTensor first = inputs.getFirst();
        return switch (operation.type()) {
            case "Identity" -> first;
            case "Cast" -> cast(operation, first);
            case "Gather" -> gather(operation, first, second(operation, inputs));
            case "Unsqueeze" -> unsqueezed(operation, first, inputs);
            case "Squeeze" -> first.reshaped(squeezed(operation, first.shape(), axes(operation, inputs)));
            case "Concat" -> joined(operation, inputs);
            case "Slice" -> sliced(operation, inputs);
            case "Reshape" ->
                first.reshaped(resolved(
                        operation, first.shape(), second(operation, inputs).integers()));
            case "Transpose" -> first.transposed(order(operation, first.shape().size()));
            case "Add" -> combined(operation, first, second(operation, inputs), (a, b) -> a + b);
            case "Sub" -> combined(operation, first, second(operation, inputs), (a, b) -> a - b);
            case "Mul" -> combined(operation, first, second(operation, inputs), (a, b) -> a * b);
            case "Div" ->
                combined(
                        operation,
                        first,
                        second(operation, inputs),
                        first.whole() ? (a, b) -> (long) (a / b) : (a, b) -> a / b);
            case "Pow" -> combined(operation, first, second(operation, inputs), Math::pow);
            case "Sqrt" ->
                new OnnxTensor(first.shape(), false, i -> Math.sqrt(first.at().applyAsDouble(i)));
            case "Neg" ->
                new OnnxTensor(first.shape(), first.whole(), i -> -first.at().applyAsDouble(i));
            case "Floor" ->
                new OnnxTensor(
                        first.shape(), first.whole(), i -> Math.floor(first.at().applyAsDouble(i)));
            case "ConstantOfShape" -> filled(operation, first);
            case "ReduceProd" -> OnnxTensor.of(List.of(), first.whole(), product(bounded(operation, first)));
            default -> throw new IllegalStateException("no constant folding of " + operation.type());
        };
    }

    private static OnnxTensor second(OnnxOperation operation, List<OnnxTensor> inputs) {
        if (inputs.size() < 2) {
            throw operation.refused("it lacks its second input");
        }
        return inputs.get(1);
    }

    private static OnnxTensor bounded(OnnxOperation operation, OnnxTensor tensor) {
        if (tensor.size() > MOST) {
            throw operation.refused("its input has %d numbers, more than shapes have".formatted(tensor.size()));
        }
        return tensor;
    }

    private static OnnxTensor cast(OnnxOperation operation, OnnxTensor tensor) {
        boolean whole = switch (operation.integer("to", 0)) {
            case 1, 10, 11, 16 -> false;
            default -> true;
        };
        return new OnnxTensor(
                tensor.shape(),
                whole,
                whole && !tensor.whole() ? i -> (long) tensor.at().applyAsDouble(i) : tensor.at());
    }

    private static OnnxTensor gather(OnnxOperation operation, OnnxTensor from, OnnxTensor places) {
        bounded(operation, places);
        if (from.shape().size() != 1 || operation.integer("axis", 0) != 0) {
            throw operation.refused(
                    "it takes entries out of %s; only those of a shape are known".formatted(from.shapeText()));
        }
        double[] taken = places.integers().stream()
                .mapToDouble(place -> {
                    int index = place < 0 ? place + from.size() : place;
                    if (index < 0 || index >= from.size()) {
                        throw operation.refused("it takes entry %d of %d".formatted(place, from.size()));
                    }
                    return from.at().applyAsDouble(index);
                })
                .toArray();
        return OnnxTensor.of(places.shape(), from.whole(), taken);
    }

    /** The axes that an operator names: in an attribute, or since version 13 in an input. */
    static List<Integer> axes(OnnxOperation operation, List<OnnxTensor> inputs) {
        return inputs.size() > 1 ? inputs.get(1).integers() : operation.integers("axes");
    }

    private static OnnxTensor unsqueezed(OnnxOperation operation, OnnxTensor tensor, List<OnnxTensor> inputs) {
        return tensor.reshaped(unsqueezed(operation, tensor.shape(), axes(operation, inputs)));
    }

    /** Lengths with 1 inserted, so that it stands at the given axes. */
    static List<Integer> unsqueezed(OnnxOperation operation, List<Integer> lengths, List<Integer> axes) {
        List<Integer> longer = new ArrayList<>(lengths);
        int rank = lengths.size() + axes.size();
        List<Integer> sorted =
                axes.stream().map(axis -> axis(operation, axis, rank)).sorted().toList();
        for (int axis : sorted) {
            if (axis > longer.size()) {
                throw operation.refused("its axes are %s for %d dimensions".formatted(axes, lengths.size()));
            }
            longer.add(axis, 1);
        }
        return longer;
    }

    /** Lengths without those at the given axes, or without all that are 1. */
    static List<Integer> squeezed(OnnxOperation operation, List<Integer> lengths, List<Integer> axes) {
        List<Integer> dropped =
                axes.stream().map(axis -> axis(operation, axis, lengths.size())).toList();
        if (dropped.stream().anyMatch(axis -> lengths.get(axis) != 1)) {
            throw operation.refused("it leaves out axes %s of %s, which are not of length 1".formatted(axes, lengths));
        }
        return IntStream.range(0, lengths.size())
                .filter(i -> axes.isEmpty() ? lengths.get(i) != 1 : !dropped.contains(i))
                .mapToObj(lengths::get)
                .toList();
    }

    /** An axis counted from the front. */
    static int axis(OnnxOperation operation, int axis, int rank) {
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw operation.refused("it names axis %d of %d".formatted(axis, rank));
        }
        return counted;
    }

    private static OnnxTensor joined(OnnxOperation operation, List<OnnxTensor> inputs) {
        List<Double> values = new ArrayList<>();
        for (OnnxTensor tensor : inputs) {
            if (tensor.shape().size() != 1) {
                throw operation.refused("it joins %s; only shapes can be joined".formatted(tensor.shapeText()));
            }
            for (double value : bounded(operation, tensor).values()) {
                values.add(value);
            }
        }
        return OnnxTensor.of(
                List.of(values.size()),
                inputs.getFirst().whole(),
                values.stream().mapToDouble(v -> v).toArray());
    }

    private static OnnxTensor sliced(OnnxOperation operation, List<OnnxTensor> inputs) {
        OnnxTensor from = bounded(operation, inputs.getFirst());
        Slicing slicing = Slicing.of(operation, inputs);
        if (from.shape().size() != 1 || slicing.axes().size() != 1) {
            throw operation.refused("it cuts %s; only shapes can be cut".formatted(from.shapeText()));
        }
        int[] places = slicing.places(operation, 0, from.size());
        return OnnxTensor.of(
                List.of(places.length),
                from.whole(),
                IntStream.of(places).mapToDouble(from.at()).toArray());
    }

    /** The order of dimensions that a transposition makes; by default they are reversed. */
    static List<Integer> order(OnnxOperation operation, int rank) {
        List<Integer> order = operation.has("perm")
                ? operation.integers("perm")
                : IntStream.range(0, rank).mapToObj(i -> rank - 1 - i).toList();
        if (!order.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, rank).boxed().toList())) {
            throw operation.refused("its perm is %s, no order of %d dimensions".formatted(order, rank));
        }
        return order;
    }

    /** The lengths that a reshaping asks for: 0 keeps one, -1 is what is left. */
    static List<Integer> resolved(OnnxOperation operation, List<Integer> from, List<Integer> asked) {
        List<Integer> lengths = new ArrayList<>(asked);
        boolean keeps = operation.integer("allowzero", 0) == 0;
        for (int i = 0; i < lengths.size(); i++) {
            if (lengths.get(i) == 0 && keeps && i < from.size()) {
                lengths.set(i, from.get(i));
            }
        }
        long whole = from.stream().mapToLong(length -> length).reduce(1, (a, b) -> a * b);
        long known = lengths.stream()
                .mapToLong(length -> length)
                .filter(length -> length != -1)
                .reduce(1, (a, b) -> length(operation, a, b));
        int left = lengths.indexOf(-1);
        if (left >= 0 && known > 0 && whole % known == 0) {
            lengths.set(left, (int) (whole / known));
            known = whole;
        }
        if (known != whole || lengths.stream().anyMatch(length -> length < 0)) {
            throw operation.refused("it brings %s to the shape %s, which holds another number".formatted(from, asked));
        }
        return lengths;
    }

    private static long length(OnnxOperation operation, long a, long b) {
        if (a < 0 || b < 0 || a * b > Integer.MAX_VALUE) {
            throw operation.refused("it asks for a shape with the lengths %d and %d".formatted(a, b));
        }
        return a * b;
    }

    private static OnnxTensor combined(
            OnnxOperation operation, OnnxTensor a, OnnxTensor b, DoubleBinaryOperator function) {
        boolean whole = a.whole() && b.whole();
        if (b.size() == 1) {
            double value = b.at().applyAsDouble(0);
            return new OnnxTensor(a.shape(), whole, i -> function.applyAsDouble(a.at().applyAsDouble(i), value));
        }
        if (a.size() == 1) {
            double value = a.at().applyAsDouble(0);
            return new OnnxTensor(b.shape(), whole, i -> function.applyAsDouble(value, b.at().applyAsDouble(i)));
        }
        if (!a.shape().equals(b.shape())) {
            throw operation.refused(
                    "it combines %s with %s; they must be of one shape".formatted(a.shapeText(), b.shapeText()));
        }
        return new OnnxTensor(
                a.shape(), whole, i -> function.applyAsDouble(a.at().applyAsDouble(i), b.at().applyAsDouble(i)));
    }

    private static double product(OnnxTensor tensor) {
        double product = 1;
        for (double value : tensor.values()) {
            product *= value;
        }
        return product;
    }

    private static OnnxTensor filled(OnnxOperation operation, OnnxTensor lengths) {
        List<Integer> shape = bounded(operation, lengths).integers();
        long size = shape.stream().mapToLong(length -> length).reduce(1, (a, b) -> length(operation, a, b));
        if (size > LARGEST) {
            throw operation.refused("it fills %s numbers".formatted(shape));
        }
        OnnxTensor value = operation.tensor("value").orElse(OnnxTensor.of(List.of(1), false, 0));
        if (value.size() != 1) {
            throw operation.refused("it fills with %d numbers".formatted(value.size()));
        }
        double number = value.at().applyAsDouble(0);
        return new OnnxTensor(shape, value.whole(), _ -> number);
    }
}
