package narrowband.training.gdnsq;

import java.util.Arrays;
import java.util.stream.IntStream;
import narrowband.training.net.WeightGrid;

/**
 * A layer's rounded weights as a smooth function of all its parameters, in doubles, written down from the equations of
 * {@link WeightGrid}: the rounding errors of weights and zero points, and which weights are clamped, stay as they are at one point
 * (gdnsq 5.1). There it equals the quantiser, and its derivative is the quantiser's straight-through gradient.
 */
public final class FrozenWeights {
    private final WeightQuantiser quantiser;
    private final int offset;
    private final int rangeAt;
    private final int bitsAt;
    /** Of each weight, in steps. */
    private final double[] error;
    /** Of each weight: -1 where it is clamped from below, 1 from above, else 0. */
    private final int[] side;
    /** Of each group's zero point, in steps; or, where the zero point is held at the end of what is allowed, that one. */
    private final double[] zero;

    private final boolean[] held;

    private FrozenWeights(WeightQuantiser quantiser, int offset, int rangeAt, int bitsAt) {
        this.quantiser = quantiser;
        this.offset = offset;
        this.rangeAt = rangeAt;
        this.bitsAt = bitsAt;
        int count = quantiser.channels() * quantiser.size();
        error = new double[count];
        side = new int[count];
        zero = new double[quantiser.ranges()];
        held = new boolean[quantiser.ranges()];
    }

    /** Frozen at {@code values}, in which weights, ranges and width lie at the given places. */
    public static FrozenWeights of(WeightQuantiser quantiser, float[] values, int offset, int rangeAt, int bitsAt) {
        FrozenWeights frozen = new FrozenWeights(quantiser, offset, rangeAt, bitsAt);
        frozen.freeze(
                IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
        return frozen;
    }

    private int group(int weight) {
        return weight / (error.length / quantiser.ranges());
    }

    private double least(double[] values, int group) {
        int size = error.length / quantiser.ranges();
        return Arrays.stream(values, offset + group * size, offset + (group + 1) * size)
                .min()
                .orElseThrow();
    }

    private double largest(double[] values, int group) {
        int size = error.length / quantiser.ranges();
        return Arrays.stream(values, offset + group * size, offset + (group + 1) * size)
                .max()
                .orElseThrow();
    }

    private double range(double[] values, int group) {
        return quantiser.grid() == WeightGrid.AFFINE
                ? largest(values, group) - least(values, group)
                : Math.pow(2, values[rangeAt + group]);
    }

    /** The step of a group of channels. */
    public double step(double[] values, int group) {
        double levels = Math.pow(2, values[bitsAt]);
        return range(values, group) / (quantiser.grid() == WeightGrid.MID_RISE ? levels : levels - 1);
    }

    private double wishedZero(double[] values, int group) {
        double middle = (least(values, group) + largest(values, group)) / 2;
        return (middle - range(values, group) / 2) / step(values, group);
    }

    /** The smallest value that is not clamped. */
    private double lower(double[] values, int group) {
        double step = step(values, group);
        return switch (quantiser.grid()) {
            case MID_RISE -> -(range(values, group) - step) / 2;
            case HALF_INTEGER -> held[group] ? step * zero[group] : step * (wishedZero(values, group) + zero[group]);
            case AFFINE -> least(values, group);
        };
    }

    private double upper(double[] values, int group) {
        return quantiser.grid() == WeightGrid.MID_RISE
                ? -lower(values, group)
                : lower(values, group) + range(values, group);
    }

    private void freeze(double[] values) {
        double levels = Math.pow(2, values[bitsAt]);
        for (int group = 0; group < zero.length; group++) {
            double wished = Math.floor(wishedZero(values, group)) + 0.5;
            double allowed = Math.max(-Math.floor(levels - 0.5) - 0.5, Math.min(0.5, wished));
            held[group] = wished != allowed;
            zero[group] = held[group] ? allowed : allowed - wishedZero(values, group);
        }
        for (int i = 0; i < error.length; i++) {
            int group = group(i);
            double w = values[offset + i];
            double step = step(values, group);
            double lower = lower(values, group);
            double upper = upper(values, group);
            boolean clamps = quantiser.grid() != WeightGrid.AFFINE;
            side[i] = clamps && w < lower ? -1 : clamps && w > upper ? 1 : 0;
            double clamped = clamps ? Math.max(lower, Math.min(upper, w)) : w;
            // Between two widths the outermost levels of the mid-rise grid are those of the nearest even number of
            // levels.
            int highest = quantiser.grid() == WeightGrid.MID_RISE
                    ? 2 * Math.max(1, (int) Math.floor(levels / 2 + 0.5)) - 1
                    : (int) Math.floor(levels - 0.5);
            double first = quantiser.grid() == WeightGrid.MID_RISE ? -highest / 2.0 : lower / step;
            double code = Math.max(0, Math.min(highest, Math.floor(w / step - first + 0.5)));
            error[i] = code + first - clamped / step;
        }
    }

    /** The rounded weights at other values of the parameters. */
    public double[] at(double[] values) {
        double[] rounded = new double[error.length];
        int size = error.length / zero.length;
        for (int group = 0; group < zero.length; group++) {
            double lower = lower(values, group);
            double upper = upper(values, group);
            double step = step(values, group);
            for (int i = group * size; i < (group + 1) * size; i++) {
                double clamped = side[i] == 0 ? values[offset + i] : side[i] < 0 ? lower : upper;
                rounded[i] = clamped + step * error[i];
            }
        }
        return rounded;
    }
}
