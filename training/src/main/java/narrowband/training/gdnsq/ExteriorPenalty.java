package narrowband.training.gdnsq;

import narrowband.training.gdnsq.CostModel.Term;

/**
 * The exterior-point penalty that pulls widths down until the budget and the caps are met (gdnsq 1.4, 5.2):
 * {@code R = max(0, cost/limit - 1) + mean_j max(0, b_j - cap_j)}. The multiplier, which grows, belongs to the schedule.
 *
 * @param cost what is limited
 * @param limit bit operations, above 0
 * @param weightCap the widest weights
 * @param activationCap the widest activations
 */
public record ExteriorPenalty(CostModel cost, double limit, double weightCap, double activationCap) {

    /** {@code R} for the widths in {@code values}; 0 where all constraints are met. */
    public double value(float[] values) {
        double caps = 0;
        for (Term term : cost.terms()) {
            caps += Math.max(0, values[term.weightBits()] - weightCap);
            caps += Math.max(0, values[term.activationBits()] - activationCap);
        }
        return Math.max(0, cost.cost(values) / limit - 1)
                + caps / (2 * cost.terms().size());
    }

    /** Adds {@code multiplier * dR/db} to the gradient of each width. */
    public void addGradient(float[] values, double multiplier, float[] gradient) {
        if (cost.cost(values) > limit) {
            cost.addGradient(values, multiplier / limit, gradient);
        }
        float each = (float) (multiplier / (2 * cost.terms().size()));
        for (Term term : cost.terms()) {
            if (values[term.weightBits()] > weightCap) {
                gradient[term.weightBits()] += each;
            }
            if (values[term.activationBits()] > activationCap) {
                gradient[term.activationBits()] += each;
            }
        }
    }
}
