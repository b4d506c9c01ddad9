package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/** What comes in and goes out in a step, and the optimiser over the flat buffer. */
public final class UpdateKernels {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final float MOMENTUM = 0.9f;

    private UpdateKernels() {}

    /**
     * Takes in pixel codes, each worth 1/256, the numbers of a step, and the widths, and makes all grids that do not depend on weights. Record: place and number of the
     * pixels, place and number of the numbers, number of the widths and where among the numbers they begin, number of the
     * grids; then the widths' places in the state; then for each grid its range (place in the state), which width it has, its kind, its
     * place.
     *
     * @param count the most that there are of one of them
     */
    public static void takeStep(
            byte[] pixels, float[] inputs, float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int widths = table[at + 4];
            int widthsAt = table[at + 5];
            if (i < table[at + 1]) {
                float code = pixels[i];
                // TornadoVM 5.2 drops a mask of 255 on a byte, and keeps its sign.
                memory[table[at] + i] = (code < 0f ? code + 256f : code) * (1 / 256f);
            }
            if (i < table[at + 3]) {
                memory[table[at + 2] + i] = inputs[i];
            }
            if (i < widths) {
                state[table[at + 7 + i]] = inputs[widthsAt + i];
            }
            if (i < table[at + 6]) {
                int record = at + 7 + widths + 4 * i;
                // Another thread may be bringing the width to its place.
                float bits = inputs[widthsAt + table[record + 1]];
                int to = table[record + 3];
                float range = state[table[record]];
                int kind = table[record + 2];
                if (kind == GridKernels.WEIGHTS) {
                    WeightGridKernels.takeMidRise(memory, to, range, bits);
                }
                if (kind != GridKernels.WEIGHTS) {
                    GridKernels.takeGrid(memory, to, range, bits, kind);
                }
            }
        }
    }

    /**
     * Gives out the losses and the widths. Record: place of the losses and successes, how many; then the widths' places in the state.
     *
     * @param count losses, successes and widths
     */
    public static void giveOutcome(float[] state, float[] memory, int[] table, float[] outcome, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int losses = table[at + 1];
            if (i < losses) {
                outcome[i] = memory[table[at] + i];
            }
            if (i >= losses) {
                outcome[i] = state[table[at + 2 + i - losses]];
            }
        }
    }

    /**
     * Gives out scores.
     *
     * @param from their place
     * @param count how many
     */
    public static void giveScores(float[] memory, float[] scores, int from, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            scores[i] = memory[from + i];
        }
    }

    /**
     * The optimiser: RAdam, or descent with momentum; {@code RectifiedAdam} and {@code MomentumDescent} have the formulas. Record:
     * gradients, first moments or velocities, second moments or which parameters are widths (1, else 0), rates (places in the state
     * but for the gradients'), place of five numbers: the rate, of RAdam over the correction of the first moments; the rectification
     * or 0; a number that is another's; the factors of gradient and velocity in a descent, the latter 0 in RAdam.
     *
     * @param count parameters
     */
    public static void updateParameters(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float gradient = memory[table[at] + i];
            int meanAt = table[at + 1] + i;
            int squareAt = table[at + 2] + i;
            int numbers = table[at + 4];
            float ofVelocity = memory[numbers + 4];
            if (ofVelocity > 0f) {
                float velocity = MOMENTUM * state[meanAt] + gradient;
                float direction = memory[numbers + 3] * gradient + ofVelocity * velocity;
                if (state[squareAt] > 0f) {
                    direction = velocity > 0f ? 1f : 0f;
                    direction = velocity < 0f ? -1f : direction;
                }
                state[meanAt] = velocity;
                state[i] = state[i] - memory[numbers] * state[table[at + 3] + i] * direction;
            } else {
                double g = gradient;
                double rate = memory[numbers];
                double rectification = memory[numbers + 1];
                float mean = (float) (BETA1 * state[meanAt] + (1 - BETA1) * g);
                float square = (float) (BETA2 * state[squareAt] + (1 - BETA2) * g * g);
                double direction = mean;
                if (rectification > 0) {
                    direction = mean * rectification / (Math.sqrt((double) square) + EPSILON);
                }
                state[meanAt] = mean;
                state[squareAt] = square;
                state[i] = state[i] - (float) (rate * state[table[at + 3] + i] * direction);
            }
        }
    }
}
