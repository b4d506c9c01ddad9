package narrowband.training.gdnsq;

import narrowband.training.kernels.Grid;

/**
 * The activation quantiser of a tensor (gdnsq 1.1, 5.1), learned by {@code beta = log2 q} and its width {@code b} in bits:
 * {@code q = 2^beta}, step {@code s = 2^(beta - b)}, values {@code s k} with {@code k = floor(x / s + 1/2)} clamped to
 * {@code 0..q/s - 1}, or {@code -q/s..q/s - 1} where signed. {@code q / s} need not be a power of two while the width slides.
 *
 * <p>The method's third parameter, a lower bound {@code l} that is learned (gdnsq 1.1), is left out: {@code l} is 0, or {@code -q} where
 * signed. Padding is exact only if 0 is a value (gdnsq 5.3), so {@code l = -s Z} with a whole {@code Z} in {@code 0..2^b-1}.
 * Where a quantiser stands for a ReLU, nothing lies below 0 that should pass: {@code Z > 0} would spend codes on nothing, or be
 * another activation function. And where values have signs, the hardware's codes are two's complement: {@code -Z..2^b-1-Z} fits in
 * {@code b} planes for {@code Z = 2^(b-1)} only, which is the signed grid here with its sign counted apart; any other {@code Z} takes
 * one more, in which the signed grid has twice as many codes. Beside that, what is added to a residual stream must have its step.
 */
public final class ActivationQuantiser {
    private static final double LN2 = Math.log(2);

    private ActivationQuantiser() {}

    /** The step {@code s} as the float that training computes with; for an integer width {@code s 2^b} is {@code q} exactly. */
    public static float step(float range, float bits) {
        int whole = (int) Math.floor(bits);
        float ofWhole = (float) Math.scalb(Math.pow(2, range), -whole);
        return bits == whole ? ofWhole : (float) (ofWhole * Math.pow(2, whole - bits));
    }

    /** The grid for {@code beta} and {@code b}. */
    public static Grid grid(float range, float bits, boolean signed) {
        double levels = Math.pow(2, bits);
        double q = Math.pow(2, range);
        float step = step(range, bits);
        int highest = (int) Math.floor(levels - 0.5);
        return signed
                ? new Grid(step, (float) -q, (float) (q - step), -(int) Math.floor(levels + 0.5), highest)
                : new Grid(step, 0, (float) (q - step), 0, highest);
    }

    /** {@code dL/dbeta = ln2 (s dL/ds + q dL/dq)}. */
    public static double rangeGradient(float range, float bits, double forStep, double forRange) {
        return LN2 * (Math.pow(2, (double) range - bits) * forStep + Math.pow(2, range) * forRange);
    }

    /** {@code dL/db = -ln2 s dL/ds}. */
    public static double bitsGradient(float range, float bits, double forStep) {
        return -LN2 * Math.pow(2, (double) range - bits) * forStep;
    }
}
