package narrowband.training;

import narrowband.training.data.Augmentation;
import narrowband.training.data.BatchOrder;
import narrowband.training.data.DataSet;
import narrowband.training.data.ImageSet;
import narrowband.training.device.Batch;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.Losses;

/** Brings images to a session: the batches of an epoch in their seeded order, and whole sets for judging. */
final class ImageFeed {
    private final DataSet data;
    private final long seed;
    private final Batch batch;
    private int[] order = {};
    private int orderedEpoch = -1;

    ImageFeed(DataSet data, long seed, int batchSize) {
        this.data = data;
        this.seed = seed;
        this.batch = new Batch(batchSize, data.train().imageSize());
    }

    /** Full batches of an epoch; what is left over waits for another epoch's order. */
    int stepsPerEpoch() {
        return data.train().size() / batch.capacity();
    }

    /** Batch {@code step} of an epoch, augmented; overwritten by the next call. */
    Batch training(int epoch, int step) {
        return fill(epoch, step, data.augmentation());
    }

    /** As {@link #training}, the images as they are. */
    Batch plain(int epoch, int step) {
        return fill(epoch, step, Augmentation.NONE);
    }

    private Batch fill(int epoch, int step, Augmentation augmentation) {
        if (orderedEpoch != epoch) {
            order = BatchOrder.of(data.train().size(), seed, epoch);
            orderedEpoch = epoch;
        }
        for (int i = 0; i < batch.capacity(); i++) {
            int index = order[step * batch.capacity() + i];
            long variation = (seed * 31 + epoch) * 0x9E3779B97F4A7C15L + index;
            augmentation.write(
                    data.train(),
                    index,
                    variation,
                    batch.pixels(),
                    i * data.train().imageSize());
            batch.labels()[i] = data.train().labels()[index];
        }
        return batch;
    }

    /** The part of the images, 0..1, that the session's network classifies correctly. */
    double accuracy(Session session, ImageSet images) {
        int size = images.imageSize();
        float[] scores = new float[batch.capacity() * images.classes()];
        Losses losses = new Losses(images.classes());
        int correct = 0;
        for (int from = 0; from < images.size(); from += batch.capacity()) {
            int count = Math.min(batch.capacity(), images.size() - from);
            System.arraycopy(images.pixels(), from * size, batch.pixels(), 0, count * size);
            System.arraycopy(images.labels(), from, batch.labels(), 0, count);
            session.evaluate(batch, count, scores);
            correct += losses.correct(scores, batch.labels(), count);
        }
        return (double) correct / images.size();
    }
}
