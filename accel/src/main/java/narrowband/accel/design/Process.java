package narrowband.accel.design;

/**
 * One thread of control in a unit, and the timing contract of every unit.
 *
 * <p>A process runs its program again and again, one step a cycle at most, in front of a pipeline of {@code latency}
 * stages. In each cycle, from the state at the cycle's start:
 *
 * <ol>
 *   <li>The process is <i>blocked</i> if the word in the pipeline's last stage is for a channel that is full; then nothing
 *       in it moves.
 *   <li>Otherwise the word in the last stage, if there is one, goes into its channels and every stage moves on by one.
 *   <li>If not blocked, the next step <i>fires</i> when every channel that it reads holds a word and every counter holds
 *       what the step needs. It takes the words and enters the first stage, carrying a word if it writes. Otherwise the
 *       first stage gets a bubble: the process <i>waits</i>.
 * </ol>
 *
 * A step that fires in cycle {@code t} and is never blocked puts its word into the channel in cycle {@code t + latency}; the
 * consumer can take it from cycle {@code t + latency + 1} on. Counter changes take effect when the step fires and are seen
 * from the next cycle on.
 *
 * @param name what the process does, for reports: {@code fill}, {@code walk}, {@code compute}
 * @param program the steps of one image
 * @param latency pipeline stages between a step and its word; at least 1
 */
public record Process(String name, Program program, int latency) {
    public Process {
        if (latency < 1) {
            throw new IllegalArgumentException("a process has at least one pipeline stage");
        }
    }
}
