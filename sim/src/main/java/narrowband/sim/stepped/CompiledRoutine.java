package narrowband.sim.stepped;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Program.Count;
import narrowband.accel.design.Program.Step;
import narrowband.sim.cycle.Routine;

/**
 * The code of a process as bits, flat like a {@link Routine}; steps that do the same, one behind the other, are one. Immutable, for any
 * number of runs.
 */
final class CompiledRoutine {
    /** How often a step fires, or a loop runs. */
    final long[] counts;
    /** Where a loop begins, at its end; -1 at a step. */
    final int[] targets;
    /** The bits of what a step waits for. */
    final long[] wanted;
    /** What it enters into the pipeline, for each port that the process writes. */
    final long[] entries;
    /** Where its changes of counters begin. */
    final int[] changes;
    /** By change: its counter among all, and by how much. */
    final int[] changed;

    final int[] by;
    final int ports;

    CompiledRoutine(SteppedLayout.Worker worker) {
        Routine routine = worker.routine();
        int length = routine.length();
        boolean[] begins = new boolean[length];
        for (int i = 0; i < length; i++) {
            if (routine.isLoopEnd(i)) {
                begins[routine.target(i)] = true;
            }
        }
        int[] numbers = new int[length];
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            if (i == 0 || begins[i] || !isAlike(routine, i - 1, i)) {
                kept.add(i);
            }
            numbers[i] = kept.size() - 1;
        }
        ports = worker.written().length;
        counts = new long[kept.size()];
        targets = new int[kept.size()];
        wanted = new long[kept.size()];
        entries = new long[kept.size() * ports];
        changes = new int[kept.size() + 1];
        List<Count> all = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int number = numbers[i];
            counts[number] += routine.count(i);
            targets[number] = routine.isLoopEnd(i) ? numbers[routine.target(i)] : -1;
            if (kept.get(number) == i && !routine.isLoopEnd(i)) {
                Step step = routine.step(i);
                wanted[number] = worker.wanted()[i];
                for (int j = 0; j < ports; j++) {
                    entries[number * ports + j] =
                            step.writes(worker.written()[j]) << worker.process().latency() - 1;
                }
                step.changes().stream().filter(change -> change.amount() != 0).forEach(all::add);
            }
            changes[number + 1] = all.size();
        }
        changed = all.stream()
                .mapToInt(change -> worker.firstCounter() + change.counter())
                .toArray();
        by = all.stream().mapToInt(Count::amount).toArray();
    }

    private static boolean isAlike(Routine routine, int one, int other) {
        return !routine.isLoopEnd(one)
                && !routine.isLoopEnd(other)
                && routine.step(one).equals(routine.step(other))
                && routine.step(one).changes().isEmpty();
    }
}
