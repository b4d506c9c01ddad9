package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The grids of activations as they are in a step, from their learned range and width, and the gradients of those of all grids (gdnsq
 * 5.1). What each means stands with {@code ActivationQuantiser} and {@code WeightQuantiser}.
 *
 * <p>A grid in memory has {@value #SIZE} numbers: the step, its inverse, the lowest and highest value that pass unclamped, the
 * lowest and highest code. {@link WeightGridKernels} has those of weights.
 */
public final class GridKernels {
    /** Floats of a grid. */
    static final int SIZE = 6;

    /** A grid's kind in the table. */
    static final int UNSIGNED = 0;

    static final int SIGNED = 1;
    static final int WEIGHTS = 2;

    /** What each channel of a quantiser leaves: for its width, its range, its smallest weight and its largest. */
    static final int RESULTS = 4;

    private static final double LN2 = 0.6931471805599453;

    private GridKernels() {}

    /** A number of a grid, or what stands for it without a quantiser. */
    static float ofGrid(float[] memory, int grid, int which, float otherwise) {
        float value = otherwise;
        if (grid >= 0) {
            value = memory[grid + which];
        }
        return value;
    }

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
    static float step(float range, float bits) {
        int whole = (int) floor(bits);
        float ofWhole = (float) powerOfTwo((double) range - whole);
        float fraction = bits - whole;
        return fraction == 0 ? ofWhole : (float) (ofWhole * powerOfTwo(-fraction));
    }

    /** Takes a grid from a quantiser's range and width. */
    static void takeGrid(float[] memory, int to, float range, float bits, int kind) {
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
        memory[to] = step;
        memory[to + 1] = 1 / step;
        memory[to + 2] = lower;
        memory[to + 3] = (float) (q - step);
        memory[to + 4] = lowest;
        memory[to + 5] = highest;
    }

    /**
     * From the pieces of a channel's sums for step and range to its part of the gradients of width and range; channels of activations
     * and of weights alike. At {@code at}: place of the channels' results; then for each channel: its first piece's sum for the
     * step, pieces, their distance, the distance to the sum for the range, range (place in the state, or -1 where there is none), place of its grid, and of weights the
     * distance to the sum for the ends, else 0.
     *
     * @param count channels of all quantisers
     */
    public static void channelsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int to = table[at] + RESULTS * i;
            int record = at + 1 + 7 * i;
            int from = table[record];
            int pieces = table[record + 1];
            int apart = table[record + 2];
            int second = table[record + 3];
            int grid = table[record + 5];
            int third = table[record + 6];
            int range = table[record + 4];
            double q = 0;
            if (range >= 0) {
                q = powerOfTwo(state[range]);
            }
            double step = memory[grid];
            double perBit = 1;
            double byEnds = 0;
            double stepByEnds = 0;
            if (third > 0) {
                perBit = memory[grid + WeightGridKernels.PER_BIT];
                byEnds = memory[grid + WeightGridKernels.BY_ENDS];
                stepByEnds = memory[grid + WeightGridKernels.STEP_BY_ENDS];
            }
            double forStep = 0;
            double forRange = 0;
            double forEnds = 0;
            for (int piece = 0; piece < pieces; piece++) {
                forStep += memory[from + piece * apart];
                forRange += memory[from + piece * apart + second];
                if (third > 0) {
                    forEnds += memory[from + piece * apart + third];
                }
            }
            memory[to] = (float) (-LN2 * perBit * step * forStep);
            memory[to + 1] = (float) (LN2 * (step * forStep + q * forRange));
            memory[to + 2] = (float) (byEnds * forEnds - stepByEnds * forStep);
            memory[to + 3] = (float) (byEnds * forEnds + stepByEnds * forStep);
        }
    }

    /**
     * From the channels' parts to the gradients of ranges and widths, that of the penalty included; and of the weights on which a grid
     * depends. At {@code at}: place of the gradients of all parameters; then for each width: its first channel's results, channels, first
     * range or -1 where there is none, ranges, width (places in the state), place of the penalty's gradient, and where grids depend on their weights the
     * first of those grids, the first weight (place in the state) and weights of a channel, else -1, 0, 0.
     *
     * @param count widths
     */
    public static void widthsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int record = at + 1 + 9 * i;
            int from = table[record];
            int channels = table[record + 1];
            int range = table[record + 2];
            int ranges = table[record + 3];
            int bits = table[record + 4];
            int grid = table[record + 6];
            int weights = gradient + table[record + 7];
            int size = table[record + 8];
            double forBits = 0;
            double forRange = 0;
            double forLeast = 0;
            double forLargest = 0;
            for (int c = 0; c < channels; c++) {
                int channel = from + RESULTS * c;
                forBits += memory[channel];
                forRange += memory[channel + 1];
                forLeast += memory[channel + 2];
                forLargest += memory[channel + 3];
                // The last channel of those that share a grid.
                if (ranges > 1 || c == channels - 1) {
                    int which = ranges > 1 ? c : 0;
                    if (range >= 0) {
                        memory[gradient + range + which] = (float) forRange;
                    }
                    if (grid >= 0) {
                        int ends = grid + which * WeightGridKernels.SIZE;
                        int least = weights
                                + which * size
                                + WeightGridKernels.place(memory, ends + WeightGridKernels.LEAST);
                        int largest = weights
                                + which * size
                                + WeightGridKernels.place(memory, ends + WeightGridKernels.LARGEST);
                        memory[least] = memory[least] + (float) forLeast;
                        memory[largest] = memory[largest] + (float) forLargest;
                    }
                    forRange = 0;
                    forLeast = 0;
                    forLargest = 0;
                }
            }
            memory[gradient + bits] = (float) forBits + memory[table[record + 5]];
        }
    }
}
