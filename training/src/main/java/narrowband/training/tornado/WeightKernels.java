package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Weights on their grids, and the straight-through gradients (gdnsq 5.3; {@code WeightQuantiser} has the formulas). All layers
 * go through each kernel at once: weights are cut into blocks of {@value #BLOCK}, each within one output.
 *
 * <p>A block's record in the table, {@value #RECORD} numbers: place in the state, weights, the output's grid or -1 where weights are
 * not rounded, place of the rounded weights, place of the first in the order {@code [tap][o]}, distance there, range and
 * width (places in the state), and of a block of biases the grid of the input, else -1.
 */
public final class WeightKernels {
    /** The most weights of a block. */
    static final int BLOCK = 64;

    /** Integers of a block's record. */
    static final int RECORD = 9;

    private WeightKernels() {}

    /** A weight's place between codes: its value is the step times it. */
    private static double place(float weight, float step, float levels) {
        double within = Math.max(-levels, Math.min(levels - 0.5, (double) weight / step));
        return GridKernels.floor(within) + 0.5;
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
                int input = table[record + 8];
                float weight = state[table[record] + t];
                float rounded = weight;
                if (grid >= 0) {
                    float step = memory[grid];
                    double unit = step;
                    double place = 0;
                    if (input < 0) {
                        place = place(weight, step, memory[grid + 5]);
                    }
                    if (input >= 0) {
                        unit = (double) memory[input] * step / 2;
                        place = GridKernels.floor(weight / unit + 0.5);
                    }
                    rounded = (float) (unit * place);
                }
                memory[table[record + 3] + t] = rounded;
                memory[table[record + 4] + t * table[record + 5]] = rounded;
            }
        }
    }

    /**
     * The gradient of each weight from that of the rounded one, and a block's two sums for step and range. At {@code at}: place of the
     * gradients of all parameters, distance from rounded weights to their gradients, place of the sums, place of the blocks.
     *
     * @param count blocks
     */
    public static void weightsGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int gradient = table[at];
            int apart = table[at + 1];
            int sums = table[at + 2];
            int record = table[at + 3] + i * RECORD;
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
}
