package narrowband.training.kernels;

/**
 * A uniform grid of values {@code step * k}, {@code k} in {@code lowest..highest}, fed by clamping to
 * {@code [lower, upper]} and rounding half up (gdnsq 5.1).
 *
 * @param lower smallest value that passes unclamped, {@code 0} or {@code -q}
 * @param upper largest value that passes unclamped, {@code q - step}
 * @param lowest code of {@code lower}, at most 0
 * @param highest code of {@code upper}
 */
public record Grid(float step, float lower, float upper, int lowest, int highest) {}
