package narrowband.training.gdnsq;

import narrowband.training.net.WeightGrid;

/**
 * {@link WeightGrid#AFFINE} for the weights that share a step: {@code m + s k} from the smallest to the largest of them.
 *
 * @param step {@code s}
 * @param zero {@code m}
 * @param ends where the smallest and the largest weight lie
 * @param levels {@code 2^b - 1}, steps from one to the other
 */
record AffineLevels(float step, float zero, Extremes ends, double levels) {
    /** Where all weights are alike, a step is as if they were so far apart. */
    private static final double LEAST_RANGE = 1e-6;

    static AffineLevels of(float[] weights, int from, int to, float bits) {
        Extremes ends = Extremes.of(weights, from, to);
        double levels = Math.pow(2, bits) - 1;
        double range = Math.max(LEAST_RANGE, (double) weights[ends.largest()] - weights[ends.least()]);
        return new AffineLevels((float) (range / levels), weights[ends.least()], ends, levels);
    }

    /** The {@code k} of a weight. */
    int code(float weight) {
        return (int) Math.floor(steps(weight) + 0.5);
    }

    /** {@code (w - m) / s}. */
    double steps(float weight) {
        return ((double) weight - zero) / step;
    }

    float value(int code) {
        return (float) (zero + (double) step * code);
    }
}
