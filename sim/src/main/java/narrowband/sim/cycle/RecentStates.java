package narrowband.sim.cycle;

import java.util.Arrays;
import narrowband.sim.cycle.Timeline.State;

/** The last changes of a process's state: as far back as a period that repeats itself is looked for. */
final class RecentStates {
    /** Changes that are kept; a period of more is not found. */
    private static final int LENGTH = 1 << 14;

    private static final State[] STATES = State.values();

    private final long[] cycles = new long[LENGTH];
    private final byte[] states = new byte[LENGTH];
    private long count;
    /** Where what is known without a gap begins. */
    private long unbroken;

    /** From this cycle on. */
    void add(State state, long cycle) {
        int at = (int) (count % LENGTH);
        cycles[at] = cycle;
        states[at] = (byte) state.ordinal();
        count++;
    }

    /** How many changes there have been. */
    long count() {
        return count;
    }

    /** Says that between the last change and the next cycles went by that are not in here. */
    void breakOff() {
        unbroken = count;
    }

    /** Whether all is known since there were so many changes, at least one. */
    boolean reach(long since) {
        return since >= unbroken && count - since < LENGTH;
    }

    /**
     * What happened between two cycles.
     *
     * @param since how many changes there had been before the first
     */
    Period period(long since, long from, long until) {
        int changes = (int) (count - since);
        long[] offsets = new long[changes + 1];
        State[] during = new State[changes + 1];
        int size = 0;
        for (long i = since - 1; i < count; i++) {
            int at = (int) (i % LENGTH);
            long offset = Math.max(0, cycles[at] - from);
            // A change in the first cycle takes the place of what was before.
            size = size > 0 && offsets[size - 1] == offset ? size - 1 : size;
            offsets[size] = offset;
            during[size++] = STATES[states[at]];
        }
        return new Period(Arrays.copyOf(offsets, size), Arrays.copyOf(during, size), until - from);
    }

    /** States that follow each other again and again. */
    static final class Period {
        private final long[] offsets;
        private final State[] states;
        private final long length;
        /** By change and state, the cycles of the state before it; the last row is those of the whole period. */
        private final long[][] before;

        /** @param offsets of the changes, the first 0, ascending */
        Period(long[] offsets, State[] states, long length) {
            this.offsets = offsets;
            this.states = states;
            this.length = length;
            before = new long[states.length + 1][STATES.length];
            for (int i = 0; i < states.length; i++) {
                before[i + 1] = before[i].clone();
                before[i + 1][states[i].ordinal()] += (i + 1 < offsets.length ? offsets[i + 1] : length) - offsets[i];
            }
        }

        /** In cycles. */
        long length() {
            return length;
        }

        int changes() {
            return states.length;
        }

        State state(int change) {
            return states[change];
        }

        long offset(int change) {
            return offsets[change];
        }

        /** Cycles of a state in the whole period. */
        long cycles(State state) {
            return before[states.length][state.ordinal()];
        }

        /** Cycles of a state in the first cycles of periods that follow each other. */
        long cycles(State state, long first) {
            long within = first % length;
            int found = Arrays.binarySearch(offsets, within);
            int change = found >= 0 ? found : -found - 2;
            long part = before[change][state.ordinal()] + (states[change] == state ? within - offsets[change] : 0);
            return first / length * cycles(state) + part;
        }
    }
}
