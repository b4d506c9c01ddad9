package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.Unit;

/**
 * Runs an accelerator cycle by cycle, exactly by the contract of {@link Process}.
 *
 * <p>Outside of it stand a source, which in each cycle that its stall pattern allows puts the next image word into the image
 * channel unless that is full at the cycle's start, and a sink, which takes a result word unless there is none. Cycle 0 is
 * the first after reset. The simulation ends when every process has fired all its steps for all images and the sink has all
 * words; processes do not begin an image that never comes, which hardware may do without effect on any result.
 *
 * <p>Time and memory: some nanoseconds for a process and cycle; memory for the program code, the output cycles and, if asked
 * for, the trace. An instance runs once, in one thread.
 */
public final class CycleSimulator {
    private final Accelerator accelerator;
    private final Stimulus stimulus;
    private final Fifo[] fifos;
    private final Counter[] counters;
    private final Sequencer[] sequencers;
    private final Fifo image;
    private final Fifo result;

    private CycleSimulator(Accelerator accelerator, Stimulus stimulus) {
        this.accelerator = accelerator;
        this.stimulus = stimulus;
        Map<String, Fifo> byName = new HashMap<>();
        for (Channel channel : accelerator.channels()) {
            byName.put(channel.name(), new Fifo(channel, stimulus.traced()));
        }
        fifos = accelerator.channels().stream()
                .map(channel -> byName.get(channel.name()))
                .toArray(Fifo[]::new);
        image = byName.get(accelerator.input().name());
        result = byName.get(accelerator.output().name());
        List<Counter> allCounters = new ArrayList<>();
        List<Sequencer> all = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            Fifo[] inputs = fifos(accelerator.into(unit), byName);
            Fifo[] outputs = fifos(accelerator.outOf(unit), byName);
            Counter[] own = unit.timing().counters().stream().map(Counter::new).toArray(Counter[]::new);
            allCounters.addAll(List.of(own));
            for (Process process : unit.timing().processes()) {
                all.add(new Sequencer(unit, process, inputs, outputs, own, stimulus.images()));
            }
        }
        counters = allCounters.toArray(Counter[]::new);
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
        return new CycleSimulator(accelerator, stimulus).run();
    }

    private Simulation run() {
        Boundary source = new Boundary(image.channel.type().words() * stimulus.images());
        Boundary sink = new Boundary(result.channel.type().words() * stimulus.images());
        long cycle = 0;
        while (!sink.isDone() || !source.isDone() || !allDone()) {
            boolean moves = step(cycle);
            boolean sourceReady = !source.isDone() && !image.isFull();
            boolean sinkReady = !sink.isDone() && !result.isEmpty();
            if (source.step(sourceReady, stimulus.source().acts(cycle), cycle)) {
                image.push(cycle);
            }
            if (sink.step(sinkReady, stimulus.sink().acts(cycle), cycle)) {
                result.pop(cycle);
            }
            if (!moves && !sourceReady && !sinkReady) {
                throw new DeadlockException(cycle, new Waits(sequencers, source.isDone()).circle());
            }
            for (Fifo fifo : fifos) {
                fifo.tick();
            }
            for (Counter counter : counters) {
                counter.tick();
            }
            cycle++;
        }
        return result(cycle, source, sink);
    }

    /** Steps all processes; whether any of them moved. */
    private boolean step(long cycle) {
        boolean moves = false;
        for (Sequencer sequencer : sequencers) {
            moves |= sequencer.step(cycle);
        }
        return moves;
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
                List.of(fifos).stream().map(Fifo::activity).toList(),
                source.activity(),
                sink.activity(),
                stimulus.traced() ? List.of(fifos).stream().map(Fifo::trace).toList() : List.of());
    }

    /** The source or the sink in motion. */
    private static final class Boundary {
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
