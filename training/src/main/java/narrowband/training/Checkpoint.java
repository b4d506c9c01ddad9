package narrowband.training;

import java.util.List;

/**
 * Everything that a run needs to go on as if it had never stopped.
 *
 * @param state where the run is
 * @param arrays the floating-point network's values and statistics, the quantised network's, and the optimiser's two
 *     moments; those that do not exist yet are empty
 */
public record Checkpoint(State state, List<float[]> arrays) {
    /** How many arrays there are. */
    public static final int ARRAYS = 6;

    public Checkpoint {
        if (arrays.size() != ARRAYS) {
            throw new IllegalArgumentException("a checkpoint has %d arrays, not %d".formatted(ARRAYS, arrays.size()));
        }
        arrays = List.copyOf(arrays);
    }

    /**
     * The small part of it.
     *
     * @param options what is trained
     * @param phase the phase in progress
     * @param epoch the epoch in progress, from 0 over the whole run
     * @param step finished steps of the epoch
     * @param updates of the optimiser in this phase
     * @param epochLoss sum over the epoch's steps
     * @param epochCorrect images classified correctly in the epoch
     * @param phaseLoss sum over the phase's steps
     * @param floatAccuracy of the floating-point network on the test images; 0 before it is known
     * @param quantisedAccuracy of the quantised network; 0 before it is known
     * @param history finished epochs
     */
    public record State(
            TrainingOptions options,
            Phase phase,
            int epoch,
            int step,
            long updates,
            double epochLoss,
            long epochCorrect,
            double phaseLoss,
            double floatAccuracy,
            double quantisedAccuracy,
            TrainingHistory history) {}
}
