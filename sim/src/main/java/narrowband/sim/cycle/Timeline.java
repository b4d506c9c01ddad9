package narrowband.sim.cycle;

import java.util.List;

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
}
