package narrowband.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that a run needs to go on as if it had never stopped.
 *
 * @param state where the run is
 * @param arrays numbers by name, in order: the floating-point network's values and statistics, the quantised network's, what
 *     the optimiser remembers, and from the fixed phase the best parameters so far and what freezing remembers
 */
public record Checkpoint(State state, Map<String, float[]> arrays) {
    public Checkpoint {
        arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }

    /**
     * The small part of it.
     *
     * @param options what is trained
     * @param phase the phase in progress
     * @param phaseStart the epoch with which it started
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
            int phaseStart,
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
