package narrowband.training.tornado;

/**
 * The arrays of a session, each a buffer on the device.
 *
 * @param state what outlives a step: parameters, statistics, moments, rates, and the teacher's parameters and statistics
 * @param memory everything that a step computes
 * @param table the tasks' records
 * @param pixels of a batch, sent before each call
 * @param inputs numbers of a step, sent before each call
 * @param outcome what a training step gives back
 * @param scores what an evaluation gives back
 */
record Buffers(
        float[] state, float[] memory, int[] table, byte[] pixels, float[] inputs, float[] outcome, float[] scores) {
    /** The same but for the state. */
    Buffers with(float[] other) {
        return new Buffers(other, memory, table, pixels, inputs, outcome, scores);
    }
}
