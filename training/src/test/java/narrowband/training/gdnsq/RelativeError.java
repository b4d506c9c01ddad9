package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How far a gradient is from the true one: {@code |a - b| / |b|}, the lengths of vectors, over all numbers of one kind (the
 * weights of a layer, its ranges, a width). A single weight's gradient may vanish by chance, that of all of them does not.
 *
 * <p>Kernels multiply and add in floats of 24 bits, {@code 6e-8} for an operation. True gradients are computed in doubles, from the
 * same floats, with the same decisions (which code, clamped or not, which maximum), so that nothing but those roundings is left,
 * and sums of a few thousand terms stay far below the {@value #ALLOWED} allowed.
 */
public final class RelativeError {
    public static final double ALLOWED = 1e-4;

    private RelativeError() {}

    /** Of the numbers {@code from..to-1}. */
    public static double of(float[] is, double[] expected, int from, int to) {
        assertThat(is.length).isEqualTo(expected.length);
        double apart = 0;
        double length = 0;
        for (int i = from; i < to; i++) {
            apart += (is[i] - expected[i]) * (is[i] - expected[i]);
            length += expected[i] * expected[i];
        }
        return apart == 0 ? 0 : Math.sqrt(apart / length);
    }
}
