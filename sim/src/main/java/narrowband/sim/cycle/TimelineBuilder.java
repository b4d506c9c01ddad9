package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.accel.design.Program;
import narrowband.sim.cycle.RecentStates.Period;
import narrowband.sim.cycle.Timeline.Interval;
import narrowband.sim.cycle.Timeline.State;
import narrowband.sim.cycle.Timeline.Work;

/** Collects a process's {@link Timeline}: its states as they change, and periods that repeat themselves at once. */
final class TimelineBuilder {
    private static final State[] STATES = State.values();

    /** So many changes are kept of periods that were repeated, so that they can be repeated as part of longer ones. */
    private static final int RECALLED = 1 << 11;

    private final long grain;
    private final long[] parts;
    private final List<Work> works = new ArrayList<>();
    private int image;
    private int part;
    private long stepsOfPart;
    private long partSince;
    private final List<Interval> intervals = new ArrayList<>();
    private final long[] inGroup = new long[STATES.length];
    private State state;
    private long since;
    /** Null until somebody wants to repeat something. */
    private RecentStates recent;

    TimelineBuilder(long grain, Program program) {
        this.grain = grain;
        parts = program instanceof Program.Sequence sequence
                ? sequence.parts().stream().mapToLong(Program::steps).toArray()
                : new long[] {program.steps()};
    }

    /** From this cycle on. */
    void mark(State next, long cycle) {
        if (next != state) {
            if (recent != null) {
                recent.add(next, cycle);
            }
            change(next, cycle);
        }
    }

    private void change(State next, long cycle) {
        close(cycle);
        state = next;
    }

    /** The present place, for {@link #repeats} and {@link #repeat}; not before the first mark. */
    long place() {
        if (recent == null) {
            recent = new RecentStates();
            recent.add(state, since);
        }
        return recent.count();
    }

    /** Whether what happened since a place is still known. */
    boolean repeats(long place) {
        return recent.reach(place);
    }

    /**
     * Repeats what happened since a place.
     *
     * @param from the first cycle behind the place
     * @param until the cycle from which on it is repeated
     */
    void repeat(long place, long from, long until, long times) {
        Period period = recent.period(place, from, until);
        replay(period, until);
        long next = until + period.length();
        close(next);
        long steps = (times - 1) * period.cycles(State.BUSY);
        if (grain > 1 && (steps == 0 || stepsOfPart > 0 && stepsOfPart + steps < parts[part])) {
            stepsOfPart += steps;
            count(period, next + (times - 1) * period.length());
        } else {
            for (long i = 1; i < times; i++) {
                replay(period, until + i * period.length());
            }
        }
        if (times * period.changes() <= RECALLED) {
            for (long i = 0; i < times; i++) {
                for (int change = 0; change < period.changes(); change++) {
                    recent.add(period.state(change), until + i * period.length() + period.offset(change));
                }
            }
        } else {
            recent.breakOff();
        }
    }

    private void replay(Period period, long cycle) {
        for (int i = 0; i < period.changes(); i++) {
            if (period.state(i) != state) {
                change(period.state(i), cycle + period.offset(i));
            }
        }
    }

    /** Counts whole periods from the present cycle on, up to a cycle, group by group. */
    private void count(Period period, long until) {
        long[] counted = new long[STATES.length];
        long begin = since;
        while (since < until) {
            since = Math.min(until, (since / grain + 1) * grain);
            for (State each : STATES) {
                long cycles = period.cycles(each, since - begin);
                inGroup[each.ordinal()] += cycles - counted[each.ordinal()];
                counted[each.ordinal()] = cycles;
            }
            if (since % grain == 0) {
                flush();
            }
        }
    }

    /** Books the state up to, and without, a cycle. */
    private void close(long until) {
        if (state == State.BUSY) {
            work(until);
        }
        while (since < until) {
            long end = grain == 1 ? until : Math.min(until, (since / grain + 1) * grain);
            inGroup[state.ordinal()] += end - since;
            since = end;
            if (grain == 1 || end % grain == 0) {
                flush();
            }
        }
    }

    /** Books a step for each cycle up to, and without, a cycle. */
    private void work(long until) {
        long cycle = since;
        while (cycle < until) {
            if (stepsOfPart == 0) {
                partSince = cycle;
            }
            long steps = Math.min(until - cycle, parts[part] - stepsOfPart);
            stepsOfPart += steps;
            cycle += steps;
            if (stepsOfPart == parts[part]) {
                if (stepsOfPart > 0) {
                    works.add(new Work(image, part, partSince, cycle));
                }
                stepsOfPart = 0;
                part = (part + 1) % parts.length;
                image += part == 0 ? 1 : 0;
            }
        }
    }

    List<Work> works() {
        return works;
    }

    /** Ends a group of cycles that count as one. */
    private void flush() {
        State most = State.BUSY;
        long cycles = 0;
        for (State each : STATES) {
            cycles += inGroup[each.ordinal()];
            most = inGroup[each.ordinal()] > inGroup[most.ordinal()] ? each : most;
        }
        Arrays.fill(inGroup, 0);
        Interval last = intervals.isEmpty() ? null : intervals.getLast();
        if (last != null && last.state() == most) {
            intervals.set(intervals.size() - 1, new Interval(most, last.from(), since));
        } else {
            intervals.add(new Interval(most, since - cycles, since));
        }
    }

    List<Interval> build(long cycles) {
        close(cycles);
        if (intervals.isEmpty() || intervals.getLast().until() < cycles) {
            flush();
        }
        return intervals;
    }
}
