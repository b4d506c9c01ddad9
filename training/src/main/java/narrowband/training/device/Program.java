package narrowband.training.device;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A fixed sequence of work on a batch. The batch is cut into chunks of images; what each chunk can do alone runs in
 * parallel, all consecutive such work on one chunk in one go while it is in the cache. What needs all chunks runs between.
 *
 * <p>The cut depends on the batch only and every sum over chunks runs in their order, so results are the same to the bit
 * for any number of threads.
 */
final class Program {
    /** Either a parallel stage or one on the calling thread. */
    private sealed interface Stage {}

    private record Parallel(ChunkTask[] tasks) implements Stage, ChunkTask {
        @Override
        public void run(int chunk, int worker) {
            for (ChunkTask task : tasks) {
                task.run(chunk, worker);
            }
        }
    }

    /** Tasks that touch nothing of each other. */
    private record Independent(Runnable[] tasks) implements Stage, ChunkTask {
        @Override
        public void run(int chunk, int worker) {
            tasks[chunk].run();
        }
    }

    private record Serial(Runnable task) implements Stage {}

    private final List<Stage> stages;

    private Program(List<Stage> stages) {
        this.stages = stages;
    }

    void run(Workers workers, int chunks) {
        for (int i = 0; i < stages.size(); i++) {
            switch (stages.get(i)) {
                case Parallel parallel -> workers.run(chunks, parallel);
                case Independent independent -> workers.run(independent.tasks.length, independent);
                case Serial serial -> serial.task.run();
            }
        }
    }

    static final class Builder {
        private final List<Runnable> before = new ArrayList<>();
        private final List<Stage> stages = new ArrayList<>();
        private final List<Runnable> alone = new ArrayList<>();
        private final List<Stage> after = new ArrayList<>();
        private final List<ChunkTask> open = new ArrayList<>();

        /** Work before everything else that needs no images, such as rounding weights; it may run beside other such work. */
        void first(Runnable task) {
            before.add(task);
        }

        /** Work on one chunk that needs only what the same chunk did before. */
        void onChunk(IntConsumer task) {
            open.add((chunk, worker) -> task.accept(chunk));
        }

        /** As {@link #onChunk(IntConsumer)}, for work that needs memory of its thread. */
        void onChunk(ChunkTask task) {
            open.add(task);
        }

        /** Work that needs all chunks. */
        void onAll(Runnable task) {
            close();
            stages.add(new Serial(task));
        }

        /** Work after all chunks that touches nothing of other such work, such as summing up the gradients of weights. */
        void lastAlone(Runnable task) {
            alone.add(task);
        }

        /** Work after everything else, in order. */
        void last(Runnable task) {
            after.add(new Serial(task));
        }

        private void close() {
            if (!open.isEmpty()) {
                stages.add(new Parallel(open.toArray(ChunkTask[]::new)));
                open.clear();
            }
        }

        private static void addIndependent(List<Stage> all, List<Runnable> tasks) {
            if (!tasks.isEmpty()) {
                all.add(new Independent(tasks.toArray(Runnable[]::new)));
            }
        }

        Program build() {
            close();
            List<Stage> all = new ArrayList<>();
            addIndependent(all, before);
            all.addAll(stages);
            addIndependent(all, alone);
            all.addAll(after);
            return new Program(List.copyOf(all));
        }
    }
}
