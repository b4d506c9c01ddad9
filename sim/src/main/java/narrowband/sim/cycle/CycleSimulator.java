package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.Unit;

/**
 * Runs an accelerator cycle by cycle, exactly by the contract of {@link Process}.
 *
 * <p>Outside of it stand a source, which in each cycle that its stall pattern allows puts the next image word into the image
 * channel unless that is full at the cycle's start, for a shared engine a second such source of its weights, and a sink, which takes a result word unless there is none. Cycle 0 is
 * the first after reset. The simulation ends when every process has fired all its steps for all images and the sink has all
 * words; processes do not begin an image that never comes, which hardware may do without effect on any result.
 *
 * <p>Time and memory: some nanoseconds for a process and cycle in which something happens that another can see, since cycles in
 * which nothing does are skipped and words that flow steadily from outside are counted at once, without any change to what is
 * counted; memory for the program code, the output cycles and, if asked
 * for, the trace. An instance runs once, in one thread.
 */
public final class CycleSimulator {
    private final Accelerator accelerator;
    private final Stimulus stimulus;
    private final Fifo[] fifos;
    private final Sequencer[] sequencers;
    private final Agenda agenda;
    private final Fifo image;
    private final Optional<Fifo> weights;
    private final Fifo result;

    private CycleSimulator(Accelerator accelerator, Stimulus stimulus) {
        this.accelerator = accelerator;
        this.stimulus = stimulus;
        agenda = new Agenda(
                accelerator.units().stream()
                        .mapToInt(unit -> unit.timing().processes().size())
                        .sum(),
                accelerator.channels().size(),
                accelerator.units().stream()
                        .mapToInt(unit -> unit.timing().counters().size())
                        .sum());
        Map<String, Fifo> byName = new HashMap<>();
        for (Channel channel : accelerator.channels()) {
            byName.put(channel.name(), new Fifo(channel, stimulus.traced(), agenda));
        }
        fifos = accelerator.channels().stream()
                .map(channel -> byName.get(channel.name()))
                .toArray(Fifo[]::new);
        image = byName.get(accelerator.input().name());
        weights = accelerator.weights().map(channel -> byName.get(channel.name()));
        result = byName.get(accelerator.output().name());
        List<Sequencer> all = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            Fifo[] inputs = fifos(accelerator.into(unit), byName);
            Fifo[] outputs = fifos(accelerator.outOf(unit), byName);
            Counter[] counters = unit.timing().counters().stream()
                    .map(value -> new Counter(value, agenda))
                    .toArray(Counter[]::new);
            for (Process process : unit.timing().processes()) {
                all.add(new Sequencer(unit, process, inputs, outputs, counters, stimulus));
            }
        }
        all.forEach(agenda::start);
        sequencers = all.toArray(Sequencer[]::new);
    }

    private static Fifo[] fifos(List<Channel> channels, Map<String, Fifo> byName) {
        return channels.stream().map(channel -> byName.get(channel.name())).toArray(Fifo[]::new);
    }

    /**
     * Simulates until all images are through.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    public static Simulation simulate(Accelerator accelerator, Stimulus stimulus) {
        return new CycleSimulator(accelerator, stimulus).run(List.of()).orElseThrow();
    }

    /**
     * Whether every word of every result comes out in the cycle that is expected of it. Stops at the first that does not,
     * which is much sooner than simulating to the end; an accelerator that comes to stand does not reproduce anything.
     *
     * @param expected the output cycles of every image
     */
    public static boolean reproduces(Accelerator accelerator, Stimulus stimulus, List<CycleList> expected) {
        if (expected.size() != stimulus.images()) {
            throw new IllegalArgumentException(
                    "%d images have outputs, %d are simulated".formatted(expected.size(), stimulus.images()));
        }
        try {
            return new CycleSimulator(accelerator, stimulus).run(expected).isPresent();
        } catch (DeadlockException e) {
            return false;
        }
    }

    /** Runs to the end, or to the first output word that is not expected in its cycle, if any are expected. */
    private Optional<Simulation> run(List<CycleList> expected) {
        CycleList all = CycleList.concatenation(expected);
        Boundary source = new Boundary(image.channel.type().words() * stimulus.images());
        Boundary sink = new Boundary(result.channel.type().words() * stimulus.images());
        Boundary loader =
                new Boundary(weights.map(fifo -> fifo.channel.type().words()).orElse(0L) * stimulus.images());
        if (stimulus.weights() == StallPattern.ALWAYS) {
            weights.ifPresent(fifo -> fifo.feed = loader);
        }
        boolean steady = stimulus.source() == StallPattern.ALWAYS
                && stimulus.sink() == StallPattern.ALWAYS
                && stimulus.weights() == StallPattern.ALWAYS;
        long cycle = 0;
        while (!sink.isDone() || !source.isDone() || !loader.isDone() || !allDone()) {
            boolean moves = agenda.step(cycle);
            boolean sourceReady = !source.isDone() && !image.isFull();
            boolean sinkReady = !sink.isDone() && !result.isEmpty();
            if (source.step(sourceReady, stimulus.source().acts(cycle), cycle)) {
                image.push(cycle);
            }
            boolean loaderReady = !loader.isDone()
                    && !weights.orElseThrow().isFull()
                    && !weights.orElseThrow().flows(cycle);
            if (loader.step(loaderReady, stimulus.weights().acts(cycle), cycle)) {
                weights.orElseThrow().push(cycle);
            }
            boolean due = sink.moved < all.size() && all.at((int) sink.moved) == cycle;
            boolean took = sink.step(sinkReady, stimulus.sink().acts(cycle), cycle);
            if (took) {
                result.pop(cycle);
            }
            if (took != due && !expected.isEmpty()) {
                return Optional.empty();
            }
            if (!moves && !sourceReady && !loaderReady && !sinkReady) {
                throw new DeadlockException(cycle, new Waits(sequencers, source.isDone()).circle());
            }
            agenda.tick(cycle);
            cycle++;
            long next = steady && isQuiet(source, sink, loader, cycle) ? agenda.next(cycle) : cycle;
            if (next > cycle) {
                if (sink.moved < all.size() && all.at((int) sink.moved) < next) {
                    return Optional.empty();
                }
                source.rest(next - cycle);
                sink.rest(next - cycle);
                loader.rest(next - cycle);
                cycle = next;
            }
        }
        return Optional.of(result(cycle, source, sink));
    }

    /** Whether the outside, which never stalls, can do nothing until the inside does something. */
    private boolean isQuiet(Boundary source, Boundary sink, Boundary loader, long cycle) {
        return (source.isDone() || image.isFull())
                && (sink.isDone() || result.isEmpty())
                && (loader.isDone()
                        || weights.orElseThrow().isFull()
                        || weights.orElseThrow().flows(cycle));
    }

    private boolean allDone() {
        for (Sequencer sequencer : sequencers) {
            if (!sequencer.isDone()) {
                return false;
            }
        }
        return true;
    }

    private Simulation result(long cycles, Boundary source, Boundary sink) {
        CycleList sent = source.moves.build();
        CycleList taken = sink.moves.build();
        int in = sent.size() / stimulus.images();
        int out = taken.size() / stimulus.images();
        List<ImageTiming> images = IntStream.range(0, stimulus.images())
                .mapToObj(i ->
                        new ImageTiming(sent.at(i * in), sent.at(i * in + in - 1), taken.slice(i * out, (i + 1) * out)))
                .toList();
        return new Simulation(
                cycles,
                accelerator.clockMegahertz(),
                images,
                List.of(sequencers).stream()
                        .map(sequencer -> sequencer.activity(cycles))
                        .toList(),
                List.of(fifos).stream().map(fifo -> fifo.activity(cycles)).toList(),
                source.activity(),
                sink.activity(),
                stimulus.timelineGrain() == 0
                        ? List.of()
                        : List.of(sequencers).stream()
                                .map(sequencer -> sequencer.timeline(cycles))
                                .toList(),
                stimulus.traced() ? List.of(fifos).stream().map(Fifo::trace).toList() : List.of());
    }

    /** The source or the sink in motion. */
    private static final class Boundary implements Feed {
        private final CycleList.Builder moves = new CycleList.Builder();
        private final long words;
        private long moved;
        private long held;
        private long waiting;
        private long idle;

        Boundary(long words) {
            this.words = words;
        }

        boolean isDone() {
            return moved == words;
        }

        @Override
        public long left() {
            return words - moved;
        }

        @Override
        public void take(long count) {
            moved += count;
        }

        /** Counts cycles in which no word can pass. */
        void rest(long cycles) {
            if (isDone()) {
                idle += cycles;
            } else {
                waiting += cycles;
            }
        }

        /** Counts the cycle; whether a word passes. */
        boolean step(boolean ready, boolean allowed, long cycle) {
            if (isDone()) {
                idle++;
                return false;
            }
            if (!allowed) {
                held++;
                return false;
            }
            if (!ready) {
                waiting++;
                return false;
            }
            moved++;
            moves.add(cycle);
            return true;
        }

        BoundaryActivity activity() {
            return new BoundaryActivity(moved, held, waiting, idle);
        }
    }
}
