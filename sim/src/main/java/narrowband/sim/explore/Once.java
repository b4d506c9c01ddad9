package narrowband.sim.explore;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Values that are worked out once for each key, whoever asks first; others wait. Threads may share it. */
final class Once<K, V> {
    private final Map<K, FutureTask<V>> known = new ConcurrentHashMap<>();

    /** The key's value; what the working out throws, every time that it is asked for. */
    V get(K key, Supplier<V> value) {
        FutureTask<V> task = known.computeIfAbsent(key, _ -> new FutureTask<>(value::get));
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another thread's work was waited for", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Keys so far. */
    int size() {
        return known.size();
    }
}
