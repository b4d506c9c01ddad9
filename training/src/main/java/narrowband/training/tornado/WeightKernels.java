package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Weights on their grids, and the straight-through gradients (gdnsq 5.3; {@code WeightQuantiser} has the formulas). All layers
 * go through each kernel at once: weights are cut into blocks of {@value #BLOCK}, each within one output.
 *
 * <p>A block's record in the table, {@value #RECORD} numbers: place in the state, weights, the output's grid or -1 where weights are
 * not rounded, place of the rounded weights, place of the first in the order {@code [tap][o]}, distance there, range and
 * width (places in the state).
 */
public final class WeightKernels {
    /** The most weights of a block. */
    static final int BLOCK = 64;

    /** Integers of a block's record. */
    static final int RECORD = 8;

    private static final double LN2 = 0.6931471805599453;

    private WeightKernels() {}

    /** A weight's place between codes: its value is the step times it. */
    private static double place(float weight, float step, float levels) {
        double within = Math.max(-levels, Math.min(levels - 0.5, (double) weight / step));
        return GridKernels.floor(within) + 0.5;
    }

    /**
     * Rounds all weights, and lays them out for both directions.
     *
     * @param count blocks * {@value #BLOCK}
     */
    public static void roundWeights(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int record = at + i / BLOCK * RECORD;
            int t = i % BLOCK;
            if (t < table[record + 1]) {
                int grid = table[record + 2];
                float weight = state[table[record] + t];
                float rounded = weight;
                if (grid >= 0) {
                    float step = memory[grid];
                    rounded = step * (float) place(weight, step, memory[grid + 5]);
                }
                memory[table[record + 3] + t] = rounded;
                memory[table[record + 4] + t * table[record + 5]] = rounded;
            }
        }
    }

    /**
     * Rounds the bias of a layer to half the step of its weights times that of its input. Record: place in the state, place, grid of
     * the input or -1, grid of the weights.
     *
     * @param count outputs
     */
    public static void roundBias(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float bias = state[table[at] + i];
            float rounded = bias;
            int input = table[at + 2];
            if (input >= 0) {
                double unit = (double) memory[input] * memory[table[at + 3]] / 2;
                rounded = (float) (unit * GridKernels.floor(bias / unit + 0.5));
            }
            memory[table[at + 1] + i] = rounded;
        }
    }

    /**
     * The gradient of each weight from that of the rounded one, and a block's two sums for step and range. At {@code at}: place of the
     * gradients of all parameters, distance from rounded weights to their gradients, place of the sums; then the blocks.
     *
     * @param count blocks
     */
    public static void weightsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int apart = table[at + 1];
            int sums = table[at + 2];
            int record = at + 3 + i * RECORD;
            int from = table[record];
            int size = table[record + 1];
            int grid = table[record + 2];
            int rounded = table[record + 3] + apart;
            double bound = 1e30;
            float step = 1;
            float levels = 1;
            if (grid >= 0) {
                step = memory[grid];
                levels = memory[grid + 5];
                bound = (GridKernels.powerOfTwo(state[table[record + 6]]) - step) / 2;
            }
            double forStep = 0;
            double forRange = 0;
            for (int t = 0; t < size; t++) {
                float w = state[from + t];
                double g = memory[rounded + t];
                double side = w > bound ? 0.5 : w < -bound ? -0.5 : 0;
                double clamped = Math.max(-bound, Math.min(bound, w));
                double error = place(w, step, levels) - clamped / step;
                forStep += g * (error - side);
                forRange += g * side;
                memory[gradient + from + t] = side == 0 ? (float) g : 0;
            }
            memory[sums + 2 * i] = (float) forStep;
            memory[sums + 2 * i + 1] = (float) forRange;
        }
    }

    /**
     * From the blocks' sums to a channel's gradient of its range, and its part of that of the width. At {@code at}: place of the channels'
     * two results; then for each channel: place of its blocks' sums, blocks, range, width, place of its grid.
     *
     * @param count outputs of all layers whose weights are rounded
     */
    public static void channelsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int to = table[at];
            int from = table[at + 1 + 5 * i];
            int blocks = table[at + 2 + 5 * i];
            double q = GridKernels.powerOfTwo(state[table[at + 3 + 5 * i]]);
            double step = memory[table[at + 5 + 5 * i]];
            double forStep = 0;
            double forRange = 0;
            for (int b = 0; b < blocks; b++) {
                forStep += memory[from + 2 * b];
                forRange += memory[from + 2 * b + 1];
            }
            memory[to + 2 * i] = (float) (-LN2 * step * forStep);
            memory[to + 2 * i + 1] = (float) (LN2 * (step * forStep + q * forRange));
        }
    }

    /**
     * From the channels' results to the gradients of ranges and of the width. At {@code at}: place of the gradients of all
     * parameters; then for each layer: place of its channels' results, channels, first range, ranges, width.
     *
     * @param count layers whose weights are rounded
     */
    public static void layersGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int from = table[at + 1 + 5 * i];
            int channels = table[at + 2 + 5 * i];
            int range = table[at + 3 + 5 * i];
            int ranges = table[at + 4 + 5 * i];
            int bits = table[at + 5 + 5 * i];
            double forBits = 0;
            double forRange = 0;
            for (int c = 0; c < channels; c++) {
                forBits += memory[from + 2 * c];
                forRange += memory[from + 2 * c + 1];
                if (ranges > 1) {
                    memory[gradient + range + c] = memory[from + 2 * c + 1];
                }
            }
            if (ranges == 1) {
                memory[gradient + range] = (float) forRange;
            }
            memory[gradient + bits] = (float) forBits;
        }
    }
}
