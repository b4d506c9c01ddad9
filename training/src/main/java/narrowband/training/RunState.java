package narrowband.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.OscillationFreezing;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/** Everything that changes while a run trains, live; becomes a {@link Checkpoint} and comes back from one. */
final class RunState {
    private final TrainingOptions options;
    private final Graph graph;
    final Parameters teacher;
    final Parameters student;

    Phase phase = Phase.FLOAT;
    /** The epoch with which the phase started. */
    int phaseStart;

    int epoch;
    /** Finished steps of the epoch. */
    int step;
    /** Of the optimiser, in this phase. */
    long updates;

    double epochLoss;
    long epochCorrect;
    double phaseLoss;
    double floatAccuracy;
    double quantisedAccuracy;
    final List<TrainingHistory.Epoch> history = new ArrayList<>();
    Selection selection = new Selection();
    Optimiser optimiser;
    /** Watches weights in the fixed phase, if it is to. */
    Optional<OscillationFreezing> freezing = Optional.empty();

    /**
     * The beginning of a run.
     *
     * @param teacher the floating-point network's parameters
     * @param graph the quantised network
     * @param student its parameters
     */
    RunState(TrainingOptions options, Parameters teacher, Graph graph, Parameters student) {
        this.options = options;
        this.graph = graph;
        this.teacher = teacher;
        this.student = student;
        this.optimiser = Optimiser.of(options.recipe().optimiser(), teacher.layout());
    }

    /** Goes on with another phase. */
    void begin(Phase next) {
        phase = next;
        phaseStart = epoch;
        updates = 0;
        phaseLoss = 0;
        forget();
    }

    /** What optimiser and freezing remember belongs to a phase. */
    private void forget() {
        optimiser =
                Optimiser.of(options.recipe().optimiser(), phase == Phase.FLOAT ? teacher.layout() : student.layout());
        freezing = phase == Phase.FIXED && options.recipe().freeze() > 0
                ? Optional.of(new OscillationFreezing(graph, student.layout(), student.values()))
                : Optional.empty();
    }

    /** The numbers, live, by their names in a checkpoint; the best parameters, which are not always there, are left out. */
    private Map<String, float[]> arrays() {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        arrays.put("teacher.values", teacher.values());
        arrays.put("teacher.statistics", teacher.statistics());
        arrays.put("student.values", student.values());
        arrays.put("student.statistics", student.statistics());
        number("optimiser", optimiser.memory(), arrays);
        freezing.ifPresent(watch -> number("freezing", watch.memory(), arrays));
        return arrays;
    }

    private static void number(String name, List<float[]> memory, Map<String, float[]> arrays) {
        for (int i = 0; i < memory.size(); i++) {
            arrays.put(name + "." + i, memory.get(i));
        }
    }

    Checkpoint checkpoint() {
        Map<String, float[]> arrays = arrays();
        arrays.replaceAll((_, array) -> array.clone());
        selection.keepIn(arrays);
        return new Checkpoint(
                new Checkpoint.State(
                        options,
                        phase,
                        phaseStart,
                        epoch,
                        step,
                        updates,
                        epochLoss,
                        epochCorrect,
                        phaseLoss,
                        floatAccuracy,
                        quantisedAccuracy,
                        new TrainingHistory(history)),
                arrays);
    }

    /** @throws InvalidInputException if the checkpoint is of a run with other options, or does not fit the network */
    void restore(Checkpoint checkpoint) {
        Checkpoint.State state = checkpoint.state();
        if (!state.options().equals(options)) {
            throw new InvalidInputException(
                    "The checkpoint is of another run: it was begun with %s. Give the same options, or train anew."
                            .formatted(String.join("; with ", state.options().differences(options))));
        }
        phase = state.phase();
        phaseStart = state.phaseStart();
        epoch = state.epoch();
        step = state.step();
        updates = state.updates();
        epochLoss = state.epochLoss();
        epochCorrect = state.epochCorrect();
        phaseLoss = state.phaseLoss();
        floatAccuracy = state.floatAccuracy();
        quantisedAccuracy = state.quantisedAccuracy();
        history.clear();
        history.addAll(state.history().epochs());
        selection = Selection.of(state.history(), checkpoint.arrays());
        forget();
        arrays().forEach((name, target) -> {
            float[] kept = checkpoint.arrays().getOrDefault(name, new float[0]);
            if (kept.length != target.length) {
                throw new InvalidInputException(
                        "The checkpoint does not fit the network: it has %d numbers for %s where %d are needed. Train anew."
                                .formatted(kept.length, name, target.length));
            }
            System.arraycopy(kept, 0, target, 0, target.length);
        });
    }
}
