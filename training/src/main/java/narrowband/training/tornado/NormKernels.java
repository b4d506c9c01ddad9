package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Batch norm's statistics and its gradient. Each sum has two stages, over the pixels of a chunk and over chunks in their order;
 * the second is the first thing that the task behind does, each thread for itself. Where there are many chunks, a stage between them folds them to few. In memory a norm has {@code factor[C],
 * constant[C]}, then mean and inverse deviation, each as two floats whose sum has the precision of a double.
 */
public final class NormKernels {
    /** Floats of a norm for each channel. */
    static final int SIZE = 6;

    static final double EPSILON = 1e-5;

    private NormKernels() {}

    /**
     * Sums of values and squares over a chunk of pixels, {@code [chunk][2][C]}; takes jobs of {@link Work}. Record: values, sums, channels,
     * pixels, pixels of a chunk.
     *
     * @param count chunks * channels
     */
    public static void sumChannels(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int in = table[record];
                int to = table[record + 1];
                int channels = table[record + 2];
                int pixels = table[record + 3];
                int size = table[record + 4];
                int c = thread % channels;
                int chunk = thread / channels;
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
    }

    /**
     * Adds up the sums of neighbouring chunks; takes jobs of {@link Work}. Record: sums {@code [chunk][width]}, results {@code [group][width]},
     * chunks, width, chunks of a group.
     *
     * @param count groups * width
     */
    public static void foldSums(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int width = table[record + 3];
                int size = table[record + 4];
                int group = thread / width;
                int from = table[record] + thread % width;
                int end = Math.min(table[record + 2], (group + 1) * size);
                double sum = 0;
                for (int chunk = group * size; chunk < end; chunk++) {
                    sum += memory[from + chunk * width];
                }
                memory[table[record + 1] + thread] = (float) sum;
            }
        }
    }

    /** Leaves a channel's statistics for the backward pass. */
    static void keepStatistics(
            float[] memory, int at, int channels, float factor, float constant, double mean, double inverse) {
        memory[at] = factor;
        memory[at + channels] = constant;
        float high = (float) mean;
        memory[at + 2 * channels] = high;
        memory[at + 3 * channels] = (float) (mean - high);
        float highInverse = (float) inverse;
        memory[at + 4 * channels] = highInverse;
        memory[at + 5 * channels] = (float) (inverse - highInverse);
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
     * The gradients of scale and shift, and of the input. Record: sums {@code [chunk][6][C]} of
     * {@link ActivationKernels#activationGradient}, norm, channels, chunks, pixels, pixels of a chunk, scale and shift (places in the state),
     * place of the gradients of all parameters, gradient behind the norm, values, place of the input's gradient or -1, whether to add.
     *
     * @param count chunks * channels
     */
    public static void normGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int channels = table[at + 2];
            int c = i % channels;
            int from = table[at] + c;
            int norm = table[at + 1] + c;
            int chunks = table[at + 3];
            int pixels = table[at + 4];
            int size = table[at + 5];
            int scale = table[at + 6] + c;
            int shift = table[at + 7] + c;
            int gradient = table[at + 8];
            int behind = table[at + 9];
            int in = table[at + 10];
            int to = table[at + 11];
            float keep = table[at + 12];
            int first = i / channels * size;
            int end = Math.min(pixels, first + size);
            double forShift = 0;
            double product = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                int sums = from + ActivationKernels.SUMS * chunk * channels;
                forShift += memory[sums];
                product += memory[sums + channels];
            }
            double mean = (double) memory[norm + 2 * channels] + memory[norm + 3 * channels];
            double inverse = (double) memory[norm + 4 * channels] + memory[norm + 5 * channels];
            double forScale = inverse * (product - mean * forShift);
            if (first == 0) {
                memory[gradient + shift] = (float) forShift;
                memory[gradient + scale] = (float) forScale;
            }
            if (to >= 0) {
                double factor = state[scale] * inverse;
                double slope = factor * inverse * forScale / pixels;
                float onGradient = (float) factor;
                float onValue = (float) -slope;
                float onOne = (float) (slope * mean - factor * forShift / pixels);
                // Four pixels ahead, as ActivationKernels.
                int last = (end - 1) * channels + c;
                int ahead = first * channels + c;
                float g = ActivationKernels.read(memory, behind, ahead, last);
                float g1 = ActivationKernels.read(memory, behind, ahead + channels, last);
                float g2 = ActivationKernels.read(memory, behind, ahead + 2 * channels, last);
                float g3 = ActivationKernels.read(memory, behind, ahead + 3 * channels, last);
                float x = ActivationKernels.read(memory, in, ahead, last);
                float x1 = ActivationKernels.read(memory, in, ahead + channels, last);
                float x2 = ActivationKernels.read(memory, in, ahead + 2 * channels, last);
                float x3 = ActivationKernels.read(memory, in, ahead + 3 * channels, last);
                for (int p = first; p < end; p++) {
                    int place = p * channels + c;
                    float g4 = ActivationKernels.read(memory, behind, place + 4 * channels, last);
                    float x4 = ActivationKernels.read(memory, in, place + 4 * channels, last);
                    ConvolutionKernels.put(memory, to + place, keep, g * onGradient + x * onValue + onOne);
                    g = g1;
                    g1 = g2;
                    g2 = g3;
                    g3 = g4;
                    x = x1;
                    x1 = x2;
                    x2 = x3;
                    x3 = x4;
                }
            }
        }
    }
}
