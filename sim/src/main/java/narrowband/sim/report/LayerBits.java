package narrowband.sim.report;

/**
 * Widths at a layer with weights, in bits. During training they are real numbers that fall; in the integer network they are
 * whole.
 *
 * @param weights of its weights
 * @param activations of the activations that it takes in
 */
public record LayerBits(double weights, double activations) {}
