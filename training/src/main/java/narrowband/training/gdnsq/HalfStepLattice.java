package narrowband.training.gdnsq;

import narrowband.training.net.WeightGrid;

/**
 * Neighbouring odd multiples of half a step, {@code s (j + 1/2)} with {@code j} in {@code first..last}, to which weights round
 * once they are clamped to {@code lower..upper}; and how these bounds move. With the rounding of the zero point frozen, as that
 * of the weights is (gdnsq 5.1), both bounds are linear in the step, the range and the middle of the weights.
 *
 * @param lowerByStep {@code dlower/ds}
 * @param lowerByRange {@code dlower/dq}, the range's
 * @param byMiddle {@code dlower/dmiddle}, which is {@code dupper/dmiddle}: 0 or 1
 */
record HalfStepLattice(
        float step,
        int first,
        int last,
        double lower,
        double upper,
        double lowerByStep,
        double upperByStep,
        double lowerByRange,
        double upperByRange,
        int byMiddle) {

    /** {@link WeightGrid#MID_RISE}: bounds {@code -+(q - s) / 2}, as many levels as {@code 2^b} rounds to, at least 2, an even number. */
    static HalfStepLattice midRise(float range, float bits) {
        float step = ActivationQuantiser.step(range, bits);
        int levels = WeightQuantiser.positiveLevels(bits);
        double bound = (Math.pow(2, range) - step) / 2;
        return new HalfStepLattice(step, -levels, levels - 1, -bound, bound, 0.5, -0.5, -0.5, 0.5, 0);
    }

    /** {@link WeightGrid#HALF_INTEGER} for weights of {@code min..max}. */
    static HalfStepLattice halfInteger(float range, float bits, float min, float max) {
        float step = halfIntegerStep(range, bits);
        double r = Math.pow(2, range);
        int more = (int) Math.floor(Math.pow(2, bits) - 0.5);
        double wished = ((double) min + max - r) / 2 / step;
        int free = (int) Math.floor(wished);
        int first = Math.max(-more - 1, Math.min(0, free));
        double zero = first + 0.5;
        double lower = step * zero;
        return first == free
                ? new HalfStepLattice(
                        step, first, first + more, lower, lower + r, zero - wished, zero - wished, -0.5, 0.5, 1)
                : new HalfStepLattice(step, first, first + more, lower, lower + r, zero, zero, 0, 1, 0);
    }

    /** {@code r / (2^b - 1)} as the float that training computes with. */
    static float halfIntegerStep(float range, float bits) {
        return (float) (Math.pow(2, range) / (Math.pow(2, bits) - 1));
    }

    /** The {@code j} of a weight. */
    int code(float weight) {
        return (int) Math.max(first, Math.min(last, Math.floor((double) weight / step)));
    }

    /** What it is rounded to. */
    float value(int code) {
        return step * (code + 0.5f);
    }
}
