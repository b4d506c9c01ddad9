package narrowband.sim.cycle;

import java.util.Arrays;
import java.util.List;

/** Cycles in ascending order, in which something happened. Immutable. */
public final class CycleList {
    private final long[] cycles;

    private CycleList(long[] cycles) {
        this.cycles = cycles;
    }

    public static CycleList of(long... cycles) {
        return new CycleList(cycles.clone());
    }

    /** The cycles of all lists, one after the other. */
    static CycleList concatenation(List<CycleList> lists) {
        return new CycleList(
                lists.stream().flatMapToLong(list -> Arrays.stream(list.cycles)).toArray());
    }

    public int size() {
        return cycles.length;
    }

    public long at(int index) {
        return cycles[index];
    }

    public long first() {
        return cycles[0];
    }

    public long last() {
        return cycles[cycles.length - 1];
    }

    public long[] toArray() {
        return cycles.clone();
    }

    /** The cycles from one index on, up to before another. */
    public CycleList slice(int from, int to) {
        return new CycleList(Arrays.copyOfRange(cycles, from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CycleList that && Arrays.equals(cycles, that.cycles);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cycles);
    }

    @Override
    public String toString() {
        return Arrays.toString(cycles);
    }

    /** Collects cycles as they come. */
    static final class Builder {
        private long[] cycles = new long[64];
        private int size;

        void add(long cycle) {
            if (size == cycles.length) {
                cycles = Arrays.copyOf(cycles, 2 * size);
            }
            cycles[size++] = cycle;
        }

        /** Adds those from an index on again, so many times, each time later by a period. */
        void repeat(int from, long period, long times) {
            int length = size - from;
            int end = Math.toIntExact(size + length * times);
            if (end > cycles.length) {
                cycles = Arrays.copyOf(cycles, Math.max(end, 2 * cycles.length));
            }
            for (int i = size; i < end; i++) {
                cycles[i] = cycles[i - length] + period;
            }
            size = end;
        }

        int size() {
            return size;
        }

        CycleList build() {
            return new CycleList(Arrays.copyOf(cycles, size));
        }
    }
}
