package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.Optimiser.Method;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimiserTest {
    private static final int PARAMETERS = 61;

    private static float[] noise(SplittableRandom random, int count) {
        float[] noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = (float) (random.nextGaussian() * Math.exp(4 * random.nextGaussian()));
        }
        return noise;
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Liu et al. 2020, algorithm 2, number by number, all in double; 61 parameters leave a rest for every vector length. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rectifiedAdamDoesWhatItsPaperSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double alpha = 0.01;
        double beta1 = 0.9;
        double beta2 = 0.999;
        RectifiedAdam adam = new RectifiedAdam(PARAMETERS);
        float[] values = noise(random, PARAMETERS);
        double[] theta = new double[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            theta[i] = values[i];
        }
        double[] m = new double[PARAMETERS];
        double[] v = new double[PARAMETERS];
        double longest = 2 / (1 - beta2) - 1;
        for (int t = 1; t <= 40; t++) {
            float[] gradient = noise(random, PARAMETERS);
            adam.update(values, gradient, ones(PARAMETERS), alpha, t - 1);
            double length = longest - 2 * t * Math.pow(beta2, t) / (1 - Math.pow(beta2, t));
            for (int i = 0; i < PARAMETERS; i++) {
                double g = gradient[i];
                m[i] = beta1 * m[i] + (1 - beta1) * g;
                v[i] = beta2 * v[i] + (1 - beta2) * g * g;
                double corrected = m[i] / (1 - Math.pow(beta1, t));
                if (length > 4.999) {
                    double l = Math.sqrt((1 - Math.pow(beta2, t)) / v[i]);
                    double r =
                            Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
                    theta[i] -= alpha * r * corrected * l;
                } else {
                    theta[i] -= alpha * corrected;
                }
            }
        }
        for (int i = 0; i < PARAMETERS; i++) {
            assertThat((double) values[i])
                    .as("parameter %d, seed %d", i, seed)
                    .isCloseTo(theta[i], Offset.offset(1e-5 * Math.max(1, Math.abs(theta[i]))));
        }
    }

    /** In a vector or in the rest behind them, alone or beside others: the same bits. */
    @Test
    void aParameterIsUpdatedAlikeWhereverItLies() {
        SplittableRandom random = new SplittableRandom(4);
        RectifiedAdam together = new RectifiedAdam(PARAMETERS);
        RectifiedAdam[] alone = new RectifiedAdam[PARAMETERS];
        float[] values = noise(random, PARAMETERS);
        float[][] single = new float[PARAMETERS][];
        for (int i = 0; i < PARAMETERS; i++) {
            alone[i] = new RectifiedAdam(1);
            single[i] = new float[] {values[i]};
        }
        for (int step = 0; step < 20; step++) {
            float[] gradient = noise(random, PARAMETERS);
            float[] rates = noise(random, PARAMETERS);
            together.update(values, gradient, rates, 0.003, step);
            for (int i = 0; i < PARAMETERS; i++) {
                alone[i].update(single[i], new float[] {gradient[i]}, new float[] {rates[i]}, 0.003, step);
                assertThat(values[i]).isEqualTo(single[i][0]);
            }
        }
    }

    /** By hand, g = 1 then 2, rate 0.1: v = 1, 2.9; w = -0.1 - 0.29. Nesterov: 1 + 0.9, 2 + 0.9 * 2.9 = 4.61. */
    @Test
    void momentumAddsUp() {
        assertThat(afterOneAndTwo(false)).isCloseTo(-0.39f, Offset.offset(1e-6f));
        assertThat(afterOneAndTwo(true)).isCloseTo(-0.19f - 0.461f, Offset.offset(1e-6f));
    }

    private static float afterOneAndTwo(boolean nesterov) {
        MomentumDescent descent = new MomentumDescent(new float[2], new int[0], nesterov);
        float[] values = new float[2];
        float[] rates = {1, 0};
        descent.update(values, new float[] {1, 1}, rates, 0.1, 0);
        descent.update(values, new float[] {2, 2}, rates, 0.1, 1);
        assertThat(values[1]).as("a rate of 0 holds a parameter").isZero();
        return values[0];
    }

    /**
     * Gradients a million times apart in size; 100 updates of at most 0.01 bits. RAdam's rectification, 0.83 after 2,000
     * updates, takes a part.
     */
    @ParameterizedTest
    @EnumSource(Method.class)
    void aWidthThatAlwaysFallsFallsAsFarAsItsRateSaysWhateverTheSizeOfTheLoss(Method method) {
        Graph graph = QuantisedGraph.of(Models.named("tiny", new Shape(8, 8, 1), 4));
        ParameterLayout layout = new ParameterLayout(graph);
        for (float size : new float[] {1e-3f, 1, 1e3f}) {
            Optimiser optimiser = Optimiser.of(method, layout);
            float[] values = new float[layout.parameterCount()];
            float[] gradient = new float[layout.parameterCount()];
            Arrays.fill(gradient, size);
            // RAdam begins with steps as large as the gradient, so these are left out.
            for (int step = 0; step < 2000; step++) {
                optimiser.update(values, gradient, new float[values.length], 0.01, step);
            }
            for (int step = 2000; step < 2100; step++) {
                optimiser.update(values, gradient, ones(values.length), 0.01, step);
            }
            for (Slice slice : layout.slices()) {
                if (slice.isBits()) {
                    assertThat(values[slice.offset()])
                            .as("%s with gradient %s", slice.name(), size)
                            .isBetween(-1.001f, -0.8f);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void anOptimiserGoesOnFromWhatAnotherRemembered(Method method) {
        ParameterLayout layout = new ParameterLayout(Models.named("tiny", new Shape(8, 8, 1), 4));
        SplittableRandom random = new SplittableRandom(9);
        float[] gradient = noise(random, layout.parameterCount());
        Optimiser first = Optimiser.of(method, layout);
        float[] values = noise(random, layout.parameterCount());
        for (int step = 0; step < 7; step++) {
            first.update(values, gradient, ones(values.length), 0.01, step);
        }
        Optimiser second = Optimiser.of(method, layout);
        for (int i = 0; i < first.memory().size(); i++) {
            float[] from = first.memory().get(i);
            System.arraycopy(from, 0, second.memory().get(i), 0, from.length);
        }
        float[] copy = values.clone();
        first.update(values, gradient, ones(values.length), 0.01, 7);
        second.update(copy, gradient, ones(values.length), 0.01, 7);
        assertThat(copy).isEqualTo(values);
    }
}
