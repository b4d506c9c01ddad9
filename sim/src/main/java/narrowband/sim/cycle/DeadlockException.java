package narrowband.sim.cycle;

import java.util.List;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;

/** The accelerator stands still with work left, which a FIFO that is too shallow for its network can bring about. */
public final class DeadlockException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    private final long cycle;
    private final transient List<Wait> waits;

    /**
     * One process that cannot go on.
     *
     * @param process the unit and process, {@code conv1_mvu.run}
     * @param reason what it waits for, in words
     */
    public record Wait(String process, String reason) {}

    /**
     * The standstill of a simulation.
     *
     * @param cycle the first in which nothing moves
     * @param waits the processes that wait for each other
     */
    public DeadlockException(long cycle, List<Wait> waits) {
        super("The accelerator stands still in cycle %d: %s. Give the full FIFOs among them more depth."
                .formatted(
                        cycle,
                        waits.stream()
                                .map(wait -> wait.process() + " waits " + wait.reason())
                                .collect(Collectors.joining("; "))));
        this.cycle = cycle;
        this.waits = List.copyOf(waits);
    }

    /** The first cycle in which nothing moves. */
    public long cycle() {
        return cycle;
    }

    /** The processes that wait for each other, each for the next, the last for the first. */
    public List<Wait> waits() {
        return waits;
    }
}
