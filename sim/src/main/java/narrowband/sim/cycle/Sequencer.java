package narrowband.sim.cycle;

import java.util.Arrays;
import narrowband.accel.design.Process;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Tally.Pause;
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

    private final Cursor cursor;
    /** By instruction, whether its step takes no time; null where all take a cycle. */
    private final boolean[] free;
    /** Whether words that flow through a FIFO in each cycle are counted at once. */
    private final boolean flows;

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

    private final Tally tally;

    private final long grain;
    /** Null where it is not kept what it does when. */
    private final TimelineBuilder timeline;
    /** Null where it is not kept what decided when. */
    private final Trail trail;

    Sequencer(
            Unit unit,
            Process process,
            Fifo[] inputs,
            Fifo[] outputs,
            Counter[] counters,
            Stimulus stimulus,
            Relief relief) {
        this.unit = unit;
        this.process = process;
        this.inputs = inputs;
        this.outputs = outputs;
        this.grain = stimulus.timelineGrain();
        this.timeline = grain == 0 ? null : new TimelineBuilder(grain, process.program());
        Routine routine = Routine.compile(process.program());
        Instructions instructions = new Instructions(unit, process, routine);
        this.trail = stimulus.followed() ? new Trail(instructions.actors(), process.latency()) : null;
        cursor = new Cursor(routine, stimulus.images(), step -> Action.of(step, inputs, outputs, counters));
        free = relief instanceof Relief.Work work ? instructions.freeFor(work) : null;
        flows = trail == null;
        pipeline = new Fifo[process.latency()][];
        Arrays.fill(pipeline, BUBBLE);
        tally = new Tally(inputs.length, counters.length, outputs.length);
    }

    /** One cycle, by the contract of {@link Process}; whether anything in the process moved. */
    boolean step(long cycle) {
        Fifo[] last = pipeline[head];
        for (Fifo output : last) {
            if (output.isFull()) {
                pause(
                        cursor.isDone() ? Pause.AFTER : Pause.OUTPUT,
                        output.channel.from().index(),
                        cycle);
                output.sleepingWriter = this;
                sleep(cycle);
                if (trail != null) {
                    trail.blocked(output);
                }
                return false;
            }
        }
        if (trail != null) {
            trail.moves(cycle);
        }
        if (wordsInside == 0 && !cursor.isDone() && cursor.left > 1 && !isFree() && runsAhead(cycle)) {
            return true;
        }
        boolean moves = wordsInside > 0;
        if (last != BUBBLE) {
            for (Fifo output : last) {
                output.push(cycle);
                if (trail != null) {
                    trail.push(head, output, cycle);
                }
            }
            if (trail != null) {
                trail.gave();
            }
            wordsInside--;
        }
        Fifo[] first = BUBBLE;
        if (isFree() && !cursor.isDone() && fireFree(cycle)) {
            moves = true;
        } else if (cursor.isDone()) {
            pause(Pause.AFTER, 0, cycle);
            if (wordsInside == 0) {
                sleep(cycle);
            }
        } else if (isReady(cycle)) {
            mark(State.BUSY, cycle);
            tally.work(1);
            first = fire(cursor.action(), cycle);
            moves = true;
        }
        pipeline[head] = first;
        if (++head == pipeline.length) {
            head = 0;
        }
        return moves;
    }

    /** Does steps at once of which, but for the last, nobody outside could tell when they fire; whether there are any. */
    private boolean runsAhead(long cycle) {
        if (cursor.action().isInside()) {
            mark(State.BUSY, cycle);
            if (trail != null) {
                trail.fires(cursor.at(), cycle);
            }
            tally.work(cursor.left - 1);
            returns = cycle + cursor.left - 1;
            cursor.left = 1;
            return true;
        }
        if (flows && cursor.action().isTaking()) {
            // All that others see is a channel through which words flow.
            Fifo from = cursor.action().reads()[0];
            long words = Math.min(cursor.left - 1, from.flow());
            if (words > 1) {
                mark(State.BUSY, cycle);
                returns = from.flow(cycle, words);
                tally.work(words);
                tally.rest(Pause.INPUT, cursor.action().readPorts()[0], returns - cycle - words);
                cursor.left -= words;
                return true;
            }
        }
        return false;
    }

    /** Whether the present step takes no time. */
    private boolean isFree() {
        return free != null && free[cursor.at()];
    }

    /** Does all steps that take no time and can fire in this cycle; whether there are any. */
    private boolean fireFree(long cycle) {
        boolean fires = false;
        while (!cursor.isDone() && free[cursor.at()] && cursor.action().isFree()) {
            Action action = cursor.action();
            if (action.writes().length > 0 && wordsInside > 0) {
                break;
            }
            fires = true;
            if (action.isInside()) {
                cursor.skip();
                continue;
            }
            take(action, cycle);
            for (Fifo output : action.writes()) {
                output.push(cycle);
            }
            cursor.next();
        }
        if (fires) {
            mark(State.BUSY, cycle);
            tally.work(1);
        }
        return fires;
    }

    /** Whether the next step can fire; if not, books the cycle, and sleeps if there is nothing in the pipeline either. */
    private boolean isReady(long cycle) {
        Action action = cursor.action();
        Fifo[] reads = action.reads();
        for (int i = 0; i < reads.length; i++) {
            if (reads[i].isEmpty()) {
                pause(tally.isBefore() ? Pause.BEFORE : Pause.INPUT, action.readPorts()[i], cycle);
                if (trail != null) {
                    trail.lacksWord(reads[i]);
                }
                if (wordsInside == 0) {
                    reads[i].sleepingReader = this;
                    sleep(cycle);
                }
                return false;
            }
        }
        Counter[] needs = action.needs();
        for (int i = 0; i < needs.length; i++) {
            if (needs[i].value < action.amounts()[i]) {
                pause(tally.isBefore() ? Pause.BEFORE : Pause.COUNTER, action.needed()[i], cycle);
                if (trail != null) {
                    trail.lacksCounter(needs[i]);
                }
                if (wordsInside == 0) {
                    needs[i].sleeping = this;
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
        tally.rest(pause, pausePort, 1);
    }

    private void mark(State state, long cycle) {
        if (timeline != null) {
            timeline.mark(state, cycle);
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
        tally.rest(pause, pausePort, cycle - asleepFrom);
    }

    /** Fires a step; the word that it makes, or a bubble. */
    private Fifo[] fire(Action action, long cycle) {
        if (trail != null) {
            trail.fires(cursor.at(), cycle);
        }
        take(action, cycle);
        cursor.next();
        if (action.writes().length == 0) {
            return BUBBLE;
        }
        if (trail != null) {
            trail.make(head, cycle);
        }
        wordsInside++;
        return action.writes();
    }

    /** What a step does to others when it fires. */
    private void take(Action action, long cycle) {
        for (Fifo input : action.reads()) {
            input.pop(cycle);
            if (trail != null) {
                trail.pop(input);
            }
        }
        Counter[] changes = action.changes();
        for (int i = 0; i < changes.length; i++) {
            changes[i].add(action.by()[i]);
            if (trail != null) {
                trail.change(changes[i], action.by()[i]);
            }
        }
    }

    /** Whether all steps of all images fired and all their words are out. */
    boolean isDone() {
        return cursor.isDone() && wordsInside == 0;
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
        if (!cursor.isDone()) {
            for (Fifo input : cursor.action().reads()) {
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
        return tally.activity(unit, process, cycles);
    }

    /** What it did when, if that was kept. */
    Timeline timeline(long cycles) {
        return new Timeline(unit.name(), unit.layer(), process.name(), grain, timeline.build(cycles), timeline.works());
    }

    Cursor cursor() {
        return cursor;
    }

    /** Puts its state into a memo. */
    void save(Memo memo) {
        cursor.save(memo);
        memo.put(wordsInside);
        for (int stage = 0; stage < pipeline.length; stage++) {
            memo.put(word(stage));
        }
        memo.put(asleep ? pause.ordinal() : 0);
        memo.put(asleep ? pausePort : 0);
        memo.put(asleep ? asleepFrom : 0);
        memo.put(returns);
        tally.save(memo);
        if (timeline != null) {
            memo.put(timeline.place());
        }
    }

    /** How often the period since a memo can be repeated as far as it is concerned; 0 if not once. */
    long repeats(Memo memo, long now) {
        long times = cursor.repeats(memo);
        if (times == 0
                || memo.get() != wordsInside
                || !hasStages(memo)
                || memo.get() != (asleep ? pause.ordinal() : 0)
                || memo.get() != (asleep ? pausePort : 0)) {
            return 0;
        }
        if (!asleep) {
            memo.skip(1);
        } else if (!memo.repeatsPast(asleepFrom, now)) {
            return 0;
        }
        times = Math.min(times, memo.repeatsFuture(returns, now));
        return tally.repeats(memo) && (timeline == null || timeline.repeats(memo.get())) ? times : 0;
    }

    /** Repeats the period since a memo. */
    void repeat(Memo memo, long now, long times) {
        cursor.repeat(memo, times);
        memo.skip(3 + pipeline.length);
        long moved = memo.repeat(asleep ? asleepFrom : 0, now, times);
        asleepFrom = asleep ? moved : asleepFrom;
        returns = memo.repeat(returns, now, times);
        tally.repeat(memo, times);
        if (timeline != null) {
            timeline.repeat(memo.get(), memo.cycle(), now, times);
        }
    }

    private boolean hasStages(Memo memo) {
        for (int stage = 0; stage < pipeline.length; stage++) {
            if (memo.get() != word(stage)) {
                return false;
            }
        }
        return true;
    }

    /** For which outputs there is a word in a stage of the pipeline, from the last on. */
    private long word(int stage) {
        long ports = 0;
        for (Fifo output : pipeline[(head + stage) % pipeline.length]) {
            ports |= 1L << output.channel.from().index();
        }
        return ports;
    }
}
