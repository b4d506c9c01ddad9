package narrowband.training.gdnsq;

import java.util.List;

/**
 * Stochastic gradient descent with momentum {@code mu = 0.9}: {@code v = mu v + g}, {@code w -= rate v}, or with Nesterov's
 * momentum {@code w -= rate (g + mu v)} (Sutskever et al. 2013, as PyTorch writes it).
 *
 * <p>Widths are the exception. How fast they may fall is said in bits a step (gdnsq 1.5), which RAdam keeps because it divides
 * by the gradient's size; here they step by the sign of their velocity alone (signSGD with momentum, Bernstein et al. 2018),
 * so that the same rates bound them as tightly, whatever the size of the loss.
 *
 * @param velocity {@code v}
 * @param widths where widths lie among the parameters
 * @param nesterov whether the gradient is looked at from where the velocity leads
 */
public record MomentumDescent(float[] velocity, int[] widths, boolean nesterov) implements Optimiser {
    private static final float MOMENTUM = 0.9f;

    /** The factor of the gradient in a step. */
    public float gradientFactor() {
        return nesterov ? 1 : 0;
    }

    /** The factor of the velocity in a step. */
    public float velocityFactor() {
        return nesterov ? MOMENTUM : 1;
    }

    @Override
    public void update(float[] values, float[] gradient, float[] rates, double rate, long step) {
        float[] kept = new float[widths.length];
        for (int i = 0; i < widths.length; i++) {
            kept[i] = values[widths[i]];
        }
        float factor = (float) rate;
        float now = gradientFactor();
        float before = velocityFactor();
        for (int i = 0; i < values.length; i++) {
            float v = MOMENTUM * velocity[i] + gradient[i];
            velocity[i] = v;
            values[i] -= factor * rates[i] * (now * gradient[i] + before * v);
        }
        for (int i = 0; i < widths.length; i++) {
            int width = widths[i];
            values[width] = kept[i] - factor * rates[width] * Math.signum(velocity[width]);
        }
    }

    @Override
    public List<float[]> memory() {
        return List.of(velocity);
    }
}
