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
import narrowband.accel.network.Layer;
import narrowband.sim.cycle.Link.Actor;
import narrowband.sim.cycle.Relief.Resource;

/**
 * Runs an accelerator cycle by cycle, exactly by the contract of {@link Process}.
 *
 * <p>Outside of it stand a source, which in each cycle that its stall pattern allows puts the next image word into the image
 * channel unless that is full at the cycle's start, for a shared engine a second such source of its weights, and a sink, which takes a result word unless there is none. Cycle 0 is
 * the first after reset. The simulation ends when every process has fired all its steps for all images and the sink has all
 * words; processes do not begin an image that never comes, which hardware may do without effect on any result.
 *
 * <p>Time and memory: some nanoseconds for a process and cycle in which something happens that another can see. Cycles in which
 * nothing does are skipped, words that flow steadily from outside are counted at once, and what repeats itself, from one output
 * position to the next or from one image to the next, is counted as often as it does, all without any change to what is counted;
 * {@code narrowband.sim.stepped} is the check. Memory for the program code, the cycles of the words in and out and, if asked for, the
 * trace. An instance runs once, in one thread.
 */
public final class CycleSimulator {
    /** More than any stream has of words, rows or tiles. */
    private static final int UNLIMITED = Integer.MAX_VALUE / 2;

    private final Accelerator accelerator;
    private final Stimulus stimulus;
    private final Relief relief;
    private final Fifo[] fifos;
    private final Sequencer[] sequencers;
    private final List<Counter> counters = new ArrayList<>();
    private final Agenda agenda;
    /** Null where words are always there. */
    private final Memory memory;

    private final Boundary source;
    private final Boundary sink;
    private final Boundary loader;

    /** Cycles that were gone through one by one. */
    private long stepped;

