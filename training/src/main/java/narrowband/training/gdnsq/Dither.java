package narrowband.training.gdnsq;

/**
 * Noise on the gradients of all steps (gdnsq 1.3): {@code dL/ds = sum g (e + s r)} over the weights of a channel or the values of
 * a tensor, those that clamp included, with {@code r = +-magnitude}, drawn anew for each of them in each step. It has the mean 0,
 * so that the rounding errors {@code e} still lead.
 */
public enum Dither {
    /** {@code r = 0}: as LSQ has it. */
    NONE(0),
    /** {@code r = +-1/2}, as in the code with which the method was published. */
    FAIR_COIN(0.5),
    /** {@code r = +-1/(2 sqrt 3)}, of variance 1/12 like uniform rounding noise, as in the authors' later code. */
    UNIFORM_VARIANCE(1 / (2 * Math.sqrt(3)));

    private final double magnitude;

    Dither(double magnitude) {
        this.magnitude = magnitude;
    }

    /** {@code |r|}. */
    public double magnitude() {
        return magnitude;
    }
}
