package narrowband.sim.stepped;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.stepped.SteppedLayout.Condition;
import narrowband.sim.stepped.SteppedLayout.Place;
import narrowband.sim.stepped.SteppedLayout.Worker;

/** A process of a {@link CompiledStepping}: where it is in its program, which the loop need not know. */
final class CompiledProcess {
    private static final long NEVER = 1L << SteppedLayout.NEVER;

    private final Worker worker;
    private final long[] state;
    private final int wantedSlot;
    private final int leftSlot;
    private final int entrySlot;
    private final int countedSlot;
    private final long causes;

    /** The routine's. */
    private final long[] counts;

    private final int[] targets;
    private final long[] wanted;
    private final int ports;
    private final long[] entries;
    private final int[] changes;
    private final int[] changed;
    private final int[] by;

    private final long[] loops;
    private int at;
    private int imagesLeft;
    /** Firings of the present step that are not granted, those that are and are not over, and all that are over. */
    private long rest;

    private long granted = 1;
    private long fired;
    private long first;
    private long last;

    /**
     * A process before its first step.
     *
     * @param number its place in the layout
     * @param firstPort the first of the ports that it writes, among those of all
     */
    CompiledProcess(SteppedLayout layout, int number, int firstPort, int images, long[] state) {
        StateSlots slots = StateSlots.of(layout);
        this.state = state;
        worker = layout.workers().get(number);
        imagesLeft = images;
        wantedSlot = slots.wanted(number);
        leftSlot = slots.left(number);
        entrySlot = slots.entry(firstPort);
        countedSlot = slots.counted(worker.word());
        causes = worker.causes();
        CompiledRoutine routine = layout.routines().get(number);
        counts = routine.counts;
        targets = routine.targets;
        wanted = routine.wanted;
        ports = routine.ports;
        entries = routine.entries;
        changes = routine.changes;
        changed = routine.changed;
        by = routine.by;
        loops = new long[counts.length];
        rest = counts[0] - granted;
        show();
    }

    /** Lets the loop see the present step. */
    private void show() {
        state[wantedSlot] = wanted[at];
        state[leftSlot] = granted - 1;
        if (ports > 0) {
            enter();
        }
    }

    private void enter() {
        int from = at * ports;
        state[entrySlot] = entries[from];
        for (int j = 1; j < ports; j++) {
            state[entrySlot + j] = entries[from + j];
        }
    }

    /**
     * Goes on behind a firing that was the last granted.
     *
     * @param counters told what the step changes
     * @return whether there is more to do
     */
    boolean next(long cycle, CompiledCounters counters) {
        int change = changes[at];
        int end = changes[at + 1];
        boolean alone = change < end;
        for (; change < end; change++) {
            counters.add(changed[change], by[change]);
        }
        if (fired == 0) {
            first = cycle;
            state[countedSlot] |= causes;
        }
        fired += granted;
        if (rest > 0) {
            granted = alone ? 1 : rest;
            rest -= granted;
            state[leftSlot] = granted - 1;
            return true;
        }
        if (!advance()) {
            last = cycle;
            state[countedSlot] &= ~causes;
            state[wantedSlot] = NEVER;
            return false;
        }
        long count = counts[at];
        granted = changes[at + 1] > changes[at] ? 1 : count;
        rest = count - granted;
        show();
        return true;
    }

    /** Goes to the next instruction that is a step; whether there is one. */
    private boolean advance() {
        int next = at + 1;
        while (next < targets.length && targets[next] >= 0) {
            if (++loops[next] < counts[next]) {
                next = targets[next];
            } else {
                loops[next] = 0;
                next++;
            }
        }
        at = next == targets.length ? 0 : next;
        return next < targets.length || --imagesLeft > 0;
    }

    /** How often it has fired. */
    long firings() {
        return fired + granted - 1 - state[leftSlot];
    }

    ProcessActivity activity(long cycles, List<Place> places, BitTally[] tallies) {
        BitTally tally = tallies[worker.word()];
        List<Long> waitingForInput = new ArrayList<>();
        for (int input : worker.inputs()) {
            Place place = places.get(input);
            waitingForInput.add((causes & place.mask()) != 0 ? tally.of(place.bit()) : 0);
        }
        Long[] waitingForCounter = new Long[worker.unit().timing().counters().size()];
        Arrays.fill(waitingForCounter, 0L);
        for (Condition condition : worker.conditions()) {
            waitingForCounter[condition.counter() - worker.firstCounter()] +=
                    tally.of(condition.place().bit());
        }
        Long[] blocked = new Long[worker.outputs().length];
        Arrays.fill(blocked, 0L);
        for (int j = 0; j < worker.written().length; j++) {
            blocked[worker.written()[j]] = tally.of(worker.blocks()[j].bit());
        }
        return new ProcessActivity(
                worker.unit().name(),
                worker.unit().layer(),
                worker.process().name(),
                worker.process().program().steps(),
                cycles,
                fired,
                waitingForInput,
                List.of(waitingForCounter),
                List.of(blocked),
                first,
                cycles - last - 1);
    }
}
