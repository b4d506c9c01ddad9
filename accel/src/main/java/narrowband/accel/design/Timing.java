package narrowband.accel.design;

import java.util.List;

/**
 * When a unit accepts, works and emits: its processes, and the counters over which they wait for each other.
 *
 * @param counters the counters' values after reset
 */
public record Timing(List<Process> processes, List<Integer> counters) {
    public Timing {
        processes = List.copyOf(processes);
        counters = List.copyOf(counters);
    }

    static Timing of(Program program, int latency) {
        return new Timing(List.of(new Process("run", program, latency)), List.of());
    }

    /** The cycles that the unit needs for one image at least: the steps of its longest process. */
    public long cycles() {
        return processes.stream()
                .mapToLong(process -> process.program().steps())
                .max()
                .orElse(0);
    }
}
