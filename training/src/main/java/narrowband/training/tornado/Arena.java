package narrowband.training.tornado;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import narrowband.accel.InvalidInputException;

/** Places in one array of floats, taken and given back while a program is planned. */
final class Arena {
    /** TornadoVM puts 16 bytes before an array's first element; places begin at multiples of 128 bytes behind them. */
    private static final int FIRST = 28;

    private static final int ALIGNMENT = 32;

    private final Map<Integer, Deque<Integer>> free = new HashMap<>();
    /** The end of the array that all arenas of it share. */
    private final long[] end;

    Arena() {
        this(new long[] {FIRST});
    }

    private Arena(long[] end) {
        this.end = end;
    }

    /** Another one in the same array: what is given back to one of them is never taken from the other. */
    Arena beside() {
        return new Arena(end);
    }

    /** A place for so many floats. */
    int take(long size) {
        long rounded = Math.ceilDiv(Math.max(1, size), ALIGNMENT) * ALIGNMENT;
        Deque<Integer> known = rounded > Integer.MAX_VALUE ? null : free.get((int) rounded);
        if (known != null && !known.isEmpty()) {
            return known.pop();
        }
        long place = end[0];
        end[0] += rounded;
        if (end[0] > Integer.MAX_VALUE - 16) {
            throw new InvalidInputException(
                    "--device tornado: a batch of this size needs more than %,d numbers on the device, and one array can hold no more; give a smaller --batch."
                            .formatted(Integer.MAX_VALUE));
        }
        return (int) place;
    }

    /** Gives a place back to whoever asks next for the same size. */
    void release(int place, long size) {
        int rounded = (int) (Math.ceilDiv(Math.max(1, size), ALIGNMENT) * ALIGNMENT);
        free.computeIfAbsent(rounded, _ -> new ArrayDeque<>()).push(place);
    }

    /** Floats that all places of the array need. */
    int size() {
        return (int) end[0];
    }
}
