package narrowband.training.gdnsq;

/**
 * The exterior-point penalty that pulls widths down until the budget and the caps are met (gdnsq 1.4, 5.2):
 * {@code R = max(0, cost/limit - 1) + max(0, mean_i b_w,i / meanWeightBits - 1) + mean_j max(0, b_j - cap_j)}. The multiplier, which grows, belongs to the schedule.
 *
 * @param cost what is limited
 * @param limit bit operations, above 0
 * @param meanWeightBits the most that weights may have in the mean over layers
 * @param weightCap the widest weights
 * @param activationCap the widest activations
 */
public record ExteriorPenalty(
        CostModel cost, double limit, double meanWeightBits, double weightCap, double activationCap) {

    /** {@code R} for the widths in {@code values}; 0 where all constraints are met. */
    public double value(float[] values) {
        double caps = 0;
        for (int place : cost.weightWidths().values()) {
            caps += Math.max(0, values[place] - weightCap);
        }
        for (int place : cost.activationWidths().values()) {
            caps += Math.max(0, values[place] - activationCap);
        }
        return Math.max(0, cost.cost(values) / limit - 1)
                + Math.max(0, cost.meanWeightBits(values) / meanWeightBits - 1)
                + caps / widths();
    }

    /** Whether the bit operations are within the budget. */
    boolean isAffordable(float[] values) {
        return cost.cost(values) <= limit;
    }

    /** Whether the weights are narrow enough in the mean. */
    boolean hasNarrowWeights(float[] values) {
        return cost.meanWeightBits(values) <= meanWeightBits;
    }

    /** Adds {@code multiplier * dR/db} to the gradient of each width. */
    public void addGradient(float[] values, double multiplier, float[] gradient) {
        if (cost.cost(values) > limit) {
            cost.addGradient(values, multiplier / limit, gradient);
        }
        if (cost.meanWeightBits(values) > meanWeightBits) {
            float share =
                    (float) (multiplier / (meanWeightBits * cost.weightWidths().size()));
            for (int place : cost.weightWidths().values()) {
                gradient[place] += share;
            }
        }
        float each = (float) (multiplier / widths());
        for (int place : cost.weightWidths().values()) {
            gradient[place] += values[place] > weightCap ? each : 0;
        }
        for (int place : cost.activationWidths().values()) {
            gradient[place] += values[place] > activationCap ? each : 0;
        }
    }

    private int widths() {
        return cost.weightWidths().size() + cost.activationWidths().size();
    }
}
