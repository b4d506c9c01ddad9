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

    /** Words that can enter and leave, one of each in each cycle from this one on, at the level that it has; often none. */
    long flow() {
        return feed == null || level == 0 || isFull() ? 0 : feed.left();
    }

    /** Lets words enter and leave, one of each in each cycle from this one on. */
    void flow(long cycle, long count) {
        feed.take(count);
        words += count;
        room = Math.max(room, level + 1);
        flowsUntil = cycle + count;
        if (traced) {
            for (long moved = cycle; moved < flowsUntil; moved++) {
                entered.add(moved);
                left.add(moved);
            }
        }
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
