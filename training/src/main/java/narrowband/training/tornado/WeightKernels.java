package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Weights on their grids, and the straight-through gradients (gdnsq 5.3; {@code WeightQuantiser} has the formulas). All layers
 * go through each kernel at once: weights are cut into blocks of {@value #BLOCK}, each within one output.
 *
 * <p>A block's record in the table, {@value #RECORD} numbers: place in the state, weights, the output's grid or -1 where weights are
 * not rounded, place of the rounded weights, place of the first in the order {@code [tap][o]}, distance there; of a block of biases
 * the grid of the input, else -1; place of the first weight in its layer, and what the layer adds to the key of {@link Dithering}.
 */
public final class WeightKernels {
    /** The most weights of a block. */
    static final int BLOCK = 64;

    /** Integers of a block's record. */
    static final int RECORD = 10;

    /** Sums that a block leaves: for its step, its range, and both ends of its weights. */
    static final int SUMS = 3;

    private WeightKernels() {}

    /** A weight's place on its grid: its value is the zero point and the step times it. */
    private static double place(float weight, float step, float zero, float shift, float first, float last) {
        double steps = ((double) weight - zero) / step + (0.5 - shift);
        return GridKernels.floor(Math.max(first, Math.min(last + 0.5, steps))) + shift;
    }

    /**
     * Rounds all weights, and lays them out for both directions; and all biases, to half the step of their weights times that of their
     * input.
     *
     * @param count blocks * {@value #BLOCK}
     */
    public static void roundWeights(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int record = at + i / BLOCK * RECORD;
            int t = i % BLOCK;
            if (t < table[record + 1]) {
                int grid = table[record + 2];
                int input = table[record + 6];
                float weight = state[table[record] + t];
                float rounded = weight;
                if (grid >= 0) {
                    float step = memory[grid + WeightGridKernels.STEP];
                    double unit = step;
                    double zero = 0;
                    double place = 0;
                    if (input < 0) {
                        float from = memory[grid + WeightGridKernels.ZERO];
                        zero = from;
                        place = place(
                                weight,
                                step,
                                from,
                                memory[grid + WeightGridKernels.SHIFT],
                                memory[grid + WeightGridKernels.FIRST],
                                memory[grid + WeightGridKernels.LAST]);
                    }
                    if (input >= 0) {
                        unit = (double) memory[input] * step / 2;
                        place = GridKernels.floor(weight / unit + 0.5);
                    }
                    rounded = (float) (zero + unit * place);
                }
                memory[table[record + 3] + t] = rounded;
                memory[table[record + 4] + t * table[record + 5]] = rounded;
            }
        }
    }

    /**
     * The gradient of each weight from that of the rounded one, and a block's {@value #SUMS} sums. At {@code at}: place of the
     * gradients of all parameters, distance from rounded weights to their gradients, place of the sums, place of the blocks, place of the
     * numbers of {@link Dithering}.
     *
     * @param count blocks
     */
    public static void weightsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int apart = table[at + 1];
            int sums = table[at + 2] + SUMS * i;
            int record = table[at + 3] + i * RECORD;
            int noise = table[at + 4];
            int from = table[record];
            int size = table[record + 1];
            int grid = table[record + 2];
            int rounded = table[record + 3] + apart;
            int inLayer = table[record + 7];
            float step = GridKernels.ofGrid(memory, grid, WeightGridKernels.STEP, 1);
            float zero = GridKernels.ofGrid(memory, grid, WeightGridKernels.ZERO, 0);
            float shift = GridKernels.ofGrid(memory, grid, WeightGridKernels.SHIFT, 0);
            float first = GridKernels.ofGrid(memory, grid, WeightGridKernels.FIRST, 0);
            float last = GridKernels.ofGrid(memory, grid, WeightGridKernels.LAST, 0);
            double lower = GridKernels.ofGrid(memory, grid, WeightGridKernels.LOWER, -1e30f);
            double upper = GridKernels.ofGrid(memory, grid, WeightGridKernels.UPPER, 1e30f);
            double lowerByStep = GridKernels.ofGrid(memory, grid, WeightGridKernels.LOWER_BY_STEP, 0);
            double upperByStep = GridKernels.ofGrid(memory, grid, WeightGridKernels.UPPER_BY_STEP, 0);
            double lowerByRange = GridKernels.ofGrid(memory, grid, WeightGridKernels.LOWER_BY_RANGE, 0);
            double upperByRange = GridKernels.ofGrid(memory, grid, WeightGridKernels.UPPER_BY_RANGE, 0);
            double magnitude = memory[noise];
            long key = Dithering.key(memory, noise, table[record + 8], table[record + 9]);
            double forStep = 0;
            double forRange = 0;
            double forEnds = 0;
            for (int t = 0; t < size; t++) {
                float w = state[from + t];
                double g = memory[rounded + t];
                double below = w < lower ? 1 : 0;
                double above = w > upper ? 1 : 0;
                double clamped = Math.max(lower, Math.min(upper, w));
                double error = place(w, step, zero, shift, first, last) - (clamped - zero) / step;
                forStep += g * (error + below * lowerByStep + above * upperByStep);
                forRange += g * (below * lowerByRange + above * upperByRange);
                forEnds += g * (below + above);
                if (magnitude > 0) {
                    forStep += g * step * magnitude * Dithering.coin(key, inLayer + t);
                }
                memory[gradient + from + t] = below + above > 0 ? 0 : (float) g;
            }
            memory[sums] = (float) forStep;
            memory[sums + 1] = (float) forRange;
            memory[sums + 2] = (float) forEnds;
        }
    }
}
