package narrowband.sim.stepped;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Routine;
import narrowband.sim.cycle.Timeline.State;

/** A process of the {@link SteppedSimulator}. */
final class SteppedProcess {
    private static final SteppedFifo[] NONE = {};

    final Unit unit;
    final Process process;

    private final int[] counters;
    private final int[] changes;

    /** By instruction: its step, or null at a loop's end; how often it or its loop runs, and where the loop begins. */
    private final Work[] code;

    private final long[] counts;
    private final int[] targets;
    private final long[] loops;

    /** A step: the FIFOs and counters that it takes from and gives to. */
    private static final class Work {
        private final SteppedFifo[] reads;
        private final int[] readPorts;
        private final SteppedFifo[] writes;
        private final int[] needs;
        private final int[] amounts;
        private final int[] changed;
        private final int[] by;
        /** Whether it neither reads, nor needs or changes a counter. */
        private final boolean plain;

        Work(Step step, SteppedFifo[] inputs, SteppedFifo[] outputs) {
            readPorts = ports(step.reads());
            reads = Arrays.stream(readPorts).mapToObj(port -> inputs[port]).toArray(SteppedFifo[]::new);
            int[] writePorts = ports(step.writes());
            writes = writePorts.length == 0
                    ? NONE
                    : Arrays.stream(writePorts).mapToObj(port -> outputs[port]).toArray(SteppedFifo[]::new);
            needs = step.needs().stream().mapToInt(Program.Count::counter).toArray();
            amounts = step.needs().stream().mapToInt(Program.Count::amount).toArray();
            changed = step.changes().stream().mapToInt(Program.Count::counter).toArray();
            by = step.changes().stream().mapToInt(Program.Count::amount).toArray();
            plain = reads.length + needs.length + changed.length == 0;
        }
    }

    private Work work;
    private int at;
    private long left;
    private int imagesLeft;

    /** The pipeline as a ring; the last stage is at {@code head}. */
    private final SteppedFifo[][] stages;

    private int head;
    private int inside;

    private State state = State.IDLE_BEFORE;
    private boolean begun;
    private long busy;
    private long idleBefore;
    private long idleAfter;
    private final long[] waitingForInput;
    private final long[] waitingForCounter;
    private final long[] blockedByOutput;

    SteppedProcess(
            Unit unit,
            Process process,
            SteppedFifo[] inputs,
            SteppedFifo[] outputs,
            int[] counters,
            int[] changes,
            int images) {
        this.unit = unit;
        this.process = process;
        this.counters = counters;
        this.changes = changes;
        Routine routine = Routine.compile(process.program());
        code = new Work[routine.length()];
        for (int i = 0; i < code.length; i++) {
            code[i] = routine.isLoopEnd(i) ? null : new Work(routine.step(i), inputs, outputs);
        }
        work = code[0];
        counts = IntStream.range(0, code.length).mapToLong(routine::count).toArray();
        targets = IntStream.range(0, code.length).map(routine::target).toArray();
        loops = new long[code.length];
        left = counts[0];
        imagesLeft = images;
        stages = new SteppedFifo[process.latency()][];
        Arrays.fill(stages, NONE);
        waitingForInput = new long[inputs.length];
        waitingForCounter = new long[counters.length];
        blockedByOutput = new long[outputs.length];
    }

    private static int[] ports(int mask) {
        return IntStream.range(0, Integer.SIZE)
                .filter(port -> (mask >> port & 1) == 1)
                .toArray();
    }

    /** One cycle, by the contract of {@link Process}; whether anything in the process moves. */
    boolean step() {
        return inside == 0 ? stepEmpty() : stepPipeline();
    }

    /** The same while there is no word in the pipeline, which need not be looked at then. */
    private boolean stepEmpty() {
        if (imagesLeft == 0) {
            rest(State.IDLE_AFTER, null, 0);
            return false;
        }
        if (!work.plain && !isReady()) {
            return false;
        }
        SteppedFifo[] word = fire();
        if (word != NONE) {
            stages[head] = word;
            head = head + 1 == stages.length ? 0 : head + 1;
        }
        return true;
    }

    private boolean stepPipeline() {
        SteppedFifo[] last = stages[head];
        for (SteppedFifo output : last) {
            if (output.level == output.depth) {
                rest(
                        State.BLOCKED_BY_OUTPUT,
                        blockedByOutput,
                        output.channel.from().index());
                return false;
            }
        }
        if (last != NONE) {
            for (SteppedFifo output : last) {
                output.pushed = true;
            }
            inside--;
        }
        SteppedFifo[] first = NONE;
        if (imagesLeft == 0) {
            rest(State.IDLE_AFTER, null, 0);
        } else if (work.plain || isReady()) {
            first = fire();
        }
        stages[head] = first;
        head = head + 1 == stages.length ? 0 : head + 1;
        return true;
    }

    private boolean isReady() {
        SteppedFifo[] from = work.reads;
        for (int i = 0; i < from.length; i++) {
            if (from[i].level == 0) {
                rest(State.WAITING_FOR_INPUT, waitingForInput, work.readPorts[i]);
                return false;
            }
        }
        int[] needed = work.needs;
        for (int i = 0; i < needed.length; i++) {
            if (counters[needed[i]] < work.amounts[i]) {
                rest(State.WAITING_FOR_COUNTER, waitingForCounter, needed[i]);
                return false;
            }
        }
        return true;
    }

    private SteppedFifo[] fire() {
        state = State.BUSY;
        begun = true;
        busy++;
        Work fired = work;
        if (!fired.plain) {
            for (SteppedFifo input : fired.reads) {
                input.popped = true;
            }
            int[] touched = fired.changed;
            for (int i = 0; i < touched.length; i++) {
                changes[touched[i]] += fired.by[i];
            }
        }
        if (fired.writes != NONE) {
            inside++;
        }
        if (--left == 0) {
            advance();
        }
        return fired.writes;
    }

    private void advance() {
        at++;
        while (at < code.length && code[at] == null) {
            loops[at]++;
            if (loops[at] < counts[at]) {
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
        work = code[at];
        left = counts[at];
    }

    /** Counts a cycle in which no step fires. */
    private void rest(State why, long[] ports, int port) {
        if (imagesLeft == 0) {
            state = State.IDLE_AFTER;
            idleAfter++;
        } else if (!begun) {
            state = State.IDLE_BEFORE;
            idleBefore++;
        } else {
            state = why;
            ports[port]++;
        }
    }

    boolean isDone() {
        return imagesLeft == 0 && inside == 0;
    }

    /** What it does in the present cycle. */
    State state() {
        return state;
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
                list(waitingForCounter),
                list(blockedByOutput),
                idleBefore,
                idleAfter);
    }

    private static List<Long> list(long[] values) {
        return LongStream.of(values).boxed().toList();
    }
}
