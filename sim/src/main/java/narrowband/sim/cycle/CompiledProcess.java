package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.sim.cycle.SteppedLayout.Condition;
import narrowband.sim.cycle.SteppedLayout.Place;
import narrowband.sim.cycle.SteppedLayout.Worker;

/** A process of a {@link CompiledStepping}: where it is in its program, which the loop need not know. */
final class CompiledProcess {
    /** Firings that are granted at a time. */
    private static final long MOST = 1 << 30;

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
    /** Firings of the present step that are not over, those of them that are granted, and all that are over. */
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
        rest = counts[0];
        show();
    }

    /** Lets the loop see the present step. */
    private void show() {
        state[wantedSlot] = wanted[at];
        state[leftSlot] = granted - 1;
        for (int j = 0; j < ports; j++) {
            state[entrySlot + j] = entries[at * ports + j];
        }
    }

    /**
     * Goes on behind a firing that was the last granted.
     *
     * @param counters told what the step changes
     * @return whether there is more to do
     */
    boolean next(long cycle, CompiledCounters counters) {
        for (int i = changes[at]; i < changes[at + 1]; i++) {
            counters.add(changed[i], by[i]);
        }
        if (fired == 0) {
            first = cycle;
            state[countedSlot] |= causes;
        }
        fired += granted;
        rest -= granted;
        if (rest == 0) {
            advance();
        }
        if (imagesLeft == 0) {
            last = cycle;
            state[countedSlot] &= ~causes;
            state[wantedSlot] = NEVER;
            return false;
        }
        granted = changes[at + 1] > changes[at] ? 1 : Math.min(rest, MOST);
        show();
        return true;
    }

    private void advance() {
        at++;
        while (at < targets.length && targets[at] >= 0) {
            if (++loops[at] < counts[at]) {
                at = targets[at];
            } else {
                loops[at] = 0;
                at++;
            }
        }
        if (at == targets.length) {
            at = 0;
            imagesLeft--;
        }
        rest = counts[at];
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
