package narrowband.training.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Memory for tensors that live only for a part of a pass. A plan is made once: in the order of the pass, every tensor is taken
 * before it is written and released after it was read last, and what is released serves a later tensor of the same size. Of the
 * same size only: then chunk for chunk of the batch lies at the same place, and chunks may be at different layers at a time.
 */
final class BufferPool {
    private final Map<Integer, Deque<float[]>> free = new HashMap<>();
    private final Map<float[], Integer> holders = new IdentityHashMap<>();

    /** A buffer with one holder; its content is anything. */
    float[] take(int size) {
        Deque<float[]> fitting = free.getOrDefault(size, new ArrayDeque<>());
        float[] buffer = fitting.isEmpty() ? new float[size] : fitting.pop();
        holders.put(buffer, 1);
        return buffer;
    }

    /** Adds a holder. */
    float[] share(float[] buffer) {
        holders.merge(buffer, 1, Integer::sum);
        return buffer;
    }

    /** Takes a holder away. */
    void release(float[] buffer) {
        if (holders.merge(buffer, -1, Integer::sum) == 0) {
            free.computeIfAbsent(buffer.length, size -> new ArrayDeque<>()).push(buffer);
        }
    }

    /** Whether there is but one holder, who may write over what is there. */
    boolean isAlone(float[] buffer) {
        return holders.get(buffer) == 1;
    }
}
