package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Batch norm's statistics, running and of the batch, and its gradient; each sum in two stages, over the pixels of a chunk and
 * over chunks in their order. In memory a norm has {@code factor[C], constant[C], onGradient[C], onValue[C], onOne[C]} of
 * {@code BatchStatistics}, then mean and inverse deviation, each as two floats whose sum has the precision of a double.
 */
public final class NormKernels {
    /** Floats of a norm for each channel. */
    static final int SIZE = 9;

    private static final double EPSILON = 1e-5;

    private NormKernels() {}

    /**
     * Sums of values and squares over a chunk of pixels, {@code [chunk][2][C]}. Record: values, sums, channels, pixels, pixels of
     * a chunk.
     *
     * @param count chunks * channels
     */
    public static void sumChannels(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int in = table[at];
            int to = table[at + 1];
            int channels = table[at + 2];
            int pixels = table[at + 3];
            int size = table[at + 4];
            int c = i % channels;
            int chunk = i / channels;
            int end = Math.min(pixels, (chunk + 1) * size);
            float sum = 0;
            float square = 0;
            for (int p = chunk * size; p < end; p++) {
                float x = memory[in + p * channels + c];
                sum += x;
                square += x * x;
            }
            memory[to + 2 * chunk * channels + c] = sum;
            memory[to + (2 * chunk + 1) * channels + c] = square;
        }
    }

    /**
     * The batch's statistics, of which the running ones take their part. Record: sums, norm, chunks, values of a channel, then
     * scale, shift, mean, variance (places in the state), and the place of the batch's weight in memory.
     *
     * @param count channels
     */
    public static void takeStatistics(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int from = table[at];
            int norm = table[at + 1] + i;
            int chunks = table[at + 2];
            double values = table[at + 3];
            int meanAt = table[at + 6] + i;
            int varianceAt = table[at + 7] + i;
            double weight = memory[table[at + 8]];
            double sum = 0;
            double square = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                sum += memory[from + 2 * chunk * count + i];
                square += memory[from + (2 * chunk + 1) * count + i];
            }
            double mean = sum / values;
            double spread = Math.max(0.0, square / values - mean * mean);
            double inverse = 1 / Math.sqrt(spread + EPSILON);
            double unbiased = values > 1 ? spread * values / (values - 1) : spread;
            state[meanAt] = (float) ((1 - weight) * state[meanAt] + weight * mean);
            state[varianceAt] = (float) ((1 - weight) * state[varianceAt] + weight * unbiased);
            double factor = state[table[at + 4] + i] * inverse;
            memory[norm] = (float) factor;
            memory[norm + count] = (float) (state[table[at + 5] + i] - factor * mean);
            float high = (float) mean;
            memory[norm + 5 * count] = high;
            memory[norm + 6 * count] = (float) (mean - high);
            float highInverse = (float) inverse;
            memory[norm + 7 * count] = highInverse;
            memory[norm + 8 * count] = (float) (inverse - highInverse);
        }
    }

    /**
     * Folds the running statistics of all norms. A channel's record: scale, shift, mean, variance (places in the state), places of
     * factor and constant.
     *
     * @param count channels of all norms
     */
    public static void recallStatistics(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int record = at + 6 * i;
            double inverse = 1 / Math.sqrt(state[table[record + 3]] + EPSILON);
            double factor = state[table[record]] * inverse;
            memory[table[record + 4]] = (float) factor;
            memory[table[record + 5]] = (float) (state[table[record + 1]] - factor * state[table[record + 2]]);
        }
    }

    /**
     * The gradients of scale and shift, and the factors of the input's. Record: sums {@code [chunk][4][C]} of
     * {@link ActivationKernels#activationGradient}, norm, chunks, values of a channel, scale and shift (places in the state), place of the
     * gradients of all parameters.
     *
     * @param count channels
     */
    public static void normGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int from = table[at];
            int norm = table[at + 1] + i;
            int chunks = table[at + 2];
            double values = table[at + 3];
            int scale = table[at + 4] + i;
            int shift = table[at + 5] + i;
            int gradient = table[at + 6];
            double forShift = 0;
            double product = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                forShift += memory[from + 4 * chunk * count + i];
                product += memory[from + (4 * chunk + 1) * count + i];
            }
            double mean = (double) memory[norm + 5 * count] + memory[norm + 6 * count];
            double inverse = (double) memory[norm + 7 * count] + memory[norm + 8 * count];
            double forScale = inverse * (product - mean * forShift);
            memory[gradient + shift] = (float) forShift;
            memory[gradient + scale] = (float) forScale;
            double factor = state[scale] * inverse;
            double slope = factor * inverse * forScale / values;
            memory[norm + 2 * count] = (float) factor;
            memory[norm + 3 * count] = (float) -slope;
            memory[norm + 4 * count] = (float) (slope * mean - factor * forShift / values);
        }
    }

    /**
     * The input's gradient. Record: gradient behind the norm, values, norm, channels, place of the input's gradient, whether to add.
     *
     * @param count values
     */
    public static void normInputGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int norm = table[at + 2];
            int channels = table[at + 3];
            float keep = table[at + 5];
            int c = norm + i % channels;
            float value = memory[table[at] + i] * memory[c + 2 * channels]
                    + memory[table[at + 1] + i] * memory[c + 3 * channels]
                    + memory[c + 4 * channels];
            ConvolutionKernels.put(memory, table[at + 4] + i, keep, value);
        }
    }
}
