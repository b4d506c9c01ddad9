package narrowband.training.gdnsq;

/**
 * The exterior-point penalty that pulls widths down until the budget and the caps are met (gdnsq 1.4, 5.2):
 * {@code R = max(0, cost/limit - 1) + max(0, mean_i b_w,i / meanWeightBits - 1) + mean_j max(0, b_j - cap_j)}. The multiplier, which grows, belongs to the schedule.
 *
 * @param cost what is limited
 * @param limit the most that it may be, above 0
 * @param meanWeightBits the most that weights may have in the mean over layers
 * @param caps the widest that each width may be
 */
public record ExteriorPenalty(CostModel cost, double limit, double meanWeightBits, WidthCaps caps) {
    /** With the same caps everywhere. */
    public ExteriorPenalty(CostModel cost, double limit, double meanWeightBits, int weightCap, int activationCap) {
        this(cost, limit, meanWeightBits, WidthCaps.uniform(cost, weightCap, activationCap));
    }

    /** What to do with a width: where it lies, and its cap. */
    private interface WidthTask {
        void accept(int place, int cap);
    }

    private void forEachWidth(WidthTask task) {
        cost.weightWidths()
                .forEach((layer, place) -> task.accept(place, caps.weights().get(layer)));
        cost.activationWidths()
                .forEach((quantiser, place) ->
                        task.accept(place, caps.activations().get(quantiser)));
    }

    /** {@code R} for the widths in {@code values}; 0 where all constraints are met. */
    public double value(float[] values) {
        double[] over = new double[1];
        forEachWidth((place, cap) -> over[0] += Math.max(0, values[place] - cap));
        return Math.max(0, cost.cost(values) / limit - 1)
                + Math.max(0, cost.meanWeightBits(values) / meanWeightBits - 1)
                + over[0] / widths();
    }

    /** Whether the cost is within the budget. */
    boolean isAffordable(float[] values) {
        return cost.cost(values) <= limit;
    }

    /** Whether the weights are narrow enough in the mean. */
    boolean hasNarrowWeights(float[] values) {
        return cost.meanWeightBits(values) <= meanWeightBits;
    }

    /** Whether bit operations and mean width of weights are at most 1 % above what they may be. */
    public boolean isNearlyAffordable(float[] values) {
        return cost.cost(values) <= 1.01 * limit && cost.meanWeightBits(values) <= 1.01 * meanWeightBits;
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
        forEachWidth((place, cap) -> gradient[place] += values[place] > cap ? each : 0);
    }

    private int widths() {
        return cost.weightWidths().size() + cost.activationWidths().size();
    }
}
