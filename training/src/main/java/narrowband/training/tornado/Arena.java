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
    private long end = FIRST;

    /** A place for so many floats. */
    int take(long size) {
        long rounded = Math.ceilDiv(Math.max(1, size), ALIGNMENT) * ALIGNMENT;
        Deque<Integer> known = rounded > Integer.MAX_VALUE ? null : free.get((int) rounded);
        if (known != null && !known.isEmpty()) {
            return known.pop();
        }
        long place = end;
        end += rounded;
        if (end > Integer.MAX_VALUE - 16) {
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

    /** Floats that all places need. */
    int size() {
        return (int) end;
    }
}
