package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.accel.design.Program;

/**
 * What a process did when. The intervals follow each other without a gap, from cycle 0 to the simulation's end; neighbours
 * differ in their state.
 *
 * @param grain cycles that were looked at together, each such group counting as what it was most of; 1 where every cycle is exact
 * @param works which image's steps it made when, exact whatever the grain
 */
public record Timeline(
        String unit, String layer, String process, long grain, List<Interval> intervals, List<Work> works) {
    public Timeline {
        intervals = List.copyOf(intervals);
        works = List.copyOf(works);
    }

    /** What a process does with a cycle; the classes of {@link ProcessActivity}. */
    public enum State {
        BUSY,
        WAITING_FOR_INPUT,
        WAITING_FOR_COUNTER,
        BLOCKED_BY_OUTPUT,
        IDLE_BEFORE,
        IDLE_AFTER
    }

    /**
     * @param from the first cycle
     * @param until the cycle behind the last
     */
    public record Interval(State state, long from, long until) {
        public long cycles() {
            return until - from;
        }
    }

    /**
     * A part of the program's sequence (such as a shared engine's pass; a program that is no sequence is one part) for one image.
     *
     * @param image index in the stream
     * @param part index in the sequence; parts without steps are left out
     * @param from the cycle of its first step
     * @param until the cycle behind its last step
     */
    public record Work(int image, int part, long from, long until) {}

    /** Collects states as they change. */
    static final class Builder {
        private final long grain;
        private final long[] parts;
        private final List<Work> works = new ArrayList<>();
        private int image;
        private int part;
        private long stepsOfPart;
        private long partSince;
        private final List<Interval> intervals = new ArrayList<>();
        private final long[] inGroup = new long[State.values().length];
        private State state;
        private long since;

        Builder(long grain, Program program) {
            this.grain = grain;
            parts = program instanceof Program.Sequence sequence
                    ? sequence.parts().stream().mapToLong(Program::steps).toArray()
                    : new long[] {program.steps()};
        }

        /** From this cycle on. */
        void mark(State next, long cycle) {
            if (next != state) {
                close(cycle);
                state = next;
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
            for (State each : State.values()) {
                cycles += inGroup[each.ordinal()];
                most = inGroup[each.ordinal()] > inGroup[most.ordinal()] ? each : most;
            }
            Arrays.fill(inGroup, 0);
            Interval last = intervals.isEmpty() ? null : intervals.getLast();
            if (last != null && last.state == most) {
                intervals.set(intervals.size() - 1, new Interval(most, last.from, since));
            } else {
                intervals.add(new Interval(most, since - cycles, since));
            }
        }

        List<Interval> build(long cycles) {
            close(cycles);
            if (intervals.isEmpty() || intervals.getLast().until < cycles) {
                flush();
            }
            return intervals;
        }
    }
}
