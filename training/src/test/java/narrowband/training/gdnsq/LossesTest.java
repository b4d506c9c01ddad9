package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossesTest {
    private final Losses losses = new Losses(4);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void gradientsAreDifferences(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[12];
        float[] teacher = new float[12];
        int[] labels = {2, 0, 3};
        for (int i = 0; i < 12; i++) {
            scores[i] = (float) random.nextGaussian();
            teacher[i] = (float) random.nextGaussian();
        }
        float[] entropySlope = new float[12];
        float[] jeffreysSlope = new float[12];
        float[] unused = new float[12];
        losses.crossEntropy(scores, labels, 3, entropySlope);
        losses.jeffreys(scores, teacher, 3, jeffreysSlope);
        for (int i = 0; i < 12; i++) {
            float[] more = scores.clone();
            float[] less = scores.clone();
            more[i] += 1 / 512f;
            less[i] -= 1 / 512f;
            double h = more[i] - less[i];
            double entropy =
                    (losses.crossEntropy(more, labels, 3, unused) - losses.crossEntropy(less, labels, 3, unused)) / h;
            double jeffreys =
                    (losses.jeffreys(more, teacher, 3, unused) - losses.jeffreys(less, teacher, 3, unused)) / h;
            assertThat((double) entropySlope[i]).isCloseTo(entropy, Offset.offset(1e-5));
            assertThat((double) jeffreysSlope[i]).isCloseTo(jeffreys, Offset.offset(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({"JEFFREYS, 0.5", "FORWARD_KL, 0", "FORWARD_KL, 2", "NONE, 1"})
    void theGradientOfEveryObjectiveIsItsDifference(Objective.Distillation distillation, double labelWeight) {
        Objective objective = new Objective(distillation, labelWeight);
        SplittableRandom random = new SplittableRandom(7);
        float[] scores = new float[12];
        float[] teacher = new float[12];
        int[] labels = {1, 3, 0};
        for (int i = 0; i < 12; i++) {
            scores[i] = (float) random.nextGaussian();
            teacher[i] = (float) random.nextGaussian();
        }
        float[] slope = new float[12];
        losses.distil(objective, scores, teacher, labels, 3, slope);
        for (int i = 0; i < 12; i++) {
            float[] more = scores.clone();
            float[] less = scores.clone();
            more[i] += 1 / 512f;
            less[i] -= 1 / 512f;
            double difference = losses.distil(objective, more, teacher, labels, 3, new float[12])
                    - losses.distil(objective, less, teacher, labels, 3, new float[12]);
            assertThat((double) slope[i]).isCloseTo(difference / (more[i] - less[i]), Offset.offset(1e-5));
        }
    }

    @Test
    void jeffreysIsTheSumOfBothDivergences() {
        float[] one = {1, -0.5f, 0.25f, 2};
        float[] other = {0, 1.5f, -1, 0.5f};
        float[] unused = new float[4];
        double there = losses.forwardDivergence(one, other, 1, unused);
        double back = losses.forwardDivergence(other, one, 1, unused);
        assertThat(losses.jeffreys(one, other, 1, unused)).isCloseTo(there + back, Offset.offset(1e-9));
    }

    @Test
    void knownValuesComeOut() {
        // Equal scores over 4 classes: -log(1/4). Scores log 3, 0 against 0, 0: p = 3/4, 1/4 against 1/2, 1/2;
        // Jeffreys = sum (p - q) log(p / q) = 1/4 log(3/2) - 1/4 log(1/2) = 1/4 log 3.
        assertThat(losses.crossEntropy(new float[4], new int[] {1}, 1, new float[4]))
                .isCloseTo(Math.log(4), Offset.offset(1e-9));
        Losses two = new Losses(2);
        assertThat(two.jeffreys(new float[] {(float) Math.log(3), 0}, new float[2], 1, new float[2]))
                .isCloseTo(Math.log(3) / 4, Offset.offset(1e-6));
    }

    @Test
    void theFirstStepsOfRectifiedAdamGoAlongTheMeanGradient() {
        // While the variance is intractable (5 steps at beta2 = 0.999) a step is rate * mean; for a constant gradient,
        // rate * g.
        RectifiedAdam adam = new RectifiedAdam(2);
        float[] values = {1, 1};
        for (int step = 0; step < 5; step++) {
            adam.update(values, new float[] {0.5f, -2}, new float[] {1, 0}, 0.1, step);
        }
        assertThat(values[0]).isCloseTo(1 - 5 * 0.1f * 0.5f, Offset.offset(1e-5f));
        assertThat(values[1]).isEqualTo(1);
        // Much later a constant gradient moves a parameter by the rate itself, whatever the gradient's size.
        for (int step = 5; step < 20_000; step++) {
            adam.update(values, new float[] {0.5f, -2}, new float[] {1, 1}, 0, step);
        }
        float before = values[0];
        adam.update(values, new float[] {0.5f, -2}, new float[] {1, 1}, 0.1, 20_000);
        assertThat(values[0]).isCloseTo(before - 0.1f, Offset.offset(1e-3f));
    }
}
