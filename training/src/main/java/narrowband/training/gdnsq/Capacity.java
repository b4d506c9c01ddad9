package narrowband.training.gdnsq;

import java.util.Arrays;

/**
 * What passes through a quantiser, seen as a channel with rounding for its noise (the view of arXiv 2508.14004): how strong
 * the noise is, and how much of a value is left. A layer with much less of it than its neighbours is a bottleneck.
 *
 * @param signalPower the variance of the values that come in
 * @param noisePower the mean square of what rounding and clamping change
 * @param information the mutual information between the values and their codes, bits per value; as a code is a function of
 *     its value, that is the entropy of the codes, here from their frequencies with the correction of Miller and Madow (1955)
 */
public record Capacity(double signalPower, double noisePower, double information) {
    private static final double LN2 = Math.log(2);

    /**
     * Measures a quantiser.
     *
     * @param values what comes in, at least one
     * @param rounded what comes out for each
     */
    public static Capacity of(float[] values, float[] rounded) {
        int count = values.length;
        double mean = 0;
        for (float value : values) {
            mean += value / count;
        }
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < count; i++) {
            signal += (values[i] - mean) * (values[i] - mean) / count;
            noise += ((double) rounded[i] - values[i]) * ((double) rounded[i] - values[i]) / count;
        }
        return new Capacity(signal, noise, entropy(rounded));
    }

    private static double entropy(float[] rounded) {
        float[] sorted = rounded.clone();
        Arrays.sort(sorted);
        double entropy = 0;
        int codes = 0;
        for (int from = 0; from < sorted.length; codes++) {
            int to = from;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            double share = (double) (to - from) / sorted.length;
            entropy -= share * Math.log(share) / LN2;
            from = to;
        }
        return entropy + (codes - 1) / (2 * LN2 * sorted.length);
    }

    /**
     * The width of the ideal quantiser with the same ratio of signal to noise: {@code log2(1 + signal/noise) / 2}, which is
     * the capacity of a Gaussian channel (Shannon 1948). Infinite where nothing is changed.
     */
    public double effectiveBits() {
        return Math.log1p(signalPower / noisePower) / LN2 / 2;
    }
}
