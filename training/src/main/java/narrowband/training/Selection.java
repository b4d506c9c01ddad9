package narrowband.training;

import java.util.Map;
import narrowband.training.net.Parameters;

/**
 * The epoch of the fixed phase with the best accuracy on the held-out images, the last of equal ones: its parameters are what
 * the run yields. Test images play no part.
 *
 * <p>A run that starts from given weights holds out images that those weights may have been trained on, so that the accuracy is
 * higher than on new images. It still compares like with like: every epoch is judged on the same images, which this run has
 * not learned from.
 */
final class Selection {
    private static final String VALUES = "best.values";
    private static final String STATISTICS = "best.statistics";

    private float[] values = {};
    private float[] statistics = {};
    private int epoch;
    /** The first epoch that was as good. */
    private int since;

    private double accuracy = Double.NEGATIVE_INFINITY;

    /** Looks at an epoch that has ended. */
    void offer(TrainingHistory.Epoch candidate, Parameters parameters) {
        if (takes(candidate)) {
            values = parameters.values().clone();
            statistics = parameters.statistics().clone();
        }
    }

    private boolean takes(TrainingHistory.Epoch candidate) {
        if (candidate.phase() != Phase.FIXED || candidate.validationAccuracy() < accuracy) {
            return false;
        }
        if (candidate.validationAccuracy() > accuracy) {
            since = candidate.epoch();
        }
        accuracy = candidate.validationAccuracy();
        epoch = candidate.epoch();
        return true;
    }

    /** Whether so many epochs, the present one included, have not been better; never for a patience of 0. */
    boolean isExhausted(int present, int patience) {
        return patience > 0 && accuracy >= 0 && present - since >= patience;
    }

    /** The epoch that was best. */
    int epoch() {
        return epoch;
    }

    /** Gives a network the parameters of the best epoch. */
    void restore(Parameters parameters) {
        System.arraycopy(values, 0, parameters.values(), 0, values.length);
        System.arraycopy(statistics, 0, parameters.statistics(), 0, statistics.length);
    }

    /** Puts what is needed to go on, besides the history, into a checkpoint. */
    void keepIn(Map<String, float[]> arrays) {
        if (accuracy >= 0) {
            arrays.put(VALUES, values.clone());
            arrays.put(STATISTICS, statistics.clone());
        }
    }

    /** What {@link #keepIn} kept. */
    static Selection of(TrainingHistory history, Map<String, float[]> arrays) {
        Selection selection = new Selection();
        history.epochs().forEach(selection::takes);
        selection.values = arrays.getOrDefault(VALUES, selection.values);
        selection.statistics = arrays.getOrDefault(STATISTICS, selection.statistics);
        return selection;
    }
}
