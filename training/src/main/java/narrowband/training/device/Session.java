package narrowband.training.device;

import java.util.Map;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.StepNoise;

/** One network on a device. For use by one thread. */
public interface Session {
    /**
     * What one step does besides the loss.
     *
     * @param optimiser the moments, updated
     * @param step updates that came before
     * @param rate the learning rate
     * @param rates the factor on it for each parameter; 0 holds a parameter still
     * @param penalty what pulls widths down
     * @param multiplier its weight; 0 leaves it out
     * @param noise what is added to the gradients of steps
     */
    record Plan(
            Optimiser optimiser,
            long step,
            double rate,
            float[] rates,
            ExteriorPenalty penalty,
            double multiplier,
            StepNoise noise) {
        /** Without noise. */
        public Plan(
                Optimiser optimiser,
                long step,
                double rate,
                float[] rates,
                ExteriorPenalty penalty,
                double multiplier) {
            this(optimiser, step, rate, rates, penalty, multiplier, StepNoise.NONE);
        }
    }

    /**
     * What a step saw.
     *
     * @param loss mean over the batch, without the penalty
     * @param correct images whose largest score is at their label
     */
    record Outcome(double loss, int correct) {}

    /** Trains on a full batch. */
    Outcome step(Batch batch, Plan plan);

    /**
     * Brings parameters, statistics and moments up to date after steps. Until then, on a device with memory of its own, only the
     * widths are, and only they may be changed.
     */
    default void synchronise() {}

    /** Computes the class scores {@code [count, classes]} of the first {@code count} images, batch norm as learned. */
    void evaluate(Batch batch, int count, float[] scores);

    /**
     * Takes a full batch into the running statistics of batch norm, and changes nothing else.
     *
     * @param weight of this batch against what ran before, 0..1; {@code 1/(i+1)} for the i-th gives the plain mean
     */
    void observe(Batch batch, double weight);

    /**
     * The largest magnitude that each layer yielded in the last {@link #evaluate}, by layer. Batch norms and additions that an
     * activation follows at once may be missing.
     */
    Map<String, Float> maxima();

    /**
     * So many values, spread over images, places and channels, or all if there are fewer, of what a layer yielded in the last
     * {@link #evaluate}. Of two tensors of one shape, values of the same places.
     */
    float[] sample(String layer, int count);

    /** Gives back what it holds of the device; the parameters are then up to date. */
    default void close() {}
}
