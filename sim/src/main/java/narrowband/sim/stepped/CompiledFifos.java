package narrowband.sim.stepped;

import java.util.List;
import java.util.stream.IntStream;
import narrowband.accel.design.Channel;
import narrowband.sim.cycle.ChannelActivity;
import narrowband.sim.stepped.SteppedLayout.Place;

/** All channels in a {@link CompiledStepping}. Cycles in which they are empty or full are counted when that ends. */
final class CompiledFifos {
    private final List<Channel> channels;
    private final long[] state;
    private final int words;
    /** The first slots of words. */
    private final int emptySlot;

    private final int fullSlot;
    private final int pushedSlot;
    private final int poppedSlot;
    /** By word, the bits of its channels. */
    private final long[] masks;
    /** By word and bit, the channel. */
    private final int[] channelAt;

    private final int[] depths;
    private final int[] levels;
    private final long[] entered;
    private final int[] maximum;
    private final int[] room;
    private final long[] cyclesEmpty;
    private final long[] cyclesFull;

    CompiledFifos(List<Channel> channels, List<Place> places, StateSlots slots, long[] state) {
        this.channels = channels;
        this.state = state;
        words = slots.words();
        emptySlot = slots.empty(0);
        fullSlot = slots.full(0);
        pushedSlot = slots.pushed(0);
        poppedSlot = slots.popped(0);
        masks = new long[words];
        channelAt = new int[Long.SIZE * words];
        depths = channels.stream().mapToInt(Channel::depth).toArray();
        levels = new int[depths.length];
        entered = new long[depths.length];
        maximum = new int[depths.length];
        room = new int[depths.length];
        cyclesEmpty = new long[depths.length];
        cyclesFull = new long[depths.length];
        for (int channel = 0; channel < depths.length; channel++) {
            Place place = places.get(channel);
            masks[place.word()] |= place.mask();
            channelAt[Long.SIZE * place.word() + place.bit()] = channel;
            state[slots.empty(place.word())] |= place.mask();
        }
    }

    /** Ends a cycle; whether words moved. */
    boolean tick(long cycle) {
        long moved = 0;
        for (int word = 0; word < words; word++) {
            long in = state[pushedSlot + word];
            long out = state[poppedSlot + word] & masks[word];
            moved |= in | out;
            for (long left = in | out; left != 0; left &= left - 1) {
                int channel = channelAt[Long.SIZE * word + Long.numberOfTrailingZeros(left)];
                long bit = left & -left;
                int level = levels[channel];
                if ((in & bit) == 0) {
                    drain(channel, word, bit, cycle + 1);
                } else {
                    entered[channel]++;
                    if (level >= room[channel]) {
                        room[channel] = level + 1;
                    }
                    if ((out & bit) == 0) {
                        fill(channel, word, bit, cycle + 1);
                    }
                }
            }
        }
        return moved != 0;
    }

    /** From a cycle on a channel holds one word more. */
    private void fill(int channel, int word, long bit, long cycle) {
        int level = ++levels[channel];
        if (level == 1) {
            state[emptySlot + word] ^= bit;
            cyclesEmpty[channel] += cycle;
        }
        if (level == depths[channel]) {
            state[fullSlot + word] ^= bit;
            cyclesFull[channel] -= cycle;
        }
        if (level > maximum[channel]) {
            maximum[channel] = level;
        }
    }

    /** From a cycle on a channel holds one word less. */
    private void drain(int channel, int word, long bit, long cycle) {
        int level = --levels[channel];
        if (level == 0) {
            state[emptySlot + word] ^= bit;
            cyclesEmpty[channel] -= cycle;
        }
        if (level == depths[channel] - 1) {
            state[fullSlot + word] ^= bit;
            cyclesFull[channel] += cycle;
        }
    }

    List<ChannelActivity> activities(long cycles) {
        return IntStream.range(0, depths.length)
                .mapToObj(channel -> new ChannelActivity(
                        channels.get(channel).name(),
                        depths[channel],
                        entered[channel],
                        maximum[channel],
                        room[channel],
                        levels[channel] == depths[channel] ? cyclesFull[channel] + cycles : cyclesFull[channel],
                        levels[channel] == 0 ? cyclesEmpty[channel] + cycles : cyclesEmpty[channel]))
                .toList();
    }
}