    private CycleSimulator(Accelerator accelerator, Stimulus stimulus, Relief relief) {
        this.accelerator = accelerator;
        this.stimulus = stimulus;
        this.relief = relief;
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
            byName.put(channel.name(), new Fifo(channel, depth(channel), stimulus.traced(), agenda));
        }
        fifos = accelerator.channels().stream()
                .map(channel -> byName.get(channel.name()))
                .toArray(Fifo[]::new);
        String input = accelerator.network().input().name();
        memory = stimulus.memory()
                .map(dram -> new Memory(
                        dram, accelerator.clockMegahertz(), stimulus.followed() ? Memory.actor(input) : null))
                .orElse(null);
        source = boundary(byName.get(accelerator.input().name()), stimulus.source(), Resource.IMAGES);
        sink = boundary(byName.get(accelerator.output().name()), stimulus.sink(), Resource.RESULTS);
        loader = accelerator
                .weights()
                .map(channel -> boundary(byName.get(channel.name()), stimulus.weights(), Resource.WEIGHTS))
                .orElse(null);
        if (loader != null
                && flows()
                && !stimulus.followed()
                && stimulus.memory().isEmpty()) {
            loader.fifo.feed = loader;
        }
        List<Sequencer> all = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            Fifo[] inputs = fifos(accelerator.into(unit), byName);
            Fifo[] outputs = fifos(accelerator.outOf(unit), byName);
            Counter[] counted = counters(unit);
            counters.addAll(List.of(counted));
            for (Process process : unit.timing().processes()) {
                all.add(new Sequencer(unit, process, inputs, outputs, counted, stimulus, relief));
            }
        }
        all.forEach(agenda::start);
        sequencers = all.toArray(Sequencer[]::new);
    }

    /** Whether words of weights that come and go are counted at once; those with gaps between only if nothing is kept of each. */
    private boolean flows() {
        return stimulus.weights() == StallPattern.ALWAYS
                || stimulus.weights().isRegular() && stimulus.timelineGrain() == 0 && !stimulus.traced();
    }

    private int depth(Channel channel) {
        boolean unlimited = relief == Resource.FIFOS
                || relief == Resource.IMAGES && channel.equals(accelerator.input())
                || relief == Resource.WEIGHTS && channel.from().equals(Channel.Port.EXTERNAL_WEIGHTS)
                || relief == Resource.RESULTS && channel.to().isExternal();
        return unlimited ? UNLIMITED : channel.depth();
    }

    /** The world outside, which fills a FIFO or drains it. */
    private Boundary boundary(Fifo fifo, StallPattern pattern, Resource resource) {
        String moves = switch (resource) {
            case WEIGHTS -> "weights";
            case RESULTS -> "result";
            default -> "image";
        };
        String layer = accelerator.network().layers().stream()
                .map(Layer::name)
                .reduce((first, last) -> resource == Resource.RESULTS ? last : first)
                .orElseThrow();
        StreamType type = fifo.channel.type();
        long words = type.words() * stimulus.images();
        boolean read = memory != null && resource != Resource.RESULTS && relief != resource;
        return new Boundary(
                fifo,
                resource != Resource.RESULTS,
                pattern,
                read ? memory.reader(moves, type.bits(), type.words(), words) : null,
                relief == resource,
                words,
                stimulus.traced() && memory != null && resource != Resource.RESULTS,
                stimulus.followed() ? new Actor(layer, "", moves) : null);
    }

    private Counter[] counters(Unit unit) {
        List<CounterRole> roles = CounterRole.of(unit);
        List<Integer> values = unit.timing().counters();
        return IntStream.range(0, values.size())
                .mapToObj(i -> {
                    CounterRole role = roles.get(i);
                    boolean unlimited = relief == Resource.BUFFERS
                            && (role == CounterRole.FREE_ROWS || role == CounterRole.FREE_TILES);
                    return new Counter(role, unlimited ? UNLIMITED : values.get(i), agenda);
                })
                .toArray(Counter[]::new);
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
        return simulate(accelerator, stimulus, Resource.NOTHING);
    }

    /**
     * Simulates with something that is without limit. What the processes and channels are then said to do is of no meaning where
     * they take no time.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    public static Simulation simulate(Accelerator accelerator, Stimulus stimulus, Relief relief) {
        return new CycleSimulator(accelerator, stimulus, relief).run(List.of()).orElseThrow();
    }

    /** The cycles of a simulation that are gone through one by one; the others are skipped or repeat those. */
    static long stepped(Accelerator accelerator, Stimulus stimulus) {
        CycleSimulator simulator = new CycleSimulator(accelerator, stimulus, Resource.NOTHING);
        simulator.run(List.of()).orElseThrow();
        return simulator.stepped;
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
            return new CycleSimulator(accelerator, stimulus, Resource.NOTHING)
                    .run(expected)
                    .isPresent();
        } catch (DeadlockException e) {
            return false;
        }
    }

    /** Runs to the end, or to the first output word that is not expected in its cycle, if any are expected. */
    private Optional<Simulation> run(List<CycleList> expected) {
        CycleList all = CycleList.concatenation(expected);
        boolean steady = stimulus.source().isRegular()
                && stimulus.sink().isRegular()
                && stimulus.weights().isRegular();
        Repetition repetition =
                steady && memory == null && expected.isEmpty() && stimulus.isPlain() ? repetition() : null;
        long firstImage = sink.fifo.channel.type().words();
        Link first = null;
        long cycle = 0;
        while (!sink.isDone() || !source.isDone() || loads() || !allDone()) {
            stepped++;
            boolean moves = agenda.step(cycle);
            boolean outside = source.isReady(cycle) || loads() && loader.isReady(cycle) || sink.isReady(cycle);
            if (memory != null) {
                memory.step(cycle);
            }
            source.step(cycle);
            if (loader != null) {
                loader.step(cycle);
            }
            boolean due = sink.moved() < all.size() && all.at((int) sink.moved()) == cycle;
            boolean took = sink.step(cycle) > 0;
            if (took != due && !expected.isEmpty()) {
                return Optional.empty();
            }
            if (took && first == null && sink.moved() >= firstImage) {
                first = sink.run;
            }
            if (!moves && !outside) {
                throw new DeadlockException(cycle, new Waits(sequencers, source.isDone()).circle());
            }
            agenda.tick(cycle);
            cycle++;
            long next = steady ? next(cycle) : cycle;
            if (next > cycle) {
                if (sink.moved() < all.size() && all.at((int) sink.moved()) < next) {
                    return Optional.empty();
                }
                source.rest(cycle, next);
                sink.rest(cycle, next);
                if (loader != null) {
                    loader.rest(cycle, next);
                }
                cycle = next;
            }
            if (repetition != null) {
                long skipped = repetition.look(cycle, sink.moved() / firstImage);
                if (skipped > 0) {
                    cycle += skipped;
                    agenda.moved();
                }
            }
        }
        return Optional.of(result(cycle, first));
    }

    private Repetition repetition() {
        List<Boundary> outside = new ArrayList<>(List.of(source, sink));
        if (loader != null) {
            outside.add(loader);
        }
        return new Repetition(new Repetition.Parts(List.of(sequencers), List.of(fifos), counters, outside));
    }

    private boolean loads() {
        return loader != null && !loader.isDone();
    }

    /** The first cycle from the given one on in which anything happens, as far as that is known; the outside is regular. */
    private long next(long cycle) {
        long next = agenda.next(cycle);
        if (next == cycle || memory != null && !memory.isQuiet()) {
            return cycle;
        }
        if (source.isReady(cycle)) {
            next = Math.min(next, source.acts(cycle));
        }
        if (sink.isReady(cycle)) {
            next = Math.min(next, sink.acts(cycle));
        }
        if (loader != null && loader.isReady(cycle)) {
            next = Math.min(next, loader.acts(cycle));
        }
        return next == Long.MAX_VALUE ? cycle : next;
    }

    private boolean allDone() {
        for (Sequencer sequencer : sequencers) {
            if (!sequencer.isDone()) {
                return false;
            }
        }
        return true;
    }

    private MemoryTrace offers() {
        return new MemoryTrace(source.offers(), loader == null ? CycleList.of() : loader.offers());
    }

    /** @param first what decided when the first image was out, if that is kept */
    private Simulation result(long cycles, Link first) {
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
                Optional.ofNullable(loader).map(Boundary::activity),
                stimulus.timelineGrain() == 0
                        ? List.of()
                        : List.of(sequencers).stream()
                                .map(sequencer -> sequencer.timeline(cycles))
                                .toList(),
                stimulus.traced() ? List.of(fifos).stream().map(Fifo::trace).toList() : List.of(),
                memory == null ? List.of() : memory.activities(),
                stimulus.traced() && memory != null ? Optional.of(offers()) : Optional.empty(),
                stimulus.followed()
                        ? List.of(
                                CriticalPath.to(first, images.getFirst().lastWordOut()),
                                CriticalPath.to(sink.run, images.getLast().lastWordOut()))
                        : List.of());
    }
}
