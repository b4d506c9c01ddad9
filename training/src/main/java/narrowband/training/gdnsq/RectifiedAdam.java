package narrowband.training.gdnsq;

import java.util.List;

/**
 * RAdam (Liu et al. 2020, algorithm 2) over one flat buffer: Adam whose adaptive part waits until its variance is tractable.
 * Kept as floats, computed as doubles. A plain loop, which the compiler turns into vectors: written with the Vector API it gives
 * the same bits in the same time.
 *
 * @param mean first moments
 * @param square second moments
 */
public record RectifiedAdam(float[] mean, float[] square) implements Optimiser {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    public RectifiedAdam(int parameters) {
        this(new float[parameters], new float[parameters]);
    }

    /**
     * What depends on the step only.
     *
     * @param correction what first moments are divided by
     * @param rectification the factor on the adaptive step, or 0 while its variance is not tractable
     */
    public record Factors(double correction, double rectification) {}

    /** The factors of a step, from 0. */
    public static Factors factors(long step) {
        double t = step + 1.0;
        double decay2 = Math.pow(BETA2, t);
        double longest = 2 / (1 - BETA2) - 1;
        double length = longest - 2 * t * decay2 / (1 - decay2);
        double rectification = length > 5
                ? Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
                        * Math.sqrt(1 - decay2)
                : 0;
        return new Factors(1 - Math.pow(BETA1, t), rectification);
    }

    @Override
    public void update(float[] values, float[] gradient, float[] rates, double rate, long step) {
        Factors factors = factors(step);
        double correction1 = factors.correction();
        double rectification = factors.rectification();
        for (int i = 0; i < values.length; i++) {
            float g = gradient[i];
            mean[i] = (float) (BETA1 * mean[i] + (1 - BETA1) * g);
            square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * g * g);
            double direction = mean[i] / correction1;
            if (rectification > 0) {
                direction *= rectification / (Math.sqrt(square[i]) + EPSILON);
            }
            values[i] -= (float) (rate * rates[i] * direction);
        }
    }

    @Override
    public List<float[]> memory() {
        return List.of(mean, square);
    }
}
