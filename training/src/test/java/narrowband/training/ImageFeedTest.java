package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import narrowband.training.data.Augmentation;
import narrowband.training.data.DataSet;
import narrowband.training.data.ImageSet;
import org.junit.jupiter.api.Test;

class ImageFeedTest {
    private static final int BATCH = 8;

    private static DataSet data() {
        byte[] pixels = new byte[50 * 12 * 12];
        int[] labels = new int[50];
        new SplittableRandom(1).nextBytes(pixels);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i;
        }
        ImageSet images = new ImageSet(12, 12, 1, 50, pixels, labels);
        return new DataSet("noise", images, images, images, Augmentation.CROP_AND_FLIP);
    }

    /** What is made ready beside a step is what would have been made for it alone, in any order of asking. */
    @Test
    void aBatchDoesNotDependOnWhatWasAskedBefore() {
        ImageFeed inOrder = new ImageFeed(data(), 3, BATCH);
        Map<String, byte[]> pixels = new HashMap<>();
        Map<String, int[]> labels = new HashMap<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            for (int step = 0; step < inOrder.stepsPerEpoch(); step++) {
                var batch = inOrder.training(epoch, step);
                pixels.put(epoch + "/" + step, batch.pixels().clone());
                labels.put(epoch + "/" + step, batch.labels().clone());
            }
        }
        assertThat(inOrder.stepsPerEpoch()).isEqualTo(6);
        ImageFeed anyOrder = new ImageFeed(data(), 3, BATCH);
        SplittableRandom random = new SplittableRandom(2);
        for (int trial = 0; trial < 60; trial++) {
            int epoch = random.nextInt(3);
            int step = random.nextInt(6);
            if (random.nextBoolean()) {
                anyOrder.plain(random.nextInt(3), 0);
            }
            var batch = anyOrder.training(epoch, step);
            assertThat(batch.pixels()).isEqualTo(pixels.get(epoch + "/" + step));
            assertThat(batch.labels()).isEqualTo(labels.get(epoch + "/" + step));
        }
    }

    @Test
    void anEpochSeesNoImageTwice() {
        ImageFeed feed = new ImageFeed(data(), 3, BATCH);
        boolean[] seen = new boolean[50];
        for (int step = 0; step < 6; step++) {
            for (int label : feed.training(1, step).labels()) {
                assertThat(seen[label]).isFalse();
                seen[label] = true;
            }
        }
    }
}
