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
import narrowband.accel.design.StreamType;
import narrowband.accel.design.Unit;

/**
 * Runs an accelerator cycle by cycle, every process and every FIFO in every one of them: what {@link CycleSimulator} gives, by a
 * second way that skips nothing, and in each cycle something to look at. It shares the code of the programs and of the memory
 * with that one, and none of what happens in a cycle.
 */
public final class SteppedSimulator {
    private final Accelerator accelerator;
    private final Stimulus stimulus;
    private final SteppedFifo[] fifos;
    private final SteppedProcess[] processes;
    private final int[][] counters;
    private final int[][] changes;
    private final Memory memory;
    private final Outside source;
    private final Outside sink;
    private final Outside loader;
    private long cycle;

    /** Sees each cycle when it is over and before the next begins. */
    interface Observer {
        void see(long cycle, SteppedFifo[] fifos, SteppedProcess[] processes);
    }

    private SteppedSimulator(Accelerator accelerator, Stimulus stimulus) {
        this.accelerator = accelerator;
        this.stimulus = stimulus;
        Map<String, SteppedFifo> byName = new HashMap<>();
        fifos = accelerator.channels().stream().map(SteppedFifo::new).toArray(SteppedFifo[]::new);
        for (SteppedFifo fifo : fifos) {
            byName.put(fifo.channel.name(), fifo);
        }
        List<SteppedProcess> all = new ArrayList<>();
        counters = new int[accelerator.units().size()][];
        changes = new int[counters.length][];
        for (int u = 0; u < counters.length; u++) {
            Unit unit = accelerator.units().get(u);
            counters[u] = unit.timing().counters().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            changes[u] = new int[counters[u].length];
            for (Process process : unit.timing().processes()) {
                all.add(new SteppedProcess(
                        unit,
                        process,
                        find(accelerator.into(unit), byName),
                        find(accelerator.outOf(unit), byName),
                        counters[u],
                        changes[u],
                        stimulus.images()));
            }
        }
        processes = all.toArray(SteppedProcess[]::new);
        memory = stimulus.memory()
                .map(dram -> new Memory(dram, accelerator.clockMegahertz(), null))
                .orElse(null);
        source = outside(byName.get(accelerator.input().name()), "image", stimulus.source());
        sink = new Outside(
                byName.get(accelerator.output().name()),
                stimulus.sink(),
                null,
                accelerator.output().type().words() * stimulus.images());
        loader = accelerator
                .weights()
                .map(channel -> outside(byName.get(channel.name()), "weights", stimulus.weights()))
                .orElse(null);
    }

    private static SteppedFifo[] find(List<Channel> channels, Map<String, SteppedFifo> byName) {
        return channels.stream().map(channel -> byName.get(channel.name())).toArray(SteppedFifo[]::new);
    }

    private Outside outside(SteppedFifo fifo, String stream, StallPattern pattern) {
        StreamType type = fifo.channel.type();
        long words = type.words() * stimulus.images();
        return new Outside(
                fifo, pattern, memory == null ? null : memory.reader(stream, type.bits(), type.words(), words), words);
    }

    /**
     * Simulates until all images are through; without timelines, traces and critical paths.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    public static Simulation simulate(Accelerator accelerator, Stimulus stimulus) {
        return simulate(accelerator, stimulus, null);
    }

    /** @param observer sees each cycle; null if nobody does */
    static Simulation simulate(Accelerator accelerator, Stimulus stimulus, Observer observer) {
        SteppedSimulator simulator = new SteppedSimulator(accelerator, stimulus);
        while (!simulator.isDone()) {
            boolean moves = simulator.step();
            if (observer != null) {
                observer.see(simulator.cycle, simulator.fifos, simulator.processes);
            }
            if (!moves) {
                throw new DeadlockException(simulator.cycle, simulator.waits());
            }
            simulator.tick();
            simulator.cycle++;
        }
        return simulator.result();
    }

    private boolean isDone() {
        if (sink.left > 0 || source.left > 0 || loader != null && loader.left > 0) {
            return false;
        }
        for (SteppedProcess process : processes) {
            if (!process.isDone()) {
                return false;
            }
        }
        return true;
    }

    /** What happens in a cycle; whether anything moves, or could if the world outside let it. */
    private boolean step() {
        boolean moves = false;
        for (SteppedProcess process : processes) {
            moves |= process.step();
        }
        if (memory != null) {
            memory.step(cycle);
        }
        moves |= source.step(cycle, true);
        if (loader != null) {
            moves |= loader.step(cycle, true);
        }
        moves |= sink.step(cycle, false);
        return moves;
    }

    /** What happened is seen from the next cycle on. */
    private void tick() {
        for (SteppedFifo fifo : fifos) {
            fifo.tick();
        }
        for (int u = 0; u < counters.length; u++) {
            int[] values = counters[u];
            int[] change = changes[u];
            for (int i = 0; i < values.length; i++) {
                values[i] += change[i];
                change[i] = 0;
            }
        }
    }

    private List<DeadlockException.Wait> waits() {
        List<DeadlockException.Wait> waits = new ArrayList<>();
        for (SteppedProcess process : processes) {
            if (!process.isDone()) {
                waits.add(new DeadlockException.Wait(
                        process.name(), process.state().name()));
            }
        }
        return waits;
    }

    private Simulation result() {
        long[] sent = source.moves.build().toArray();
        CycleList taken = sink.moves.build();
        int images = stimulus.images();
        int in = sent.length / images;
        int out = taken.size() / images;
        return new Simulation(
                cycle,
                accelerator.clockMegahertz(),
                IntStream.range(0, images)
                        .mapToObj(i -> new ImageTiming(
                                sent[i * in], sent[i * in + in - 1], taken.slice(i * out, (i + 1) * out)))
                        .toList(),
                List.of(processes).stream()
                        .map(process -> process.activity(cycle))
                        .toList(),
                List.of(fifos).stream().map(SteppedFifo::activity).toList(),
                source.activity(),
                sink.activity(),
                Optional.ofNullable(loader).map(Outside::activity),
                List.of(),
                List.of(),
                memory == null ? List.of() : memory.activities(),
                Optional.empty(),
                List.of());
    }

    /** The source, the source of weights, or the sink. */
    private static final class Outside {
        private final CycleList.Builder moves = new CycleList.Builder();
        private final SteppedFifo fifo;
        private final StallPattern pattern;
        private final Memory.Reader reader;
        private long left;
        private long held;
        private long waiting;
        private long idle;

        Outside(SteppedFifo fifo, StallPattern pattern, Memory.Reader reader, long words) {
            this.fifo = fifo;
            this.pattern = pattern;
            this.reader = reader;
            this.left = words;
        }

        /** Whether a word moves, or could. */
        boolean step(long cycle, boolean fills) {
            if (left == 0) {
                idle++;
                return false;
            }
            boolean ready = fills ? fifo.level < fifo.depth : fifo.level > 0;
            if (reader != null && !ready) {
                waiting++;
                return false;
            }
            if (reader != null && reader.arrival() > cycle) {
                held++;
                reader.late(1);
                return true;
            }
            if (pattern != StallPattern.ALWAYS && !pattern.acts(cycle)) {
                held++;
                return ready;
            }
            if (!ready) {
                waiting++;
                return false;
            }
            left--;
            moves.add(cycle);
            if (reader != null) {
                reader.take(cycle, null);
            }
            if (fills) {
                fifo.pushed = true;
            } else {
                fifo.popped = true;
            }
            return true;
        }

        BoundaryActivity activity() {
            return new BoundaryActivity(moves.size(), held, waiting, idle);
        }
    }
}
