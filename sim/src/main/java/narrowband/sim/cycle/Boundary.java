package narrowband.sim.cycle;

import narrowband.sim.cycle.CriticalPath.After;
import narrowband.sim.cycle.Link.Actor;

/** The source of images or weights, or the sink, in motion. */
final class Boundary {
    final CycleList.Builder moves = new CycleList.Builder();
    final Fifo fifo;
    private final boolean fills;
    private final StallPattern pattern;
    /** Whether any number of words can pass in a cycle. */
    private final boolean free;

    private final long words;
    private long moved;
    private long held;
    private long waiting;
    private long idle;

    /** Who it is, where it is kept what decided when; else null. */
    private final Actor actor;

    /** The cycles up to now in which nothing but itself held it back; null if the last one was not. */
    Link run;

    private boolean waited;

    /**
     * @param fills whether it fills the FIFO, or drains it
     * @param words words of all images
     * @param actor null if it is not kept what decided when
     */
    Boundary(Fifo fifo, boolean fills, StallPattern pattern, boolean free, long words, Actor actor) {
        this.fifo = fifo;
        this.fills = fills;
        this.pattern = pattern;
        this.free = free;
        this.words = words;
        this.actor = actor;
    }

    boolean isDone() {
        return moved == words;
    }

    /** Words that passed. */
    long moved() {
        return moved;
    }

    /** Words that are still to come. */
    long left() {
        return words - moved;
    }

    /** Takes words away that came all at once. */
    void take(long count) {
        moved += count;
    }

    /** Whether a word can pass, as far as the accelerator is concerned. */
    boolean isReady(long cycle) {
        return !isDone() && (fills ? !fifo.isFull() && !fifo.flows(cycle) : !fifo.isEmpty());
    }

    /** Counts cycles in which no word can pass, but for those that are counted already. */
    void rest(long from, long until) {
        long cycles = until - Math.min(until, Math.max(from, fifo.flowsUntil()));
        if (isDone()) {
            idle += cycles;
        } else {
            waiting += cycles;
        }
    }

    /** One cycle; how many words pass. */
    int step(long cycle) {
        if (fills && fifo.flows(cycle)) {
            return 0;
        }
        if (isDone()) {
            idle++;
            return 0;
        }
        boolean ready = isReady(cycle);
        if (actor != null) {
            follow(ready, cycle);
        }
        if (!pattern.acts(cycle)) {
            held++;
            return 0;
        }
        if (!ready) {
            waiting++;
            return 0;
        }
        int count = free ? (int) Math.min(left(), fills ? fifo.room() : fifo.available()) : 1;
        for (int i = 0; i < count; i++) {
            moves.add(cycle);
            if (fills) {
                fifo.push(cycle);
            } else {
                fifo.pop(cycle);
            }
        }
        moved += count;
        if (fills) {
            fifo.pushedBy = run;
            fifo.pushedFrom = cycle;
        } else {
            fifo.poppedBy = run;
        }
        return count;
    }

    /** Keeps what this cycle's word, or being held back in it, had to wait for. */
    private void follow(boolean ready, long cycle) {
        if (!ready) {
            run = null;
            waited = true;
        } else if (run == null) {
            String over = fifo.channel.name();
            run = !waited
                    ? new Link(actor, After.START, "", cycle, null, cycle - 1)
                    : fills
                            ? new Link(actor, After.ROOM, over, cycle, fifo.poppedBy, cycle - 1)
                            : new Link(actor, After.WORD, over, cycle, fifo.pushedBy, fifo.pushedFrom);
        }
    }

    BoundaryActivity activity() {
        return new BoundaryActivity(moved, held, waiting, idle);
    }
}
