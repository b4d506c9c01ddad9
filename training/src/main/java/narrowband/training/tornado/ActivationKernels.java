package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * What happens to each value by itself, fused: a norm, nothing or ReLU or a quantiser, an addition, and again nothing or ReLU or
 * a quantiser; before it the batch's statistics, from the sums of {@link NormKernels#sumChannels}. A layer's record begins:
 *
 * <pre>
 *  0 input   1 norm, or -1   2 channels   3 activation   4 its grid   5 its output, or -1
 *  6 second input, or -1   7 activation of the sum   8 its grid   9 its output   10 pixels   11 pixels of a thread
 * </pre>
 *
 * A thread takes one channel of some pixels, and reads what it needs of them four pixels ahead: a GPU goes on while that is under way, but no
 * compiler may read ahead of what is written, as both are one array. Where it needs a channel's statistics it adds up all chunks' sums for itself: that costs
 * about as many loads as its pixels do, and a launch less.
 */
public final class ActivationKernels {
    /** Numbers that records of both directions begin with. */
    static final int SHARED = 12;

    /** Numbers of a record forwards. */
    static final int FORWARD = 19;

    /** Numbers of a record backwards. */
    static final int BACKWARD = 23;

    /** Sums of each channel over the pixels of a thread, backwards. */
    static final int SUMS = 6;

    /** An activation in the table. */
    static final int NONE = 0;

    static final int RECTIFY = 1;
    static final int QUANTISE = 2;

    private ActivationKernels() {}

    /** The code of a value: clamped in units of the step, then rounded half up, which truncation does above 0. */
    private static float code(float value, float inverse, float lowest, float highest) {
        float v = Math.max(lowest, Math.min(highest, value * inverse));
        return (int) (v - lowest + 0.5f) + lowest;
    }

    private static float activated(
            float value, int activation, float step, float inverse, float lowest, float highest) {
        float result = value;
        if (activation == RECTIFY) {
            result = Math.max(value, 0f);
        }
        if (activation == QUANTISE) {
            result = step * code(value, inverse, lowest, highest);
        }
        return result;
    }

    /** A value of a tensor, at a place or the last one that there is; 0 where there is no tensor. */
    static float read(float[] memory, int tensor, int place, int last) {
        float value = 0;
        if (tensor >= 0) {
            value = memory[tensor + Math.min(place, last)];
        }
        return value;
    }

