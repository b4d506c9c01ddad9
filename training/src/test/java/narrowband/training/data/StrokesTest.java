package narrowband.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrokesTest {
    @Test
    void theSameSeedDrawsTheSameImagesAndAnotherSeedOthers() {
        assertThat(new Strokes(7).train(50).pixels())
                .isEqualTo(new Strokes(7).train(50).pixels());
        assertThat(new Strokes(7).train(50).pixels())
                .isNotEqualTo(new Strokes(8).train(50).pixels());
    }

    @Test
    void anImageDoesNotDependOnHowManyAreDrawn() {
        assertThat(new Strokes(7).train(200).range(0, 50).pixels())
                .isEqualTo(new Strokes(7).train(50).pixels());
    }

    @Test
    void noTestImageIsATrainingImage() {
        ImageSet train = new Strokes(1).train(3000);
        ImageSet test = new Strokes(1).test(1000);
        Set<ByteBuffer> seen = new HashSet<>();
        for (int i = 0; i < train.size(); i++) {
            seen.add(ByteBuffer.wrap(train.pixels(), i * 784, 784));
        }
        for (int i = 0; i < test.size(); i++) {
            assertThat(seen).doesNotContain(ByteBuffer.wrap(test.pixels(), i * 784, 784));
        }
    }

    @Test
    void everyFigureIsDrawnAboutEquallyOften() {
        int[] counts = new int[Strokes.FIGURES.size()];
        for (int label : new Strokes(3).train(5000).labels()) {
            counts[label]++;
        }
        assertThat(counts).hasSize(10);
        for (int count : counts) {
            // Five standard deviations of a binomial with p = 1/10: 5 * sqrt(450) = 106.
            assertThat(count).isBetween(394, 606);
        }
    }

    /** Multinomial logistic regression on the pixels, by plain gradient descent until it has learned all it can. */
    @Test
    void aLinearClassifierStaysBelow80Percent() {
        ImageSet train = new Strokes(1).train(6000);
        ImageSet test = new Strokes(1).test(2000);
        float[][] weights = new float[10][785];
        for (int epoch = 0; epoch < 12; epoch++) {
            float rate = 0.02f / (1 + epoch / 3f);
            for (int i : BatchOrder.of(train.size(), 5, epoch)) {
                float[] x = features(train, i);
                double[] p = probabilities(weights, x);
                for (int c = 0; c < 10; c++) {
                    float slope = (float) (rate * ((c == train.labels()[i] ? 1 : 0) - p[c]));
                    for (int d = 0; d < 785; d++) {
                        weights[c][d] += slope * x[d];
                    }
                }
            }
        }
        double trained = accuracy(weights, train);
        double tested = accuracy(weights, test);
        assertThat(tested)
                .as("on test images; %.3f on training images", trained)
                .isBetween(0.2, 0.8);
    }

    private static float[] features(ImageSet images, int index) {
        float[] x = new float[785];
        for (int d = 0; d < 784; d++) {
            x[d] = (images.pixels()[index * 784 + d] & 0xff) / 255f;
        }
        x[784] = 1;
        return x;
    }

    private static double[] probabilities(float[][] weights, float[] x) {
        double[] p = new double[10];
        double sum = 0;
        for (int c = 0; c < 10; c++) {
            float score = 0;
            for (int d = 0; d < 785; d++) {
                score += weights[c][d] * x[d];
            }
            p[c] = Math.exp(score);
            sum += p[c];
        }
        for (int c = 0; c < 10; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private static double accuracy(float[][] weights, ImageSet images) {
        int correct = 0;
        for (int i = 0; i < images.size(); i++) {
            double[] p = probabilities(weights, features(images, i));
            int best = 0;
            for (int c = 1; c < 10; c++) {
                best = p[c] > p[best] ? c : best;
            }
            correct += best == images.labels()[i] ? 1 : 0;
        }
        return (double) correct / images.size();
    }
}
