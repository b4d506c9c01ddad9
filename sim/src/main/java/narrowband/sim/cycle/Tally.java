package narrowband.sim.cycle;

import java.util.stream.IntStream;
import narrowband.accel.design.Process;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Timeline.State;

/** Counts the cycles of a process by class. */
final class Tally {
    private final int inputs;
    private final int counters;
    private final int outputs;
    /** Busy, before, after; then by input port, by counter, by output port. */
    private final long[] cycles;

    Tally(int inputs, int counters, int outputs) {
        this.inputs = inputs;
        this.counters = counters;
        this.outputs = outputs;
        cycles = new long[3 + inputs + counters + outputs];
    }

    /** Why a step does not fire. */
    enum Pause {
        NONE(State.BUSY),
        BEFORE(State.IDLE_BEFORE),
        INPUT(State.WAITING_FOR_INPUT),
        COUNTER(State.WAITING_FOR_COUNTER),
        OUTPUT(State.BLOCKED_BY_OUTPUT),
        AFTER(State.IDLE_AFTER);

        final State state;

        Pause(State state) {
            this.state = state;
        }
    }

    /** Counts cycles in which steps fire. */
    void work(long count) {
        cycles[0] += count;
    }

    /** Whether no step has fired. */
    boolean isBefore() {
        return cycles[0] == 0;
    }

    /** Counts cycles in which none does. */
    void rest(Pause why, int port, long count) {
        switch (why) {
            case NONE -> throw new IllegalStateException("no pause to count");
            case BEFORE -> cycles[1] += count;
            case AFTER -> cycles[2] += count;
            case INPUT -> cycles[3 + port] += count;
            case COUNTER -> cycles[3 + inputs + port] += count;
            case OUTPUT -> cycles[3 + inputs + counters + port] += count;
        }
    }

    ProcessActivity activity(Unit unit, Process process, long all) {
        return new ProcessActivity(
                unit.name(),
                unit.layer(),
                process.name(),
                process.program().steps(),
                all,
                cycles[0],
                IntStream.range(0, inputs).mapToObj(i -> cycles[3 + i]).toList(),
                IntStream.range(0, counters)
                        .mapToObj(i -> cycles[3 + inputs + i])
                        .toList(),
                IntStream.range(0, outputs)
                        .mapToObj(i -> cycles[3 + inputs + counters + i])
                        .toList(),
                cycles[1],
                cycles[2]);
    }

    void save(Memo memo) {
        memo.put(cycles);
    }

    /** Whether the period since the memo began no sooner than the process. */
    boolean repeats(Memo memo) {
        boolean before = memo.get() == 0;
        memo.skip(cycles.length - 1);
        return before == isBefore();
    }

    void repeat(Memo memo, long times) {
        memo.extrapolate(cycles, times);
    }
}
