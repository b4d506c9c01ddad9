package narrowband.sim.cycle;

import narrowband.accel.design.Channel;

/** A channel in motion: its level at the cycle's start, and what happens to it during the cycle. */
final class Fifo {
    final Channel channel;
    final int depth;
    /** Words at the cycle's start. */
    int level;
    /** The process that sleeps until there is room, or null. */
    Sequencer sleepingWriter;
    /** The process that sleeps until there is a word, or null. */
    Sequencer sleepingReader;

    /** What fills it from outside in each cycle in which it has room, or null. */
    Boundary feed;

    /** The step, or the pipeline, that brought the last word in, and the cycle of it; kept where it is kept what decided when. */
    Link pushedBy;

    long pushedFrom;
    /** The step that took the last word out, kept likewise. */
    Link poppedBy;

    /** Until then a word enters and one leaves in each cycle. */
    private long flowsUntil;

    private final CycleList.Builder entered = new CycleList.Builder();
    private final CycleList.Builder left = new CycleList.Builder();
    private final boolean traced;
    private final Agenda agenda;
    private int pushed;
    private int popped;
    private long words;
    private int maximum;
    private int room;
    private long full;
    private long empty;
    /** The cycle from whose start on the level is what it is. */
    private long since;

    /** @param depth words that it holds, in place of the channel's */
    Fifo(Channel channel, int depth, boolean traced, Agenda agenda) {
        this.channel = channel;
        this.depth = depth;
        this.traced = traced;
        this.agenda = agenda;
    }

    boolean isFull() {
        return level == depth;
    }

    boolean isEmpty() {
        return level == 0;
    }

    /**
     * Words that can leave from this cycle on, the first now and each other in the cycle after it came, if nobody but whoever asks
     * takes any; often none.
     */
    long flow() {
        if (feed == null || level == 0 || isFull() || feed.isPaced() && level > 1) {
            return 0;
        }
        return feed.left();
    }

    /**
     * Lets words enter as they come and leave as {@link #flow} says, so many from this cycle on, at least two.
     *
     * @return the cycle behind that in which the last one leaves
     */
    long flow(long cycle, long count) {
        if (feed.isPaced()) {
            return flowPaced(cycle, count);
        }
        flowsUntil = cycle + count;
        words += feed.pass(cycle, flowsUntil);
        room = Math.max(room, level + 1);
        if (traced) {
            for (long moved = cycle; moved < flowsUntil; moved++) {
                entered.add(moved);
                left.add(moved);
            }
        }
        return flowsUntil;
    }

    /** There is one word at the start, which leaves, and none or one at the end. */
    private long flowPaced(long cycle, long count) {
        count(cycle);
        flowsUntil = feed.arrival(cycle, count - 1) + 2;
        long came = feed.pass(cycle, flowsUntil);
        words += came;
        if (room < 2 && feed.comesWhileOneLeaves(cycle, flowsUntil)) {
            room = 2;
        }
        empty += flowsUntil - cycle - count;
        level = (int) (1 + came - count);
        since = flowsUntil;
        return flowsUntil;
    }

    /** From which cycle on its words are counted one by one. */
    long flowsUntil() {
        return flowsUntil;
    }

    /** Whether words go through it in this cycle that are counted already. */
    boolean flows(long cycle) {
        return cycle < flowsUntil;
    }

    /** Words that can still be taken in this cycle. */
    int available() {
        return level - popped;
    }

    /** Words that can still come in in this cycle. */
    int room() {
        return depth - level - pushed;
    }

    void push(long cycle) {
        if (pushed + popped == 0) {
            agenda.touch(this);
        }
        pushed++;
        words++;
        room = Math.max(room, level + pushed);
        if (traced) {
            entered.add(cycle);
        }
    }

    void pop(long cycle) {
        if (pushed + popped == 0) {
            agenda.touch(this);
        }
        popped++;
        if (traced) {
            left.add(cycle);
        }
    }

    /** Ends a cycle in which something moved: it is seen from the next on, and wakes who waited for it. */
    void tick(long cycle) {
        if (pushed != popped) {
            count(cycle + 1);
            level += pushed - popped;
            maximum = Math.max(maximum, level);
        }
        if (pushed > 0 && sleepingReader != null) {
            agenda.wake(sleepingReader, cycle + 1);
            sleepingReader = null;
        }
        if (popped > 0 && sleepingWriter != null) {
            agenda.wake(sleepingWriter, cycle + 1);
            sleepingWriter = null;
        }
        pushed = 0;
        popped = 0;
    }

    /** Books the cycles up to, and without, the given one, in which the level stayed as it is. */
    private void count(long until) {
        if (level == 0) {
            empty += until - since;
        } else if (level == depth) {
            full += until - since;
        }
        since = until;
    }

    /** Puts its state into a memo. */
    void save(Memo memo) {
        memo.put(level);
        memo.put(since);
        memo.put(flowsUntil);
        memo.put(words);
        memo.put(full);
        memo.put(empty);
    }

    /** How often the period since a memo can be repeated as far as it is concerned; 0 if not once. */
    long repeats(Memo memo, long now) {
        if (memo.get() != level || !memo.repeatsPast(since, now)) {
            return 0;
        }
        long times = memo.repeatsFuture(flowsUntil, now);
        memo.skip(3);
        return times;
    }

    /** Repeats the period since a memo. */
    void repeat(Memo memo, long now, long times) {
        memo.skip(1);
        since = memo.repeat(since, now, times);
        flowsUntil = memo.repeat(flowsUntil, now, times);
        words += times * (words - memo.get());
        full += times * (full - memo.get());
        empty += times * (empty - memo.get());
    }

    /** What it did in the given number of cycles, which is all. */
    ChannelActivity activity(long cycles) {
        count(cycles);
        return new ChannelActivity(channel.name(), depth, words, maximum, room, full, empty);
    }

    ChannelTrace trace() {
        return new ChannelTrace(channel.name(), entered.build(), left.build());
    }
}
