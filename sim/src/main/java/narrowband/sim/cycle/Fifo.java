package narrowband.sim.cycle;

import narrowband.accel.design.Channel;

/** A channel in motion: its level at the cycle's start, and what happens to it during the cycle. */
final class Fifo {
    final Channel channel;
    final int depth;
    /** Words at the cycle's start. */
    int level;

    private final CycleList.Builder entered;
    private final CycleList.Builder left;
    private final boolean traced;
    private boolean pushed;
    private boolean popped;
    private long words;
    private int maximum;
    private int room;
    private long full;
    private long empty;

    Fifo(Channel channel, boolean traced) {
        this.channel = channel;
        this.depth = channel.depth();
        this.traced = traced;
        this.entered = new CycleList.Builder();
        this.left = new CycleList.Builder();
    }

    boolean isFull() {
        return level == depth;
    }

    boolean isEmpty() {
        return level == 0;
    }

    void push(long cycle) {
        pushed = true;
        words++;
        room = Math.max(room, level + 1);
        if (traced) {
            entered.add(cycle);
        }
    }

    void pop(long cycle) {
        popped = true;
        if (traced) {
            left.add(cycle);
        }
    }

    /** Ends the cycle: its pushes and pops are seen from the next on. */
    void tick() {
        if (level == 0) {
            empty++;
        } else if (level == depth) {
            full++;
        }
        if (pushed != popped) {
            level += pushed ? 1 : -1;
            maximum = Math.max(maximum, level);
        }
        pushed = false;
        popped = false;
    }

    ChannelActivity activity() {
        return new ChannelActivity(channel.name(), depth, words, maximum, room, full, empty);
    }

    ChannelTrace trace() {
        return new ChannelTrace(channel.name(), entered.build(), left.build());
    }
}