    /**
     * The forward pass; takes jobs of {@link Work}. A record goes on: 12 sums of the input's channels or -1, 13 chunks of theirs,
     * then scale, shift, mean, variance (places in the state), 18 place of the batch's weight in memory.
     *
     * @param count {@code ceil(pixels / pixels of a thread) * channels}
     */
    public static void activate(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int in = table[record];
                int norm = table[record + 1];
                int channels = table[record + 2];
                int activation = table[record + 3];
                int grid = table[record + 4];
                int out = table[record + 5];
                int second = table[record + 6];
                int ofSum = table[record + 7];
                int sumGrid = table[record + 8];
                int sumOut = table[record + 9];
                int pixels = table[record + 10];
                int size = table[record + 11];
                int sums = table[record + 12];
                int chunks = table[record + 13];
                int c = thread % channels;
                int first = thread / channels * size;
                int end = Math.min(pixels, first + size);
                float factor = 1;
                float constant = 0;
                if (sums >= 0) {
                    double values = pixels;
                    double sum = 0;
                    double square = 0;
                    for (int chunk = 0; chunk < chunks; chunk++) {
                        sum += memory[sums + 2 * chunk * channels + c];
                        square += memory[sums + (2 * chunk + 1) * channels + c];
                    }
                    double mean = sum / values;
                    double spread = Math.max(0.0, square / values - mean * mean);
                    double inverseDeviation = 1 / Math.sqrt(spread + NormKernels.EPSILON);
                    double slope = state[table[record + 14] + c] * inverseDeviation;
                    factor = (float) slope;
                    constant = (float) (state[table[record + 15] + c] - slope * mean);
                    if (first == 0) {
                        int meanAt = table[record + 16] + c;
                        int varianceAt = table[record + 17] + c;
                        double weight = memory[table[record + 18]];
                        double unbiased = values > 1 ? spread * values / (values - 1) : spread;
                        state[meanAt] = (float) ((1 - weight) * state[meanAt] + weight * mean);
                        state[varianceAt] = (float) ((1 - weight) * state[varianceAt] + weight * unbiased);
                        NormKernels.keepStatistics(
                                memory, norm + c, channels, factor, constant, mean, inverseDeviation);
                    }
                }
                if (norm >= 0 && sums < 0) {
                    factor = memory[norm + c];
                    constant = memory[norm + channels + c];
                }
                float step = GridKernels.ofGrid(memory, grid, 0, 1);
                float inverse = GridKernels.ofGrid(memory, grid, 1, 1);
                float lowest = GridKernels.ofGrid(memory, grid, 4, 0);
                float highest = GridKernels.ofGrid(memory, grid, 5, 0);
                float sumStep = GridKernels.ofGrid(memory, sumGrid, 0, 1);
                float sumInverse = GridKernels.ofGrid(memory, sumGrid, 1, 1);
                float sumLowest = GridKernels.ofGrid(memory, sumGrid, 4, 0);
                float sumHighest = GridKernels.ofGrid(memory, sumGrid, 5, 0);
                int last = (end - 1) * channels + c;
                int ahead = first * channels + c;
                float x = read(memory, in, ahead, last);
                float x1 = read(memory, in, ahead + channels, last);
                float x2 = read(memory, in, ahead + 2 * channels, last);
                float x3 = read(memory, in, ahead + 3 * channels, last);
                float s = read(memory, second, ahead, last);
                float s1 = read(memory, second, ahead + channels, last);
                float s2 = read(memory, second, ahead + 2 * channels, last);
                float s3 = read(memory, second, ahead + 3 * channels, last);
                for (int p = first; p < end; p++) {
                    int place = p * channels + c;
                    float x4 = read(memory, in, place + 4 * channels, last);
                    float s4 = read(memory, second, place + 4 * channels, last);
                    float value = activated(x * factor + constant, activation, step, inverse, lowest, highest);
                    if (out >= 0) {
                        memory[out + place] = value;
                    }
                    if (second >= 0) {
                        memory[sumOut + place] =
                                activated(value + s, ofSum, sumStep, sumInverse, sumLowest, sumHighest);
                    }
                    x = x1;
                    x1 = x2;
                    x2 = x3;
                    x3 = x4;
                    s = s1;
                    s1 = s2;
                    s2 = s3;
                    s3 = s4;
                }
            }
        }
    }

    /**
     * The gradient that the activations let through, and six sums of it over a thread's pixels: of itself, of it times the input, of what
     * it says about the grid's step and range, and the same for the grid of the sum. A record goes on: 12 gradient of the last
     * output, 13 gradient of the input or -1, 14 whether to add to it, 15 gradient of the second input or -1, 16 whether to add to it, 17 sums
     * {@code [chunk][6][C]}, 18 place of the numbers of {@link Dithering}, then what both quantisers add to its key.
     *
     * @param count {@code ceil(pixels / pixels of a thread) * channels}
     */
    public static void activationGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int in = table[at];
            int norm = table[at + 1];
            int channels = table[at + 2];
            int activation = table[at + 3];
            int grid = table[at + 4];
            int second = table[at + 6];
            int ofSum = table[at + 7];
            int sumGrid = table[at + 8];
            int size = table[at + 11];
            int from = table[at + 12];
            int to = table[at + 13];
            float keep = table[at + 14];
            int toSecond = table[at + 15];
            float keepSecond = table[at + 16];
            float noise = memory[table[at + 18]];
            long key = Dithering.key(memory, table[at + 18], table[at + 19], table[at + 20]);
            long keyOfSum = Dithering.key(memory, table[at + 18], table[at + 21], table[at + 22]);
            int c = i % channels;
            int first = i / channels * size;
            int end = Math.min(table[at + 10], first + size);
            float factor = 1;
            float constant = 0;
            if (norm >= 0) {
                factor = memory[norm + c];
                constant = memory[norm + channels + c];
            }
            float step = GridKernels.ofGrid(memory, grid, 0, 1);
            float inverse = GridKernels.ofGrid(memory, grid, 1, 1);
            float lower = GridKernels.ofGrid(memory, grid, 2, 0);
            float upper = GridKernels.ofGrid(memory, grid, 3, 0);
            float lowest = GridKernels.ofGrid(memory, grid, 4, 0);
            float highest = GridKernels.ofGrid(memory, grid, 5, 0);
            float sumStep = GridKernels.ofGrid(memory, sumGrid, 0, 1);
            float sumInverse = GridKernels.ofGrid(memory, sumGrid, 1, 1);
            float sumLower = GridKernels.ofGrid(memory, sumGrid, 2, 0);
            float sumUpper = GridKernels.ofGrid(memory, sumGrid, 3, 0);
            float sumLowest = GridKernels.ofGrid(memory, sumGrid, 4, 0);
            float sumHighest = GridKernels.ofGrid(memory, sumGrid, 5, 0);
            float sum = 0;
            float product = 0;
            float forStep = 0;
            float forRange = 0;
            float forSumStep = 0;
            float forSumRange = 0;
            int last = (end - 1) * channels + c;
            int ahead = first * channels + c;
            float x = read(memory, in, ahead, last);
            float x1 = read(memory, in, ahead + channels, last);
            float x2 = read(memory, in, ahead + 2 * channels, last);
            float x3 = read(memory, in, ahead + 3 * channels, last);
            float s = read(memory, second, ahead, last);
            float s1 = read(memory, second, ahead + channels, last);
            float s2 = read(memory, second, ahead + 2 * channels, last);
            float s3 = read(memory, second, ahead + 3 * channels, last);
            float g0 = read(memory, from, ahead, last);
            float g1 = read(memory, from, ahead + channels, last);
            float g2 = read(memory, from, ahead + 2 * channels, last);
            float g3 = read(memory, from, ahead + 3 * channels, last);
            for (int p = first; p < end; p++) {
                int place = p * channels + c;
                float x4 = read(memory, in, place + 4 * channels, last);
                float s4 = read(memory, second, place + 4 * channels, last);
                float g4 = read(memory, from, place + 4 * channels, last);
                float value = x * factor + constant;
                float g = g0;
                if (second >= 0) {
                    float total = activated(value, activation, step, inverse, lowest, highest) + s;
                    if (ofSum == QUANTISE) {
                        forSumStep += g * onStep(total, sumInverse, sumLower, sumUpper, sumLowest, sumHighest);
                        forSumRange += g * onRange(total, sumLower, sumUpper);
                        if (noise > 0f) {
                            forSumStep += g * noise * sumStep * Dithering.coin(keyOfSum, place);
                        }
                    }
                    g = g * passes(total, ofSum, sumLower, sumUpper);
                    if (toSecond >= 0) {
                        ConvolutionKernels.put(memory, toSecond + place, keepSecond, g);
                    }
                }
                if (activation == QUANTISE) {
                    forStep += g * onStep(value, inverse, lower, upper, lowest, highest);
                    forRange += g * onRange(value, lower, upper);
                    if (noise > 0f) {
                        forStep += g * noise * step * Dithering.coin(key, place);
                    }
                }
                g = g * passes(value, activation, lower, upper);
                sum += g;
                product += g * x;
                if (to >= 0) {
                    ConvolutionKernels.put(memory, to + place, keep, g);
                }
                x = x1;
                x1 = x2;
                x2 = x3;
                x3 = x4;
                s = s1;
                s1 = s2;
                s2 = s3;
                s3 = s4;
                g0 = g1;
                g1 = g2;
                g2 = g3;
                g3 = g4;
            }
            int sums = table[at + 17] + i / channels * SUMS * channels + c;
            memory[sums] = sum;
            memory[sums + channels] = product;
            memory[sums + 2 * channels] = forStep;
            memory[sums + 3 * channels] = forRange;
            memory[sums + 4 * channels] = forSumStep;
            memory[sums + 5 * channels] = forSumRange;
        }
    }

    /** 1 where an activation lets a gradient through, else 0. */
    private static float passes(float value, int activation, float lower, float upper) {
        float factor = 1;
        if (activation == RECTIFY) {
            factor = value > 0 ? 1 : 0;
        }
        if (activation == QUANTISE) {
            factor = value > upper || value < lower ? 0 : 1;
        }
        return factor;
    }

    /** What a value says about its grid's step. */
    private static float onStep(float value, float inverse, float lower, float upper, float lowest, float highest) {
        float clamped = Math.max(lower, Math.min(upper, value)) * inverse;
        float above = value > upper ? 1 : 0;
        return code(value, inverse, lowest, highest) - clamped - above;
    }

    /** What a value says about its grid's range. */
    private static float onRange(float value, float lower, float upper) {
        float above = value > upper ? 1 : 0;
        float below = value < lower ? 1 : 0;
        return lower < 0 ? above - below : above;
    }
}
