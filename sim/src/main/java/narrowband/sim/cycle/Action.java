package narrowband.sim.cycle;

import java.util.Arrays;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Step;

/** A step with its channels and counters looked up. */
record Action(
        Fifo[] reads,
        int[] readPorts,
        Fifo[] writes,
        Counter[] needs,
        int[] needed,
        int[] amounts,
        Counter[] changes,
        int[] by) {
    static Action of(Step step, Fifo[] inputs, Fifo[] outputs, Counter[] counters) {
        int[] reads = Routine.ports(step.reads());
        return new Action(
                Arrays.stream(reads).mapToObj(port -> inputs[port]).toArray(Fifo[]::new),
                reads,
                Arrays.stream(Routine.ports(step.writes()))
                        .mapToObj(port -> outputs[port])
                        .toArray(Fifo[]::new),
                step.needs().stream().map(need -> counters[need.counter()]).toArray(Counter[]::new),
                step.needs().stream().mapToInt(Program.Count::counter).toArray(),
                step.needs().stream().mapToInt(Program.Count::amount).toArray(),
                step.changes().stream()
                        .map(change -> counters[change.counter()])
                        .toArray(Counter[]::new),
                step.changes().stream().mapToInt(Program.Count::amount).toArray());
    }

    /** Whether nobody outside can hinder or notice it. */
    boolean isInside() {
        return reads.length == 0 && writes.length == 0 && needs.length == 0 && changes.length == 0;
    }

    /** Whether it takes a word and does nothing else that others see. */
    boolean isTaking() {
        return reads.length == 1 && writes.length == 0 && needs.length == 0 && changes.length == 0;
    }

    /** Whether it can fire without time, besides what fired in this cycle before. */
    boolean isFree() {
        for (Fifo input : reads) {
            if (input.available() == 0) {
                return false;
            }
        }
        for (Fifo output : writes) {
            if (output.room() == 0) {
                return false;
            }
        }
        for (int i = 0; i < needs.length; i++) {
            if (needs[i].available() < amounts[i]) {
                return false;
            }
        }
        return true;
    }
}
