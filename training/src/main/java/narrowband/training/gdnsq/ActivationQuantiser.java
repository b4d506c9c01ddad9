package narrowband.training.gdnsq;

import narrowband.training.kernels.Grid;

/**
 * The activation quantiser of a tensor (gdnsq 1.1, 5.1), learned by {@code beta = log2 q} and its width {@code b} in bits:
 * {@code q = 2^beta}, step {@code s = 2^(beta - b)}, values {@code s k} with {@code k = floor(x / s + 1/2)} clamped to
 * {@code 0..q/s - 1}, or {@code -q/s..q/s - 1} where signed. {@code q / s} need not be a power of two while the width slides.
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
