package narrowband.sim.cycle;

import java.util.Arrays;

/** The state of a simulation at the start of a cycle, as numbers in the order in which its parts put them in. */
final class Memo {
    private long[] values = new long[256];
    private int size;
    private int at;
    private long cycle;

    /** Begins a new one. */
    void begin(long newCycle) {
        size = 0;
        cycle = newCycle;
    }

    /** Begins to read it. */
    void rewind() {
        at = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The cycle at whose start it was made. */
    long cycle() {
        return cycle;
    }

    void put(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    void put(long[] more) {
        for (long value : more) {
            put(value);
        }
    }

    long get() {
        return values[at++];
    }

    void skip(int count) {
        at += count;
    }

    /** Adds to each value what it has grown by since, so many times. */
    void extrapolate(long[] now, long times) {
        for (int i = 0; i < now.length; i++) {
            now[i] += times * (now[i] - get());
        }
    }

    /**
     * How often a time in the past can be repeated that was {@code get()} then: as often as one likes, if it is the same distance
     * away or the same time.
     */
    boolean repeatsPast(long time, long now) {
        long then = get();
        return time == then || now - time == cycle - then;
    }

    /**
     * How often the period since can be repeated as far as a time is concerned until which something lasts; 0 if not once. One
     * that has come is none.
     */
    long repeatsFuture(long time, long now) {
        long then = get();
        if (then <= cycle && time <= now || time - now == then - cycle) {
            return Long.MAX_VALUE;
        }
        return time == then ? Math.max(0, (time - 1 - now) / (now - cycle)) : 0;
    }

    /** A time after repetition: moved where it moved with the cycles since, the same where it stayed. */
    long repeat(long time, long now, long times) {
        return time == get() ? time : time + times * (now - cycle);
    }
}
