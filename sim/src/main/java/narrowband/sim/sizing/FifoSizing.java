package narrowband.sim.sizing;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Adder;
import narrowband.accel.design.Channel;
import narrowband.sim.cycle.CycleList;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;

/**
 * Shrinks the FIFOs into adders, which are laid out to hold an image, as far as nobody outside can tell: every word of every
 * result of a stream comes out in the same cycle as before.
 *
 * <p>A first bound needs no search: at the depth that the unsized design really used ({@code roomUsed}), no word is ever
 * refused that was not refused before, so that all cycles stay. Below it a bisection finds a depth that keeps the output
 * cycles while one word less does not. Speed is not all: a pipeline that stands holds as many words as happened to be in
 * it, so that a depth may do for a steady source and deadlock behind one that stalls. Each depth must therefore also bring
 * images through behind a source that stalls often, and one that hardly ever sends.
 *
 * <p>All other FIFOs keep their depth. No depth goes below {@value #SMALLEST}: a shallower FIFO passes only every second
 * cycle and saves nothing.
 */
public final class FifoSizing {
    /** The smallest depth given, words. */
    public static final int SMALLEST = 2;

    /** Images enough for the pipeline to fill and images to queue behind each other. */
    public static final int DEFAULT_IMAGES = 4;

    private static final List<Stimulus> STRESSES = List.of(
            Stimulus.images(2).withStalls(StallPattern.random(1, 0.5), StallPattern.ALWAYS),
            Stimulus.images(1).withStalls(StallPattern.random(2, 0.9), StallPattern.ALWAYS),
            Stimulus.images(1).withStalls(StallPattern.random(3, 0.3), StallPattern.random(4, 0.5)));

    private final Stimulus stream;
    private final List<CycleList> expected;
    private Accelerator design;

    private FifoSizing(Accelerator unsized, Stimulus stream, Simulation reference) {
        this.design = unsized;
        this.stream = stream;
        this.expected = reference.outputCycles();
    }

    /** The accelerator with its adders' FIFOs sized for a stream of {@value #DEFAULT_IMAGES} images. */
    public static Accelerator size(Accelerator unsized) {
        return size(unsized, DEFAULT_IMAGES);
    }

    /**
     * The accelerator with its adders' FIFOs sized; the same object where there are none. Each depth is minimal beside the
     * others: one word less changes an output cycle or leads to a deadlock.
     *
     * @param images the stream over which output cycles are kept, at least 1
     * @throws DeadlockException if the unsized design cannot bring the stream through
     */
    public static Accelerator size(Accelerator unsized, int images) {
        List<Channel> channels = intoAdders(unsized);
        if (channels.isEmpty()) {
            return unsized;
        }
        Stimulus stream = Stimulus.images(images);
        Simulation reference = CycleSimulator.simulate(unsized, stream);
        FifoSizing sizing = new FifoSizing(unsized, stream, reference);
        sizing.shrink(channels, reference);
        return sizing.design;
    }

    private static List<Channel> intoAdders(Accelerator accelerator) {
        List<String> adders = accelerator.units().stream()
                .filter(Adder.class::isInstance)
                .map(unit -> unit.name())
                .toList();
        return accelerator.channels().stream()
                .filter(channel -> adders.contains(channel.to().unit()))
                .toList();
    }

    private void shrink(List<Channel> channels, Simulation reference) {
        Accelerator unsized = design;
        Map<String, Integer> used = new LinkedHashMap<>();
        for (Channel channel : channels) {
            int room = reference.channel(channel.name()).roomUsed();
            used.put(channel.name(), Math.min(channel.depth(), Math.max(SMALLEST, room)));
        }
        design = unsized.withDepths(used);
        if (!isAsGood(design)) {
            // Enough for a steady source, but not for one that stalls: start from the depths that are safe.
            design = unsized;
            used = unsized.depths();
        }
        Map<String, Integer> from = used;
        // The largest first, since what one side of an adder gives up the other may have to keep.
        channels.stream()
                .sorted(Comparator.comparingLong((Channel channel) ->
                                (long) from.get(channel.name()) * channel.type().bits())
                        .reversed())
                .forEach(channel -> bisect(channel.name(), from.get(channel.name())));
    }

    /** Finds a depth that does, while one less does not; {@code enough} does. */
    private void bisect(String channel, int enough) {
        // One side of most adders needs no more than the smallest; a depth that does takes the longest to try.
        if (enough <= SMALLEST || isAsGood(design.withDepths(Map.of(channel, SMALLEST)))) {
            design = design.withDepths(Map.of(channel, Math.min(enough, SMALLEST)));
            return;
        }
        int tooFew = SMALLEST;
        while (enough - tooFew > 1) {
            int middle = (enough + tooFew) >>> 1;
            if (isAsGood(design.withDepths(Map.of(channel, middle)))) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        design = design.withDepths(Map.of(channel, enough));
    }

    private boolean isAsGood(Accelerator candidate) {
        if (!CycleSimulator.reproduces(candidate, stream, expected)) {
            return false;
        }
        try {
            STRESSES.forEach(stress -> CycleSimulator.simulate(candidate, stress));
            return true;
        } catch (DeadlockException e) {
            return false;
        }
    }
}
