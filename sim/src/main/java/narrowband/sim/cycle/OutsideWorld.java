package narrowband.sim.cycle;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.StreamType;

/**
 * The world outside of an accelerator for simulators that go through every cycle: the source of images, that of weights, the
 * sink, and the memory behind them. In each cycle it is told to {@link #begin}, and each stream to {@link #step} once.
 */
public final class OutsideWorld {
    /** The stream of images. */
    public static final int IMAGE = 0;
    /** The stream of weights. */
    public static final int WEIGHTS = 1;
    /** The stream of results. */
    public static final int RESULT = 2;

    private final Accelerator accelerator;
    private final int images;
    private final Memory memory;
    /** By stream; no weights where the design takes none. */
    private final Stream[] streams;

    private long lastMove = -1;

    /** The world of a stream of images that comes and goes as the stimulus says. */
    public OutsideWorld(Accelerator accelerator, Stimulus stimulus) {
        this.accelerator = accelerator;
        images = stimulus.images();
        memory = stimulus.memory()
                .map(dram -> new Memory(dram, accelerator.clockMegahertz(), null))
                .orElse(null);
        streams = new Stream[] {
            read(accelerator.input(), "image", stimulus.source()),
            accelerator
                    .weights()
                    .map(channel -> read(channel, "weights", stimulus.weights()))
                    .orElse(null),
            new Stream(true, stimulus.sink(), null, accelerator.output().type().words() * images)
        };
    }

    private Stream read(Channel channel, String name, StallPattern pattern) {
        StreamType type = channel.type();
        long words = type.words() * images;
        return new Stream(
                channel.equals(accelerator.input()),
                pattern,
                memory == null ? null : memory.reader(name, type.bits(), type.words(), words),
                words);
    }

    /** Whether a stream has words left and moves one as soon as its channel lets it. */
    public boolean isSteady(int stream) {
        return streams[stream].pattern == StallPattern.ALWAYS && memory == null && streams[stream].left > 0;
    }

    /** Whether a stream has no word left. */
    public boolean isDone(int stream) {
        return streams[stream] == null || streams[stream].left == 0;
    }

    /** Whether all words are through. */
    public boolean isDone() {
        return isDone(RESULT) && isDone(IMAGE) && isDone(WEIGHTS);
    }

    /** The last cycle in which a word moved, or could have had a pattern or the memory let it. */
    public long lastMove() {
        return lastMove;
    }

    /** Begins a cycle. */
    public void begin(long cycle) {
        if (memory != null) {
            memory.step(cycle);
        }
    }

    /**
     * A cycle of a stream.
     *
     * @param ready whether its channel has room at the cycle's start, or a word where it goes out
     * @return whether a word moves
     */
    public boolean step(int stream, long cycle, boolean ready) {
        return streams[stream] != null && streams[stream].step(cycle, ready);
    }

    /**
     * What was seen, when all is done.
     *
     * @param cycles simulated
     */
    public Simulation simulation(long cycles, List<ProcessActivity> processes, List<ChannelActivity> channels) {
        long[] sent = streams[IMAGE].moves.build().toArray();
        CycleList taken = streams[RESULT].moves.build();
        int in = sent.length / images;
        int out = taken.size() / images;
        return new Simulation(
                cycles,
                accelerator.clockMegahertz(),
                IntStream.range(0, images)
                        .mapToObj(i -> new ImageTiming(
                                sent[i * in], sent[i * in + in - 1], taken.slice(i * out, (i + 1) * out)))
                        .toList(),
                processes,
                channels,
                streams[IMAGE].activity(cycles),
                streams[RESULT].activity(cycles),
                Optional.ofNullable(streams[WEIGHTS]).map(stream -> stream.activity(cycles)),
                List.of(),
                List.of(),
                memory == null ? List.of() : memory.activities(),
                Optional.empty(),
                List.of());
    }

    /** Words in or out. */
    private final class Stream {
        /** Whether its cycles are asked for; weights are many, and theirs are not. */
        private final boolean isKept;

        private final CycleList.Builder moves = new CycleList.Builder();
        private final StallPattern pattern;
        private final Memory.Reader reader;
        private long left;
        private long moved;
        private long held;
        private long last;

        Stream(boolean isKept, StallPattern pattern, Memory.Reader reader, long words) {
            this.isKept = isKept;
            this.pattern = pattern;
            this.reader = reader;
            this.left = words;
        }

        boolean step(long cycle, boolean ready) {
            if (left == 0 || reader != null && !ready) {
                return false;
            }
            if (reader != null && reader.arrival() > cycle) {
                reader.late(1);
                hold(cycle, true);
                return false;
            }
            if (pattern != StallPattern.ALWAYS && !pattern.acts(cycle)) {
                hold(cycle, ready);
                return false;
            }
            if (!ready) {
                return false;
            }
            left--;
            last = cycle;
            lastMove = cycle;
            moved++;
            if (isKept) {
                moves.add(cycle);
            }
            if (reader != null) {
                reader.take(cycle, null);
            }
            return true;
        }

        private void hold(long cycle, boolean ready) {
            held++;
            if (ready) {
                lastMove = cycle;
            }
        }

        /** What it did when all its words are through; what was not held back until then was waiting. */
        BoundaryActivity activity(long cycles) {
            long until = last + 1;
            return new BoundaryActivity(moved, held, until - moved - held, cycles - until);
        }
    }
}
