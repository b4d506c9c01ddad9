package narrowband.training;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import narrowband.training.data.Augmentation;
import narrowband.training.data.BatchOrder;
import narrowband.training.data.DataSet;
import narrowband.training.data.Images;
import narrowband.training.device.Batch;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.Losses;

/**
 * Brings images to a session: the batches of an epoch in their seeded order, and whole sets for judging. While a step works
 * on one training batch the next is made ready beside it. For use by one thread.
 */
final class ImageFeed {
    /** Which batch, of which epoch. */
    private record Place(int epoch, int step) {}

    /** The order of an epoch. */
    private record Order(int epoch, int[] indices) {}

    private final DataSet data;
    private final long seed;
    private final Batch[] training = new Batch[2];
    private final Batch plain;
    private volatile Order order = new Order(-1, new int[0]);
    /** The batch of {@link #training} that was handed out last. */
    private int current;

    private Place expected = new Place(-1, -1);
    private CompletableFuture<Void> coming = CompletableFuture.completedFuture(null);

    ImageFeed(DataSet data, long seed, int batchSize) {
        this.data = data;
        this.seed = seed;
        for (int i = 0; i < training.length; i++) {
            training[i] = new Batch(batchSize, data.train().imageSize());
        }
        this.plain = new Batch(batchSize, data.train().imageSize());
    }

    /** Full batches of an epoch; what is left over waits for another epoch's order. */
    int stepsPerEpoch() {
        return data.train().size() / plain.capacity();
    }

    /** Batch {@code step} of an epoch, augmented; overwritten by the call after the next. */
    Batch training(int epoch, int step) {
        Place place = new Place(epoch, step);
        try {
            coming.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        current = 1 - current;
        if (!place.equals(expected)) {
            fill(training[current], place, data.augmentation());
        }
        expected = step + 1 < stepsPerEpoch() ? new Place(epoch, step + 1) : new Place(epoch + 1, 0);
        Place next = expected;
        Batch batch = training[1 - current];
        coming = CompletableFuture.runAsync(() -> fill(batch, next, data.augmentation()));
        return training[current];
    }

    /** As {@link #training}, the images as they are; overwritten by the next call. */
    Batch plain(int epoch, int step) {
        fill(plain, new Place(epoch, step), Augmentation.NONE);
        return plain;
    }

    private void fill(Batch batch, Place place, Augmentation augmentation) {
        Images images = data.train();
        int[] indices = order(place.epoch);
        IntStream.range(0, batch.capacity()).parallel().forEach(i -> {
            int index = indices[place.step * batch.capacity() + i];
            long variation = (seed * 31 + place.epoch) * 0x9E3779B97F4A7C15L + index;
            images.writeVaried(index, augmentation, variation, batch.pixels(), i * images.imageSize());
            batch.labels()[i] = images.label(index);
        });
    }

    private int[] order(int epoch) {
        Order known = order;
        if (known.epoch != epoch) {
            known = new Order(epoch, BatchOrder.of(data.train().size(), seed, epoch));
            order = known;
        }
        return known.indices;
    }

    /** The part of the images, 0..1, that the session's network classifies correctly. */
    double accuracy(Session session, Images images) {
        int size = images.imageSize();
        float[] scores = new float[plain.capacity() * images.classes()];
        Losses losses = new Losses(images.classes());
        int correct = 0;
        for (int from = 0; from < images.size(); from += plain.capacity()) {
            int first = from;
            int count = Math.min(plain.capacity(), images.size() - from);
            IntStream.range(0, count).parallel().forEach(i -> {
                images.write(first + i, plain.pixels(), i * size);
                plain.labels()[i] = images.label(first + i);
            });
            session.evaluate(plain, count, scores);
            correct += losses.correct(scores, plain.labels(), count);
        }
        return (double) correct / images.size();
    }
}
