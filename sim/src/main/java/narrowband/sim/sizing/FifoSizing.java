package narrowband.sim.sizing;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Adder;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fork;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.CycleList;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;

/**
 * Shrinks the FIFOs into adders, which are laid out to hold an image, as far as nobody outside can tell. A depth must do two
 * things:
 *
 * <ul>
 *   <li>Never stand still, however source and sink stall. While an adder waits for a word of one side, the fork before it
 *       must be able to send all that this word needs, and so the other side's FIFO must hold what comes of the same words.
 *       How many, {@link DataDependence} reads off the units' programs; no simulation is needed, and none could prove it.
 *   <li>Keep the pace. At the room that the unsized design really uses, no word is ever refused that was not refused before,
 *       so that every word of a steady stream moves in the same cycle as before. One simulation tells.
 * </ul>
 *
 * <p>The larger of the two is enough. It is within a few words of the least where layers are balanced; where a stream takes
 * no more than {@value #EXACT_CYCLES} cycles, a bisection finds the least depth between the two that keeps every output
 * cycle.
 *
 * <p>All other FIFOs keep their depth. No depth goes below {@value #SMALLEST}: a shallower FIFO passes only every second
 * cycle and saves nothing.
 */
public final class FifoSizing {
    /** The smallest depth given, words. */
    public static final int SMALLEST = 2;

    /** Images enough for the pipeline to fill and images to queue behind each other. */
    public static final int DEFAULT_IMAGES = 4;

    /** The longest stream that is simulated again and again for the least depths. */
    static final int EXACT_CYCLES = 100_000;

    private final Stimulus stream;
    private final List<CycleList> expected;
    private Accelerator design;

    private FifoSizing(Accelerator design, Stimulus stream, List<CycleList> expected) {
        this.design = design;
        this.stream = stream;
        this.expected = expected;
    }

    /** The accelerator with its adders' FIFOs sized for a stream of {@value #DEFAULT_IMAGES} images. */
    public static Accelerator size(Accelerator unsized) {
        return size(unsized, DEFAULT_IMAGES);
    }

    /**
     * The accelerator with its adders' FIFOs sized; the same object where there are none.
     *
     * @param images the stream over which the room in use is watched, at least 1
     * @throws DeadlockException if the unsized design cannot bring the stream through
     */
    public static Accelerator size(Accelerator unsized, int images) {
        List<Adder> adders = units(unsized, Adder.class);
        if (adders.isEmpty()) {
            return unsized;
        }
        Stimulus stream = Stimulus.images(images);
        ForkJoinTask<Map<String, Integer>> beside = ForkJoinPool.commonPool().submit(() -> safeDepths(unsized, adders));
        Simulation reference = CycleSimulator.simulate(unsized, stream);
        Map<String, Integer> safe = beside.join();
        Map<String, Integer> depths = new LinkedHashMap<>();
        safe.forEach((channel, depth) ->
                depths.put(channel, Math.max(depth, reference.channel(channel).roomUsed())));
        Accelerator sized = unsized.withDepths(depths);
        if (reference.cycles() > EXACT_CYCLES) {
            return sized;
        }
        FifoSizing search = new FifoSizing(sized, stream, reference.outputCycles());
        // The largest first, since what one side of an adder gives up the other may have to keep.
        sized.channels().stream()
                .filter(channel -> safe.containsKey(channel.name()))
                .sorted(Comparator.comparingLong((Channel channel) ->
                                (long) channel.depth() * channel.type().bits())
                        .reversed())
                .forEach(channel -> search.bisect(channel.name(), safe.get(channel.name()), channel.depth()));
        return search.design;
    }

    /** The depths, by channel into an adder, from which on nothing can stand still. */
    static Map<String, Integer> safeDepths(Accelerator unsized) {
        return safeDepths(unsized, units(unsized, Adder.class));
    }

    private static Map<String, Integer> safeDepths(Accelerator unsized, List<Adder> adders) {
        Map<String, Integer> depths = new LinkedHashMap<>();
        adders.forEach(adder -> unsized.into(adder).forEach(channel -> depths.put(channel.name(), SMALLEST)));
        List<Fork> forks = units(unsized, Fork.class);
        for (Fork fork : forks) {
            // Where all words come through a later fork, that one holds them back by itself.
            List<Adder> met = adders.stream()
                    .filter(adder ->
                            forks.stream().allMatch(later -> later == fork || reaches(fork, adder, later, unsized)))
                    .toList();
            if (met.isEmpty()) {
                continue;
            }
            Map<String, int[]> needed = DataDependence.behind(fork, met.getLast(), unsized);
            for (Adder adder : met) {
                Channel left = unsized.into(adder).get(0);
                Channel right = unsized.into(adder).get(1);
                if (needed.containsKey(left.name()) && needed.containsKey(right.name())) {
                    depths.merge(left.name(), ahead(needed.get(left.name()), needed.get(right.name())), Math::max);
                    depths.merge(right.name(), ahead(needed.get(right.name()), needed.get(left.name())), Math::max);
                }
            }
        }
        depths.replaceAll((name, depth) -> Math.min(depth, unsized.depths().get(name)));
        return depths;
    }

    /** Whether words of a unit come to another on a way that avoids a third. */
    private static boolean reaches(Unit from, Unit to, Unit avoided, Accelerator accelerator) {
        Set<String> reached = new HashSet<>(Set.of(from.name()));
        for (Unit unit : accelerator.units()) {
            if (unit != avoided
                    && accelerator.into(unit).stream()
                            .anyMatch(channel -> reached.contains(channel.from().unit()))) {
                reached.add(unit.name());
            }
        }
        return reached.contains(to.name());
    }

    /** Gives a channel the least depth that keeps the output cycles, but none that is not safe; {@code enough} keeps them. */
    private void bisect(String channel, int least, int enough) {
        design = design.withDepths(Map.of(channel, LeastDepth.find(least, enough, depth -> keepsPace(channel, depth))));
    }

    private boolean keepsPace(String channel, int depth) {
        return CycleSimulator.reproduces(design.withDepths(Map.of(channel, depth)), stream, expected);
    }

    private static <U extends Unit> List<U> units(Accelerator accelerator, Class<U> kind) {
        return accelerator.units().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** The most words of one side that exist, and are not yet added, once the fork has sent what the other side's next word needs. */
    private static int ahead(int[] side, int[] other) {
        int most = 0;
        int existing = 0;
        for (int added = 0; added < other.length; added++) {
            while (existing < side.length && side[existing] <= other[added]) {
                existing++;
            }
            most = Math.max(most, existing - added);
        }
        return most;
    }
}
