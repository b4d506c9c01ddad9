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

    private record Parallel(IntConsumer[] tasks) implements Stage, IntConsumer {
        @Override
        public void accept(int chunk) {
            for (IntConsumer task : tasks) {
                task.accept(chunk);
            }
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
                case Serial serial -> serial.task.run();
            }
        }
    }

    static final class Builder {
        private final List<Stage> before = new ArrayList<>();
        private final List<Stage> stages = new ArrayList<>();
        private final List<Stage> after = new ArrayList<>();
        private final List<IntConsumer> open = new ArrayList<>();

        /** Work before everything else that needs no images, such as rounding weights. */
        void first(Runnable task) {
            before.add(new Serial(task));
        }

        /** Work on one chunk that needs only what the same chunk did before. */
        void onChunk(IntConsumer task) {
            open.add(task);
        }

        /** Work that needs all chunks. */
        void onAll(Runnable task) {
            close();
            stages.add(new Serial(task));
        }

        /** Work after everything else, such as summing up the gradients of weights. */
        void last(Runnable task) {
            after.add(new Serial(task));
        }

        private void close() {
            if (!open.isEmpty()) {
                stages.add(new Parallel(open.toArray(IntConsumer[]::new)));
                open.clear();
            }
        }

        Program build() {
            close();
            List<Stage> all = new ArrayList<>(before);
            all.addAll(stages);
            all.addAll(after);
            return new Program(List.copyOf(all));
        }
    }
}
