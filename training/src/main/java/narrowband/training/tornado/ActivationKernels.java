package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * What happens to each value by itself, fused: batch norm or an addition, then nothing, ReLU or a quantiser. A layer's record:
 *
 * <pre>
 *  0 input   1 second input or -1   2 factors and constants of a norm, or -1   3 channels   4 activation   5 grid   6 output
 *  7 gradient of the output   8 gradient of the input or -1   9 whether to add to it   10 gradient of the second or -1
 * 11 whether to add to it   12 pixels   13 pixels of a chunk   14 sums [chunk][4][C]
 * </pre>
 */
public final class ActivationKernels {
    /** An activation in the table. */
    static final int NONE = 0;

    static final int RECTIFY = 1;
    static final int QUANTISE = 2;

    private ActivationKernels() {}

    /** What comes before the activation. */
    private static float before(float[] memory, int in, int second, int fold, int channels, int c, int i) {
        float value = memory[in + i];
        if (fold >= 0) {
            value = value * memory[fold + c] + memory[fold + channels + c];
        }
        if (second >= 0) {
            value += memory[second + i];
        }
        return value;
    }

    /** The code of a value: clamped in units of the step, then rounded half up, which truncation does above 0. */
    private static float code(float value, float inverse, float lowest, float highest) {
        float v = Math.max(lowest, Math.min(highest, value * inverse));
        return (int) (v - lowest + 0.5f) + lowest;
    }

    /**
     * The forward pass.
     *
     * @param count values
     */
    public static void activate(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int channels = table[at + 3];
            int activation = table[at + 4];
            int grid = table[at + 5];
            float value = before(memory, table[at], table[at + 1], table[at + 2], channels, i % channels, i);
            if (activation == RECTIFY) {
                value = Math.max(value, 0f);
            }
            if (activation == QUANTISE) {
                value = memory[grid] * code(value, memory[grid + 1], memory[grid + 4], memory[grid + 5]);
            }
            memory[table[at + 6] + i] = value;
        }
    }

    /**
     * The gradient that the activation lets through, and four sums of it over a chunk of pixels: of itself, of it times the
     * first input, and of what it says about the grid's step and range.
     *
     * @param count chunks * channels
     */
    public static void activationGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int in = table[at];
            int second = table[at + 1];
            int fold = table[at + 2];
            int channels = table[at + 3];
            int activation = table[at + 4];
            int grid = table[at + 5];
            int from = table[at + 7];
            int to = table[at + 8];
            float keep = table[at + 9];
            int toSecond = table[at + 10];
            float keepSecond = table[at + 11];
            int pixels = table[at + 12];
            int size = table[at + 13];
            int sums = table[at + 14];
            int c = i % channels;
            int chunk = i / channels;
            int end = Math.min(pixels, (chunk + 1) * size);
            float step = 1;
            float inverse = 1;
            float lower = 0;
            float upper = 0;
            float lowest = 0;
            float highest = 0;
            if (activation == QUANTISE) {
                step = memory[grid];
                inverse = memory[grid + 1];
                lower = memory[grid + 2];
                upper = memory[grid + 3];
                lowest = memory[grid + 4];
                highest = memory[grid + 5];
            }
            float sum = 0;
            float product = 0;
            float forStep = 0;
            float forRange = 0;
            for (int p = chunk * size; p < end; p++) {
                int place = p * channels + c;
                float g = memory[from + place];
                float passed = g;
                float value = before(memory, in, second, fold, channels, c, place);
                if (activation == RECTIFY) {
                    passed = value > 0 ? g : 0;
                }
                if (activation == QUANTISE) {
                    float above = value > upper ? 1 : 0;
                    float below = value < lower ? 1 : 0;
                    float clamped = Math.max(lower, Math.min(upper, value)) * inverse;
                    float error = code(value, inverse, lowest, highest) - clamped;
                    forStep += g * (error - above);
                    forRange += g * (lower < 0 ? above - below : above);
                    passed = above + below > 0 ? 0 : g;
                }
                sum += passed;
                product += passed * memory[in + place];
                if (to >= 0) {
                    ConvolutionKernels.put(memory, to + place, keep, passed);
                }
                if (toSecond >= 0) {
                    ConvolutionKernels.put(memory, toSecond + place, keepSecond, passed);
                }
            }
            int at4 = sums + 4 * chunk * channels + c;
            memory[at4] = sum;
            memory[at4 + channels] = product;
            memory[at4 + 2 * channels] = forStep;
            memory[at4 + 3 * channels] = forRange;
        }
    }
}
