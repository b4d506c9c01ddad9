package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/** What comes in and goes out in a step, and the optimiser over the flat buffer. */
public final class UpdateKernels {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private UpdateKernels() {}

    /**
     * Pixel codes, each worth 1/256.
     *
     * @param to place of the image's tensor
     * @param count pixels of the batch
     */
    public static void takePixels(byte[] pixels, float[] memory, int to, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float code = pixels[i];
            // TornadoVM 5.2 drops a mask of 255 on a byte, and keeps its sign.
            memory[to + i] = (code < 0f ? code + 256f : code) * (1 / 256f);
        }
    }

    /**
     * Takes in the numbers of a step.
     *
     * @param to their place
     * @param count how many
     */
    public static void takeInputs(float[] inputs, float[] memory, int to, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            memory[to + i] = inputs[i];
        }
    }

    /**
     * Gives out numbers.
     *
     * @param from their place
     * @param count how many
     */
    public static void giveOutputs(float[] memory, float[] outputs, int from, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            outputs[i] = memory[from + i];
        }
    }

    /**
     * Puts the widths that came in to their places. Record: place of the widths; then their places in the state.
     *
     * @param count widths
     */
    public static void takeWidths(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            state[table[at + 1 + i]] = memory[table[at] + i];
        }
    }

    /**
     * Gathers the widths to give them out. Record as that of {@link #takeWidths}.
     *
     * @param count widths
     */
    public static void giveWidths(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            memory[table[at] + i] = state[table[at + 1 + i]];
        }
    }

    /**
     * Adds the penalty's gradient. Record: its place, place of the gradients of all parameters; then the widths' places.
     *
     * @param count widths
     */
    public static void addPenalty(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int place = table[at + 1] + table[at + 2 + i];
            memory[place] = memory[place] + memory[table[at] + i];
        }
    }

    /**
     * RAdam; {@code RectifiedAdam} has the formulas. Record: gradients, first moments, second moments, rates (places in the
     * state but for the gradients'), place of two numbers: the rate over the correction of the first moments, and the rectification
     * or 0.
     *
     * @param count parameters
     */
    public static void updateParameters(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            double g = memory[table[at] + i];
            int meanAt = table[at + 1] + i;
            int squareAt = table[at + 2] + i;
            double rate = memory[table[at + 4]];
            double rectification = memory[table[at + 4] + 1];
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
