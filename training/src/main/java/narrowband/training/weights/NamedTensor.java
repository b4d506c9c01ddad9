package narrowband.training.weights;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor in a file of weights.
 *
 * @param name as the file calls it, such as {@code layer1.0.conv1.weight}
 * @param shape lengths, the slowest dimension first; none for a single number
 * @param values row by row
 */
public record NamedTensor(String name, List<Integer> shape, float[] values) {
    public NamedTensor {
        shape = List.copyOf(shape);
        if (size(shape) != values.length) {
            throw new IllegalArgumentException(
                    "tensor %s of %s has %d values".formatted(name, text(shape), values.length));
        }
    }

    private static long size(List<Integer> shape) {
        return shape.stream().mapToLong(length -> length).reduce(1, (a, b) -> a * b);
    }

    /** The shape as a person writes it: {@code 16x3x3x3}. */
    String shapeText() {
        return text(shape);
    }

    private static String text(List<Integer> shape) {
        return shape.isEmpty() ? "1" : shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }
}
