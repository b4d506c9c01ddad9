package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.Unit;

/**
 * A process in motion: where it is in its program, what is in its pipeline, and what it did so far.
 *
 * <p>Pushes, pops and counter changes become visible at the cycle's end only, so that the order in which the processes of a
 * cycle are stepped does not matter.
 */
final class Sequencer {
    private static final Fifo[] BUBBLE = {};

    final Unit unit;
    final Process process;
    final Fifo[] inputs;
    final Fifo[] outputs;

    private final Action[] code;
    private final long[] counts;
    private final int[] targets;
    private final long[] loops;
    private int at;
    private long left;
    private int imagesLeft;

    /** The pipeline as a ring; at {@code head} stands the last stage, which the new first stage replaces. */
    private final Fifo[][] pipeline;

    private int head;
    private int wordsInside;

    private long idleBefore;
    private long busy;
    private final long[] waitingForInput;
    private long waitingForCounter;
    private final long[] blockedByOutput;
    private long idleAfter;

    /** A step with its channels and counters looked up. */
    private record Action(
            Fifo[] reads,
            int[] readPorts,
            Fifo[] writes,
            Counter[] needs,
            int[] amounts,
            Counter[] changes,
            int[] by) {}

    Sequencer(Unit unit, Process process, Fifo[] inputs, Fifo[] outputs, Counter[] counters, int images) {
        this.unit = unit;
        this.process = process;
        this.inputs = inputs;
        this.outputs = outputs;
        this.imagesLeft = images;
        Routine routine = Routine.compile(process.program());
        Map<Step, Action> actions = new IdentityHashMap<>();
        code = Arrays.stream(routine.steps)
                .map(step -> step == null ? null : actions.computeIfAbsent(step, s -> action(s, counters)))
                .toArray(Action[]::new);
        counts = routine.counts;
        targets = routine.targets;
        loops = new long[code.length];
        left = counts[0];
        pipeline = new Fifo[process.latency()][];
        Arrays.fill(pipeline, BUBBLE);
        waitingForInput = new long[inputs.length];
        blockedByOutput = new long[outputs.length];
    }

    private Action action(Step step, Counter[] counters) {
        int[] reads = ports(step.reads());
        int[] writes = ports(step.writes());
        return new Action(
                Arrays.stream(reads).mapToObj(port -> inputs[port]).toArray(Fifo[]::new),
                reads,
                Arrays.stream(writes).mapToObj(port -> outputs[port]).toArray(Fifo[]::new),
                step.needs().stream().map(need -> counters[need.counter()]).toArray(Counter[]::new),
                step.needs().stream().mapToInt(Program.Count::amount).toArray(),
                step.changes().stream()
                        .map(change -> counters[change.counter()])
                        .toArray(Counter[]::new),
                step.changes().stream().mapToInt(Program.Count::amount).toArray());
    }

    private static int[] ports(int mask) {
        int[] ports = new int[Integer.bitCount(mask)];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = Integer.numberOfTrailingZeros(mask);
            mask &= mask - 1;
        }
        return ports;
    }

    /** One cycle, by the contract of {@link Process}; whether anything in the process moved. */
    boolean step(long cycle) {
        Fifo[] last = pipeline[head];
        for (Fifo output : last) {
            if (output.isFull()) {
                block(output);
                return false;
            }
        }
        boolean moves = wordsInside > 0;
        if (last != BUBBLE) {
            for (Fifo output : last) {
                output.push(cycle);
            }
            wordsInside--;
        }
        Action action = ready();
        Fifo[] first = BUBBLE;
        if (action != null) {
            first = fire(action, cycle);
            moves = true;
        }
        pipeline[head] = first;
        if (++head == pipeline.length) {
            head = 0;
        }
        return moves;
    }

    /** Counts a cycle in which the pipeline stands; after the last step it counts as draining. */
    private void block(Fifo full) {
        if (imagesLeft == 0) {
            idleAfter++;
        } else {
            blockedByOutput[full.channel.from().index()]++;
        }
    }

    /** The next step if it can fire, else null; counts the cycle either way. */
    private Action ready() {
        if (imagesLeft == 0) {
            idleAfter++;
            return null;
        }
        Action action = code[at];
        for (int i = 0; i < action.reads.length; i++) {
            if (action.reads[i].isEmpty()) {
                if (busy == 0) {
                    idleBefore++;
                } else {
                    waitingForInput[action.readPorts[i]]++;
                }
                return null;
            }
        }
        for (int i = 0; i < action.needs.length; i++) {
            if (action.needs[i].value < action.amounts[i]) {
                if (busy == 0) {
                    idleBefore++;
                } else {
                    waitingForCounter++;
                }
                return null;
            }
        }
        busy++;
        return action;
    }

    /** Fires a step; the word that it makes, or a bubble. */
    private Fifo[] fire(Action action, long cycle) {
        for (Fifo input : action.reads) {
            input.pop(cycle);
        }
        for (int i = 0; i < action.changes.length; i++) {
            action.changes[i].add(action.by[i]);
        }
        if (--left == 0) {
            advance();
        }
        if (action.writes.length == 0) {
            return BUBBLE;
        }
        wordsInside++;
        return action.writes;
    }

    /** Goes to the next instruction that runs a step, back to the start after the last. */
    private void advance() {
        at++;
        while (at < code.length && code[at] == null) {
            if (++loops[at] < counts[at]) {
                at = targets[at];
            } else {
                loops[at] = 0;
                at++;
            }
        }
        if (at == code.length) {
            at = 0;
            imagesLeft--;
        }
        left = counts[at];
    }

    /** Whether all steps of all images fired and all their words are out. */
    boolean isDone() {
        return imagesLeft == 0 && wordsInside == 0;
    }

    /** The full channel that the pipeline stands before, or null. */
    Fifo blockedBy() {
        for (Fifo output : pipeline[head]) {
            if (output.isFull()) {
                return output;
            }
        }
        return null;
    }

    /** The empty channel that the next step waits for, or null. */
    Fifo starvedBy() {
        if (imagesLeft > 0) {
            for (Fifo input : code[at].reads) {
                if (input.isEmpty()) {
                    return input;
                }
            }
        }
        return null;
    }

    String name() {
        return unit.name() + "." + process.name();
    }

    ProcessActivity activity(long cycles) {
        return new ProcessActivity(
                unit.name(),
                unit.layer(),
                process.name(),
                process.program().steps(),
                cycles,
                busy,
                list(waitingForInput),
                waitingForCounter,
                list(blockedByOutput),
                idleBefore,
                idleAfter);
    }

    private static List<Long> list(long[] values) {
        List<Long> list = new ArrayList<>(values.length);
        for (long value : values) {
            list.add(value);
        }
        return list;
    }
}
