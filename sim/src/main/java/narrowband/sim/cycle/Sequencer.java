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
import narrowband.sim.cycle.Timeline.State;

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

    /** Why the last cycle's step did not fire; cycles asleep are booked under it. */
    private Pause pause = Pause.NONE;

    private int pausePort;
    private boolean asleep;
    private long asleepFrom;
    /** The cycle in which it takes part again after working inside itself. */
    private long returns;

    private long idleBefore;
    private long busy;
    private final long[] waitingForInput;
    private long waitingForCounter;
    private final long[] blockedByOutput;
    private long idleAfter;

    private final long grain;
    /** Null where it is not kept what it does when. */
    private final Timeline.Builder timeline;

    private enum Pause {
        NONE(State.BUSY),
        BEFORE(State.IDLE_BEFORE),
        INPUT(State.WAITING_FOR_INPUT),
        COUNTER(State.WAITING_FOR_COUNTER),
        OUTPUT(State.BLOCKED_BY_OUTPUT),
        AFTER(State.IDLE_AFTER);

        private final State state;

        Pause(State state) {
            this.state = state;
        }
    }

    /** A step with its channels and counters looked up. */
    private record Action(
            Fifo[] reads, int[] readPorts, Fifo[] writes, Counter[] needs, int[] amounts, Counter[] changes, int[] by) {
        /** Whether nobody outside can hinder or notice it. */
        boolean isInside() {
            return reads.length == 0 && writes.length == 0 && needs.length == 0 && changes.length == 0;
        }

        /** Whether it takes a word and does nothing else that others see. */
        boolean isTaking() {
            return reads.length == 1 && writes.length == 0 && needs.length == 0 && changes.length == 0;
        }
    }

    Sequencer(Unit unit, Process process, Fifo[] inputs, Fifo[] outputs, Counter[] counters, Stimulus stimulus) {
        this.unit = unit;
        this.process = process;
        this.inputs = inputs;
        this.outputs = outputs;
        this.imagesLeft = stimulus.images();
        this.grain = stimulus.timelineGrain();
        this.timeline = grain == 0 ? null : new Timeline.Builder(grain, process.program());
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
                pause(
                        imagesLeft == 0 ? Pause.AFTER : Pause.OUTPUT,
                        output.channel.from().index(),
                        cycle);
                output.sleepingWriter = this;
                sleep(cycle);
                return false;
            }
        }
        if (wordsInside == 0 && imagesLeft > 0 && left > 1 && code[at].isInside()) {
            // All but the last of these steps at once, which takes no part in what others see.
            mark(State.BUSY, cycle);
            busy += left - 1;
            returns = cycle + left - 1;
            left = 1;
            return true;
        }
        if (wordsInside == 0 && imagesLeft > 0 && left > 1 && code[at].isTaking()) {
            // The same where all that others see is a channel through which words flow.
            Fifo from = code[at].reads[0];
            long words = Math.min(left - 1, from.flow());
            if (words > 1) {
                mark(State.BUSY, cycle);
                from.flow(cycle, words);
                busy += words;
                returns = cycle + words;
                left -= words;
                return true;
            }
        }
        boolean moves = wordsInside > 0;
        if (last != BUBBLE) {
            for (Fifo output : last) {
                output.push(cycle);
            }
            wordsInside--;
        }
        Fifo[] first = BUBBLE;
        if (imagesLeft == 0) {
            pause(Pause.AFTER, 0, cycle);
            if (wordsInside == 0) {
                sleep(cycle);
            }
        } else if (isReady(cycle)) {
            mark(State.BUSY, cycle);
            busy++;
            first = fire(code[at], cycle);
            moves = true;
        }
        pipeline[head] = first;
        if (++head == pipeline.length) {
            head = 0;
        }
        return moves;
    }

    /** Whether the next step can fire; if not, books the cycle, and sleeps if there is nothing in the pipeline either. */
    private boolean isReady(long cycle) {
        Action action = code[at];
        for (int i = 0; i < action.reads.length; i++) {
            if (action.reads[i].isEmpty()) {
                pause(busy == 0 ? Pause.BEFORE : Pause.INPUT, action.readPorts[i], cycle);
                if (wordsInside == 0) {
                    action.reads[i].sleepingReader = this;
                    sleep(cycle);
                }
                return false;
            }
        }
        for (int i = 0; i < action.needs.length; i++) {
            if (action.needs[i].value < action.amounts[i]) {
                pause(busy == 0 ? Pause.BEFORE : Pause.COUNTER, 0, cycle);
                if (wordsInside == 0) {
                    action.needs[i].sleeping = this;
                    sleep(cycle);
                }
                return false;
            }
        }
        return true;
    }

    private void pause(Pause why, int port, long cycle) {
        mark(why.state, cycle);
        pause = why;
        pausePort = port;
        book(1);
    }

    private void mark(State state, long cycle) {
        if (timeline != null) {
            timeline.mark(state, cycle);
        }
    }

    private void book(long cycles) {
        switch (pause) {
            case NONE -> throw new IllegalStateException("no pause to book");
            case BEFORE -> idleBefore += cycles;
            case INPUT -> waitingForInput[pausePort] += cycles;
            case COUNTER -> waitingForCounter += cycles;
            case OUTPUT -> blockedByOutput[pausePort] += cycles;
            case AFTER -> idleAfter += cycles;
        }
    }

    /** Sleeps from the next cycle on; nothing in here changes until someone wakes it. */
    private void sleep(long cycle) {
        asleep = true;
        asleepFrom = cycle + 1;
    }

    boolean isAsleep() {
        return asleep;
    }

    /** The cycle in which it takes part again; one that has come is none. */
    long returns() {
        return returns;
    }

    /** Takes part again from the given cycle on. */
    void wake(long cycle) {
        asleep = false;
        book(cycle - asleepFrom);
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

    /** What it did in the given number of cycles, which is all. */
    ProcessActivity activity(long cycles) {
        if (asleep) {
            wake(cycles);
        }
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

    /** What it did when, if that was kept. */
    Timeline timeline(long cycles) {
        return new Timeline(unit.name(), unit.layer(), process.name(), grain, timeline.build(cycles), timeline.works());
    }

    private static List<Long> list(long[] values) {
        List<Long> list = new ArrayList<>(values.length);
        for (long value : values) {
            list.add(value);
        }
        return list;
    }
}
