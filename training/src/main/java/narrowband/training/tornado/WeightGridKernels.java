package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The grids of weights as they are in a step; {@code WeightGrid} has the formulas, {@code HalfStepLattice} and
 * {@code AffineLevels} the same on the JVM. All grids are one kind in memory: values {@code zero + step (k + shift)} for whole
 * {@code k} in {@code first..last}, fed by weights that are clamped to {@code lower..upper}; and how these bounds move, and what else
 * moves with them.
 */
public final class WeightGridKernels {
    /** Floats of a grid. */
    static final int SIZE = 18;

    /** Places in a grid: what it is. */
    static final int STEP = 0;

    static final int ZERO = 1;
    static final int SHIFT = 2;
    static final int FIRST = 3;
    static final int LAST = 4;
    static final int LOWER = 5;
    static final int UPPER = 6;
    /** How the bounds move with the step, and with the range. */
    static final int LOWER_BY_STEP = 7;

    static final int UPPER_BY_STEP = 8;
    static final int LOWER_BY_RANGE = 9;
    static final int UPPER_BY_RANGE = 10;
    /** How both bounds move with the smallest weight, and with the largest. */
    static final int BY_ENDS = 11;
    /** How the step moves with the largest weight, and against the smallest; where it does, there is no range to learn. */
    static final int STEP_BY_ENDS = 12;
    /** How the step moves against a bit, in units of {@code ln2} steps. */
    static final int PER_BIT = 13;
    /** Where the smallest and the largest weight are among those of the grid: in blocks of {@value WeightKernels#BLOCK}, and the rest. */
    static final int LEAST = 14;

    static final int LARGEST = 16;

    /** A kind of grid in the table. */
    static final int HALF_INTEGER = 0;

    static final int AFFINE = 1;

    /** Beyond all codes, and beyond all weights. */
    private static final float ALL_CODES = 1e9f;

    private static final float ALL_WEIGHTS = 1e30f;
    private static final double LEAST_RANGE = 1e-6;

    private WeightGridKernels() {}

    /** The symmetric grid. */
    static void takeMidRise(float[] memory, int to, float range, float bits) {
        double levels = Math.max(1.0, GridKernels.floor(GridKernels.powerOfTwo(bits) / 2 + 0.5));
        float step = GridKernels.step(range, bits);
        double bound = (GridKernels.powerOfTwo(range) - step) / 2;
        memory[to + STEP] = step;
        memory[to + ZERO] = 0;
        memory[to + SHIFT] = 0.5f;
        memory[to + FIRST] = (float) -levels;
        memory[to + LAST] = (float) (levels - 1);
        memory[to + LOWER] = (float) -bound;
        memory[to + UPPER] = (float) bound;
        memory[to + LOWER_BY_STEP] = 0.5f;
        memory[to + UPPER_BY_STEP] = -0.5f;
        memory[to + LOWER_BY_RANGE] = -0.5f;
        memory[to + UPPER_BY_RANGE] = 0.5f;
        memory[to + BY_ENDS] = 0;
        memory[to + STEP_BY_ENDS] = 0;
        memory[to + PER_BIT] = 1;
    }

