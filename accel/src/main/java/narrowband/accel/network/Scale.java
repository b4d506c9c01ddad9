package narrowband.accel.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What one step of a code is worth as a real number: one value for a tensor, or one for each channel. It tells a reader
 * what codes mean; no integer result depends on it.
 */
public record Scale(List<Float> steps) {
    public Scale {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a scale has at least one step");
        }
        steps = List.copyOf(steps);
    }

    public static Scale uniform(float step) {
        return new Scale(List.of(step));
    }

    public static Scale perChannel(float... steps) {
        Float[] boxed = new Float[steps.length];
        Arrays.setAll(boxed, c -> steps[c]);
        return new Scale(List.of(boxed));
    }

    public boolean hasOneStep() {
        return steps.size() == 1;
    }

    public float step(int channel) {
        return steps.get(hasOneStep() ? 0 : channel);
    }

    /** The scale of a sum over {@code count} codes taken as their mean. */
    Scale dividedBy(int count) {
        return new Scale(steps.stream().map(step -> step / count).toList());
    }

    /** The scale with further channels before and after, each with the step of the channel nearest to it. */
    Scale surrounded(int before, int after) {
        if (hasOneStep()) {
            return this;
        }
        List<Float> longer = new ArrayList<>(Collections.nCopies(before, steps.getFirst()));
        longer.addAll(steps);
        longer.addAll(Collections.nCopies(after, steps.getLast()));
        return new Scale(longer);
    }
}
