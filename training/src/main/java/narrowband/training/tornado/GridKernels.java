package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The grids of quantisers as they are in a step, from their learned range and width, and the gradients of those (gdnsq 5.1). What
 * each means stands with {@code ActivationQuantiser} and {@code WeightQuantiser}.
 *
 * <p>A grid in memory has {@value #SIZE} numbers: the step, its inverse, the lowest and highest value that pass unclamped, the
 * lowest and highest code. A grid of weights has the step, and its positive levels as its highest code.
 */
public final class GridKernels {
    /** Floats of a grid. */
    static final int SIZE = 6;

    /** A grid's kind in the table. */
    static final int UNSIGNED = 0;

    static final int SIGNED = 1;
    static final int WEIGHTS = 2;

    private static final double LN2 = 0.6931471805599453;

    private GridKernels() {}

    /** The whole number at or below a number within the range of an int; TornadoVM 5.2 cannot compile {@code Math.floor}. */
    static double floor(double x) {
        double whole = (int) x;
        return whole > x ? whole - 1 : whole;
    }

    /**
     * {@code 2^x}, such that {@code 2^(x - b)} for a whole {@code b} is {@code 2^x} with another exponent: the step of a grid divides
     * its range exactly.
     */
    static double powerOfTwo(double x) {
        int whole = (int) floor(x);
        double power = Math.exp((x - whole) * LN2);
        double factor = whole < 0 ? 0.5 : 2;
        int times = whole < 0 ? -whole : whole;
        for (int i = 0; i < times; i++) {
            power *= factor;
        }
        return power;
    }

    /** The step as {@code ActivationQuantiser.step} has it. */
    private static float step(float range, float bits) {
        int whole = (int) floor(bits);
        float ofWhole = (float) powerOfTwo((double) range - whole);
        float fraction = bits - whole;
        return fraction == 0 ? ofWhole : (float) (ofWhole * powerOfTwo(-fraction));
    }

    /**
     * Takes grids from the parameters; a grid's record: range, width (places in the state), kind, place.
     *
     * @param count grids
     */
    public static void takeGrids(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float range = state[table[at + 4 * i]];
            float bits = state[table[at + 4 * i + 1]];
            int kind = table[at + 4 * i + 2];
            int to = table[at + 4 * i + 3];
            double levels = powerOfTwo(bits);
            double q = powerOfTwo(range);
            float step = step(range, bits);
            float lower = 0;
            float lowest = 0;
            float highest = (float) floor(levels - 0.5);
            if (kind == SIGNED) {
                lower = (float) -q;
                lowest = (float) -floor(levels + 0.5);
            }
            if (kind == WEIGHTS) {
                highest = (float) Math.max(1.0, floor(levels / 2 + 0.5));
            }
            memory[to] = step;
            memory[to + 1] = 1 / step;
            memory[to + 2] = lower;
            memory[to + 3] = (float) (q - step);
            memory[to + 4] = lowest;
            memory[to + 5] = highest;
        }
    }

    /**
     * Adds up what a channel's chunks say about a grid; a channel's record: the first chunk's sum for the step, chunks, their distance, the
     * distance to the sum for the range. Leaves two sums for each channel from the place at {@code at}; records follow it.
     *
     * @param count channels of all quantisers
     */
    public static void sumGridChunks(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int to = table[at];
            int from = table[at + 1 + 4 * i];
            int chunks = table[at + 2 + 4 * i];
            int apart = table[at + 3 + 4 * i];
            int second = table[at + 4 + 4 * i];
            double forStep = 0;
            double forRange = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                forStep += memory[from + chunk * apart];
                forRange += memory[from + chunk * apart + second];
            }
            memory[to + 2 * i] = (float) forStep;
            memory[to + 2 * i + 1] = (float) forRange;
        }
    }

    /**
     * The gradients of the ranges and widths of activations; a grid's record: range, width (places in the state), the first of
     * its channels' pairs of sums, how many. Gradients go to the place at {@code at}; records follow it.
     *
     * @param count grids
     */
    public static void gridGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int rangeAt = table[at + 1 + 4 * i];
            int bitsAt = table[at + 2 + 4 * i];
            int from = table[at + 3 + 4 * i];
            int channels = table[at + 4 + 4 * i];
            double forStep = 0;
            double forRange = 0;
            for (int c = 0; c < channels; c++) {
                forStep += memory[from + 2 * c];
                forRange += memory[from + 2 * c + 1];
            }
            double range = state[rangeAt];
            double ofStep = powerOfTwo(range - state[bitsAt]) * forStep;
            memory[gradient + rangeAt] = (float) (LN2 * (ofStep + powerOfTwo(range) * forRange));
            memory[gradient + bitsAt] = (float) (-LN2 * ofStep);
        }
    }
}