    /**
     * Where the smallest and the largest weight of each block are, each the first of its kind. At {@code at}: place of the results, two
     * for each block, and place of the blocks' records, which are those of {@link WeightKernels}.
     *
     * @param count blocks
     */
    public static void findBlockEnds(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int to = table[at] + 2 * i;
            int record = table[at + 1] + i * WeightKernels.RECORD;
            int from = table[record];
            int size = table[record + 1];
            float least = state[from];
            float largest = least;
            float leastAt = 0;
            float largestAt = 0;
            for (int t = 1; t < size; t++) {
                float weight = state[from + t];
                if (weight < least) {
                    least = weight;
                    leastAt = t;
                }
                if (weight > largest) {
                    largest = weight;
                    largestAt = t;
                }
            }
            memory[to] = leastAt;
            memory[to + 1] = largestAt;
        }
    }

    /**
     * Takes the grids that depend on their weights. At {@code at}, for each: place of the first block's ends, place of its record, blocks,
     * range and width (places in the state), kind, place of the grid.
     *
     * @param count grids
     */
    public static void takeWeightGrids(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int record = at + 7 * i;
            int ends = table[record];
            int block = table[record + 1];
            int blocks = table[record + 2];
            int to = table[record + 6];
            int first = table[block];
            float least = state[first];
            float largest = least;
            int leastAt = first;
            int largestAt = first;
            for (int b = 0; b < blocks; b++) {
                int from = table[block + b * WeightKernels.RECORD];
                int low = from + (int) memory[ends + 2 * b];
                int high = from + (int) memory[ends + 2 * b + 1];
                if (state[low] < least) {
                    least = state[low];
                    leastAt = low;
                }
                if (state[high] > largest) {
                    largest = state[high];
                    largestAt = high;
                }
            }
            putPlace(memory, to + LEAST, leastAt - first);
            putPlace(memory, to + LARGEST, largestAt - first);
            double levels = GridKernels.powerOfTwo(state[table[record + 4]]);
            memory[to + PER_BIT] = (float) (levels / (levels - 1));
            if (table[record + 5] == HALF_INTEGER) {
                double range = GridKernels.powerOfTwo(state[table[record + 3]]);
                takeHalfInteger(memory, to, range, levels, least, largest);
            }
            if (table[record + 5] == AFFINE) {
                takeAffine(memory, to, levels, least, largest);
            }
        }
    }

    private static void takeHalfInteger(
            float[] memory, int to, double range, double levels, float least, float largest) {
        float step = (float) (range / (levels - 1));
        double more = GridKernels.floor(levels - 0.5);
        double wished = ((double) least + largest - range) / 2 / step;
        double free = GridKernels.floor(wished);
        double first = Math.max(-more - 1, Math.min(0.0, free));
        double zero = first + 0.5;
        double follows = first == free ? 1 : 0;
        double byStep = zero - follows * wished;
        memory[to + STEP] = step;
        memory[to + ZERO] = 0;
        memory[to + SHIFT] = 0.5f;
        memory[to + FIRST] = (float) first;
        memory[to + LAST] = (float) (first + more);
        memory[to + LOWER] = (float) (step * zero);
        memory[to + UPPER] = (float) (step * zero + range);
        memory[to + LOWER_BY_STEP] = (float) byStep;
        memory[to + UPPER_BY_STEP] = (float) byStep;
        memory[to + LOWER_BY_RANGE] = (float) (-0.5 * follows);
        memory[to + UPPER_BY_RANGE] = (float) (1 - 0.5 * follows);
        memory[to + BY_ENDS] = (float) (0.5 * follows);
        memory[to + STEP_BY_ENDS] = 0;
    }

    private static void takeAffine(float[] memory, int to, double levels, float least, float largest) {
        double range = Math.max(LEAST_RANGE, (double) largest - least);
        memory[to + STEP] = (float) (range / (levels - 1));
        memory[to + ZERO] = least;
        memory[to + SHIFT] = 0;
        memory[to + FIRST] = -ALL_CODES;
        memory[to + LAST] = ALL_CODES;
        memory[to + LOWER] = -ALL_WEIGHTS;
        memory[to + UPPER] = ALL_WEIGHTS;
        memory[to + LOWER_BY_STEP] = 0;
        memory[to + UPPER_BY_STEP] = 0;
        memory[to + LOWER_BY_RANGE] = 0;
        memory[to + UPPER_BY_RANGE] = 0;
        memory[to + BY_ENDS] = 0;
        memory[to + STEP_BY_ENDS] = (float) (1 / (levels - 1));
    }

    /** Two numbers, since a float does not hold every place among many weights. */
    private static void putPlace(float[] memory, int to, int place) {
        memory[to] = place / WeightKernels.BLOCK;
        memory[to + 1] = place % WeightKernels.BLOCK;
    }

    /** A place that {@link #putPlace} has put. */
    static int place(float[] memory, int from) {
        return (int) memory[from] * WeightKernels.BLOCK + (int) memory[from + 1];
    }
}
