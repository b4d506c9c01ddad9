package narrowband.sim.stepped;

import narrowband.accel.design.Channel;
import narrowband.sim.cycle.ChannelActivity;

/** A channel of the {@link SteppedSimulator}. */
final class SteppedFifo {
    final Channel channel;
    final int depth;
    /** Words at the cycle's start. */
    int level;
    /** Whether a word enters in this cycle. */
    boolean pushed;
    /** Whether a word leaves in this cycle. */
    boolean popped;

    private long words;
    private int maximum;
    private int room;
    private long full;
    private long empty;

    SteppedFifo(Channel channel) {
        this.channel = channel;
        this.depth = channel.depth();
    }

    /** Ends a cycle. */
    void tick() {
        if (level == 0) {
            empty++;
        } else if (level == depth) {
            full++;
        }
        if (!pushed && !popped) {
            return;
        }
        if (pushed) {
            words++;
            room = Math.max(room, level + 1);
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
}
