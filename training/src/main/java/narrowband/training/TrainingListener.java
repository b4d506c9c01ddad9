package narrowband.training;

import java.util.Map;

/** Hears how a run goes on. Called on the training thread; must return soon. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /**
     * Where a run is after a step.
     *
     * @param epoch from 0 over the whole run
     * @param epochs of the whole run
     * @param step finished steps of the epoch
     * @param steps of an epoch
     * @param loss mean over the epoch so far
     * @param accuracy 0..1, training images of the epoch so far
     * @param weightBits width of each layer's weights now; empty in floating point
     * @param activationBits width of each activation quantiser now
     * @param cost bit operations for one image; 0 in floating point
     * @param limit the budget
     */
    record Progress(
            Phase phase,
            int epoch,
            int epochs,
            int step,
            int steps,
            double loss,
            double accuracy,
            double learningRate,
            Map<String, Double> weightBits,
            Map<String, Double> activationBits,
            double cost,
            double limit) {}

    /** After every step. */
    default void stepDone(Progress progress) {}

    /** After every epoch. */
    default void epochDone(TrainingHistory.Epoch epoch) {}
}
