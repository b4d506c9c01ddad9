package narrowband.training.onnx;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a Slice takes out of each of some axes: every {@code step}-th place from {@code start} to before {@code end}.
 *
 * @param axes as the file counts them
 */
record Slicing(List<Integer> axes, List<Integer> starts, List<Integer> ends, List<Integer> steps) {
    /** From attributes, or since version 10 from inputs. */
    static Slicing of(OnnxOperation operation, List<OnnxTensor> inputs) {
        List<Integer> starts = inputs.size() > 1 ? inputs.get(1).integers() : operation.integers("starts");
        List<Integer> ends = inputs.size() > 2 ? inputs.get(2).integers() : operation.integers("ends");
        List<Integer> axes = inputs.size() > 3 ? inputs.get(3).integers() : operation.integers("axes");
        List<Integer> steps = inputs.size() > 4 ? inputs.get(4).integers() : Collections.nCopies(starts.size(), 1);
        if (axes.isEmpty()) {
            axes = IntStream.range(0, starts.size()).boxed().toList();
        }
        if (starts.size() != ends.size() || starts.size() != axes.size() || starts.size() != steps.size()) {
            throw operation.refused("its starts, ends, axes and steps are not as many");
        }
        return new Slicing(axes, starts, ends, steps);
    }

    /** The places of an axis that are left. */
    int[] places(OnnxOperation operation, int index, int length) {
        if (steps.get(index) < 1) {
            throw operation.refused("its step is %d; only steps forward are supported".formatted(steps.get(index)));
        }
        int step = Math.min(steps.get(index), length + 1);
        int from = bounded(starts.get(index), length);
        int to = bounded(ends.get(index), length);
        return IntStream.iterate(from, place -> place < to, place -> place + step)
                .toArray();
    }

    private static int bounded(int place, int length) {
        return Math.clamp(place < 0 ? (long) place + length : place, 0, length);
    }
}
