package narrowband.hdl.simulation;

import java.util.function.Predicate;

/**
 * What of a run is written as waves, and with what times. Few signals and a window of cycles keep the waves of a million cycles small.
 *
 * @param signals which hierarchical names ({@code instance.signal})
 * @param firstCycle the first cycle that is written
 * @param lastCycle the last cycle that is written
 * @param scope the name of the outermost scope
 * @param timescale the unit of time, as VCD has it: 1, 10 or 100 and s, ms, us, ns, ps or fs
 * @param period the time of a cycle in that unit; clocks rise at its start and fall in its middle
 */
public record WaveOptions(
        Predicate<String> signals, long firstCycle, long lastCycle, String scope, String timescale, long period) {
    private static final long USUAL_PERIOD = 10;

    /**
     * Options.
     *
     * @throws IllegalArgumentException where the period has no middle, the window no cycle, or the unit of time is none
     */
    public WaveOptions {
        if (period < 2) {
            throw new IllegalArgumentException("a wave period of " + period + ": it must be at least 2");
        }
        if (firstCycle < 0 || lastCycle < firstCycle) {
            throw new IllegalArgumentException("waves from cycle " + firstCycle + " to cycle " + lastCycle);
        }
        if (!timescale.matches("10{0,2} ?([munpf]?s)")) {
            throw new IllegalArgumentException("wave timescale \"" + timescale + "\": say, for example, 1ns");
        }
    }

    /** Every signal of every cycle; 10 ns for a cycle. */
    public static WaveOptions everything() {
        return new WaveOptions(name -> true, 0, Long.MAX_VALUE, "top", "1ns", USUAL_PERIOD);
    }

    /** Only signals whose hierarchical name {@code chosen} accepts. */
    public WaveOptions signals(Predicate<String> chosen) {
        return new WaveOptions(chosen, firstCycle, lastCycle, scope, timescale, period);
    }

    /** Only what lies in the instance with this hierarchical name, at any depth. */
    public WaveOptions within(String instance) {
        return signals(name -> name.startsWith(instance + "."));
    }

    /** Only these cycles, both included. */
    public WaveOptions cycles(long first, long last) {
        return new WaveOptions(signals, first, last, scope, timescale, period);
    }

    /** With {@code name} for the outermost scope. */
    public WaveOptions scope(String name) {
        return new WaveOptions(signals, firstCycle, lastCycle, name, timescale, period);
    }

    /** With this unit of time, and so many units to a cycle. */
    public WaveOptions time(String unit, long cycle) {
        return new WaveOptions(signals, firstCycle, lastCycle, scope, unit, cycle);
    }
}
