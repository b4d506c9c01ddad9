package narrowband.sim.cycle;

import narrowband.sim.cycle.CriticalPath.After;
import narrowband.sim.cycle.Link.Actor;

/** The source of images or weights, or the sink, in motion. */
final class Boundary {
    final CycleList.Builder moves = new CycleList.Builder();
    final Fifo fifo;
    private final boolean fills;
    private final StallPattern pattern;
    /** Where its words come from; null if they are always there. */
    private final Memory.Reader reader;

    /** The cycles in which it offered a word; null if they are not kept. */
    private final CycleList.Builder offers;

    /** Whether any number of words can pass in a cycle. */
    private final boolean free;

    private final long words;
    private long moved;
    private long heldBack;
    private long waiting;
    private long idle;

    /** Who it is, where it is kept what decided when; else null. */
    private final Actor actor;

    /** The cycles up to now in which nothing but itself held it back; null if the last one was not. */
    Link run;

    private boolean waited;
    private boolean held;

    /**
     * @param fills whether it fills the FIFO, or drains it
     * @param words words of all images
     * @param reader brings the words; null if they are always there
     * @param traced whether it is kept in which cycles a word is offered
     * @param actor null if it is not kept what decided when
     */
    Boundary(
            Fifo fifo,
            boolean fills,
            StallPattern pattern,
            Memory.Reader reader,
            boolean free,
            long words,
            boolean traced,
            Actor actor) {
        this.reader = reader;
        this.offers = traced ? new CycleList.Builder() : null;
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

    /** Takes words away that come one by one from a cycle on, up to another, with nothing in their way. */
    long pass(long from, long until) {
        long passed = pattern.acts(from, until);
        moved += passed;
        heldBack += until - from - passed;
        return passed;
    }

    /** Whether it acts in some cycles only. */
    boolean isPaced() {
        return pattern != StallPattern.ALWAYS;
    }

    /** Whether a word comes in the first of some cycles, or two come one straight behind the other. */
    boolean comesWhileOneLeaves(long from, long until) {
        long cycle = pattern.cycle(from, 1);
        while (cycle < until) {
            if (cycle == from || pattern.acts(cycle - 1)) {
                return true;
            }
            cycle = pattern.cycle(cycle + 1, 1);
        }
        return false;
    }

    /** The cycle in which the so-manieth word comes from one on, with nothing in their way. */
    long arrival(long from, long count) {
        return pattern.cycle(from, count);
    }

    /** Whether a word can pass, as far as the accelerator is concerned. */
    boolean isReady(long cycle) {
        return !isDone() && (fills ? !fifo.isFull() && !fifo.flows(cycle) : !fifo.isEmpty());
    }

    /** The first cycle from the given one on in which it acts, as far as that is known; its pattern is regular. */
    long acts(long cycle) {
        return reader == null ? pattern.cycle(cycle, 1) : Math.max(cycle, reader.arrival());
    }

    /** Counts cycles in which no word can pass, but for those that are counted already. */
    void rest(long from, long until) {
        if (isReady(from)) {
            // Its memory or its pattern lets it wait.
            heldBack += until - from;
            if (reader != null) {
                reader.late(until - from);
            }
            if (actor != null) {
                follow(true, false, from);
            }
            return;
        }
        if (offers != null && !isDone()) {
            for (long cycle = acts(from); cycle < until; cycle++) {
                offers.add(cycle);
            }
        }
        stand(Math.min(until, Math.max(from, fifo.flowsUntil())), until);
    }

    /** Counts cycles in which it has no word left, or the accelerator takes or has none. */
    private void stand(long from, long until) {
        if (isDone()) {
            idle += until - from;
        } else {
            long acts = reader == null ? pattern.acts(from, until) : until - from;
            waiting += acts;
            heldBack += until - from - acts;
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
        boolean acts = reader == null ? pattern.acts(cycle) : acts(cycle) == cycle;
        if (actor != null) {
            follow(ready, acts, cycle);
        }
        if (offers != null && acts) {
            offers.add(cycle);
        }
        if (!acts && reader != null && !ready) {
            waiting++;
            return 0;
        }
        if (!acts) {
            heldBack++;
            if (reader != null) {
                reader.late(1);
            }
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
        if (reader != null) {
            reader.take(cycle, run);
        }
        if (fills) {
            fifo.pushedBy = run;
            fifo.pushedFrom = cycle;
        } else {
            fifo.poppedBy = run;
        }
        return count;
    }

    /** Keeps what this cycle's word, or being held back in it, had to wait for. */
    private void follow(boolean ready, boolean acts, long cycle) {
        if (!ready) {
            run = null;
            waited = true;
            held = false;
        } else if (reader != null && !acts) {
            run = null;
            held = true;
        } else if (run == null) {
            String over = fifo.channel.name();
            // A memory's first word of all cannot have waited for anything else.
            run = reader != null && (held || reader.arrival() == cycle)
                    ? new Link(actor, After.ARRIVAL, over, cycle, reader.arrivedBy(), cycle - 1)
                    : !waited
                            ? new Link(actor, After.START, "", cycle, null, cycle - 1)
                            : fills
                                    ? new Link(actor, After.ROOM, over, cycle, fifo.poppedBy, cycle - 1)
                                    : new Link(actor, After.WORD, over, cycle, fifo.pushedBy, fifo.pushedFrom);
        }
    }

    /** Puts its state into a memo. */
    void save(Memo memo) {
        memo.put(moved);
        memo.put(waiting);
        memo.put(idle);
        memo.put(moves.size());
    }

    /**
     * How often the period since a memo can be repeated before it has no words left; 0 if it acts in some cycles only, and not
     * just stands.
     */
    long repeats(Memo memo, long now) {
        long passed = moved - memo.get();
        memo.skip(3);
        if (isPaced() && (passed != 0 || isReady(now))) {
            return 0;
        }
        return passed == 0 ? Long.MAX_VALUE : Math.max(0, (left() - 1) / passed);
    }

    /** Repeats the period since a memo. */
    void repeat(Memo memo, long now, long times) {
        if (isPaced()) {
            long until = now + times * (now - memo.cycle());
            stand(Math.min(until, Math.max(now, fifo.flowsUntil())), until);
            memo.skip(4);
            return;
        }
        moved += times * (moved - memo.get());
        waiting += times * (waiting - memo.get());
        idle += times * (idle - memo.get());
        moves.repeat((int) memo.get(), now - memo.cycle(), times);
    }

    /** The cycles in which it offered a word, if they were kept. */
    CycleList offers() {
        return offers.build();
    }

    BoundaryActivity activity() {
        return new BoundaryActivity(moved, heldBack, waiting, idle);
    }
}
