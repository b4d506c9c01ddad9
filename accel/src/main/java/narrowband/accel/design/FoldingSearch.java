package narrowband.accel.design;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/**
 * Balances the pipeline: for a number of cycles between images, each layer gets its cheapest matrix-vector unit that is no
 * slower; the goal decides the cycles. Exact over all foldings of each layer: every divisor of its outputs, input channels,
 * weight bits and activation bits.
 */
public final class FoldingSearch {
    /** The share that may be filled where the wanted one is too small for any design. */
    private static final double ALMOST_ALL = 0.9;

    /** Weights that are what they were trained to be. */
    public static final Set<Weights> FIXED = Set.of(Weights.STORED, Weights.FROZEN);

    private final IntegerNetwork network;
    private final Fpga fpga;
    private final double clockMegahertz;
    private final Set<Weights> places;
    private final Map<String, List<Candidate>> candidates = new LinkedHashMap<>();

    /** A folding of one layer, its cycles for one image, and what its window and product take and cost in look-up tables (block RAM counted in). */
    private record Candidate(MatrixVectorFolding folding, long cycles, Resources resources, double cost) {}

    private FoldingSearch(IntegerNetwork network, Fpga fpga, double clockMegahertz, Set<Weights> places) {
        this.network = network;
        this.fpga = fpga.at(clockMegahertz);
        this.places = places;
        this.clockMegahertz = clockMegahertz;
        for (Layer layer : network.layers()) {
            if (network.weights().containsKey(layer.name())) {
                candidates.put(layer.name(), candidates(layer));
            }
        }
    }

    /**
     * The accelerator that reaches the goal, FIFOs not yet sized.
     *
     * @throws InvalidInputException if none does, with the layer or the resource that stops it and what can be reached
     */
    public static Accelerator search(IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal) {
        return search(network, fpga, clockMegahertz, goal, FIXED);
    }

    /**
     * As {@link #search(IntegerNetwork, Fpga, double, Goal)}, with a say in where the weights of matrix-vector units may be.
     *
     * @param places at least one; that only of frozen weights may have no design at all
     */
    public static Accelerator search(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal, Set<Weights> places) {
        FoldingSearch search = new FoldingSearch(network, fpga, clockMegahertz, places);
        return switch (goal) {
            case Goal.FramesPerSecond rate -> search.reach(rate.framesPerSecond());
            case Goal.FillDevice fill -> search.fill(fill.share());
        };
    }

    /**
     * What the cheapest unit of a layer takes, its window counted in, that passes an image within the cycles; the fastest where
     * none is so fast.
     */
    static WidthPrices.Carrier cheapest(IntegerNetwork network, String layer, Fpga fpga, long cycles) {
        List<Candidate> all = new FoldingSearch(network, fpga, fpga.clockMegahertz(), FIXED).candidates.get(layer);
        Candidate best = cheapest(all, Math.max(cycles, fewestCycles(all))).orElseThrow();
        return new WidthPrices.Carrier(best.resources(), best.cycles());
    }

    private static Optional<Candidate> cheapest(List<Candidate> layer, long cycles) {
        return layer.stream()
                .filter(candidate -> candidate.cycles() <= cycles)
                .min(Comparator.comparingDouble(Candidate::cost).thenComparingLong(Candidate::cycles));
    }

    private Accelerator reach(double framesPerSecond) {
        long target = (long) Math.floor(clockMegahertz * 1e6 / framesPerSecond);
        Optional<Accelerator> design = target < 1 ? Optional.empty() : layOut(target);
        if (design.isEmpty() || design.get().intervalBound() > target) {
            throw new InvalidInputException(
                    "%s images per second at %s MHz leave %d cycles for an image, but %s; at most %d images per second can be reached at this clock."
                            .formatted(number(framesPerSecond), number(clockMegahertz), target, slowest(), (long)
                                    (clockMegahertz * 1e6 / fastestCycles())));
        }
        Resources needed = resources(design.get());
        if (!needed.fits(fpga)) {
            throw new InvalidInputException(
                    "%s images per second need about %s, but %s; it reaches about %d images per second."
                            .formatted(number(framesPerSecond), text(needed), offer(), (long)
                                    (clockMegahertz * 1e6 / fill(1).intervalBound())));
        }
        return design.get();
    }

    /** The fastest design within the share; resources grow as the cycles shrink, so that a binary search finds it. */
    private Accelerator fill(double share) {
        TreeSet<Long> cycles = new TreeSet<>();
        cycles.add(fastestCycles());
        candidates.values().stream()
                .flatMap(List::stream)
                .map(Candidate::cycles)
                .forEach(cycles::add);
        List<Long> targets = new ArrayList<>(cycles.tailSet(fastestCycles()));
        int low = 0;
        int high = targets.size() - 1;
        Accelerator best = null;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Accelerator design = layOut(targets.get(middle)).orElseThrow();
            if (within(resources(design), share)) {
                best = design;
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        if (best != null) {
            return best;
        }
        return share < ALMOST_ALL ? fill(ALMOST_ALL) : smallest(targets.getLast());
    }

    /** The design of the slowest target, if the FPGA has room for it at all. */
    private Accelerator smallest(long target) {
        Accelerator design = layOut(target).orElseThrow();
        Resources needed = resources(design);
        if (!needed.fits(fpga)) {
            throw new InvalidInputException(
                    "Even the smallest design needs about %s, but %s; choose a larger FPGA, fewer bits, or --shape shared, which streams its weights."
                            .formatted(text(needed), offer()));
        }
        return design;
    }

    /** The estimate with the shortest FIFOs, since those of an adder are sized only when the design is known. */
    private static Resources resources(Accelerator design) {
        Map<String, Integer> shortest = new LinkedHashMap<>();
        design.depths().keySet().forEach(channel -> shortest.put(channel, Dataflow.DEPTH));
        return design.withDepths(shortest).resources();
    }

    private boolean within(Resources resources, double share) {
        return fpga.logicCells(resources) <= share * fpga.luts()
                && resources.flipFlops() <= share * fpga.flipFlops()
                && resources.blockRams() <= share * fpga.blockRams()
                && resources.multipliers() <= fpga.multipliers();
    }

    /** The cheapest folding of every layer within the cycles; none if a layer has no folding that fast. */
    private Optional<Accelerator> layOut(long target) {
        Map<String, MatrixVectorFolding> chosen = new LinkedHashMap<>();
        for (Map.Entry<String, List<Candidate>> layer : candidates.entrySet()) {
            Optional<Candidate> cheapest = cheapest(layer.getValue(), target);
            if (cheapest.isEmpty()) {
                return Optional.empty();
            }
            chosen.put(layer.getKey(), cheapest.get().folding());
        }
        return Optional.of(Dataflow.layOut(network, fpga, clockMegahertz, new Folding(target, chosen)));
    }

    private long fastestCycles() {
        return candidates.values().stream()
                .mapToLong(FoldingSearch::fewestCycles)
                .reduce(network.input().shape().positions(), Math::max);
    }

    private String slowest() {
        return candidates.entrySet().stream()
                .max(Comparator.comparingLong(layer -> fewestCycles(layer.getValue())))
                .map(layer -> "layer %s needs at least %d".formatted(layer.getKey(), fewestCycles(layer.getValue())))
                .orElse("the image has %d words"
                        .formatted(network.input().shape().positions()));
    }

    private static long fewestCycles(List<Candidate> layer) {
        return layer.stream().mapToLong(Candidate::cycles).min().orElseThrow();
    }

    private List<Candidate> candidates(Layer layer) {
        return foldings(layer).stream()
                .map(folding -> candidate(layer, folding))
                .toList();
    }

    /** Every folding of a layer, but frozen weights only where each truth table takes one look-up table for a bit. */
    private List<MatrixVectorFolding> foldings(Layer layer) {
        Tensor from = network.inputOf(layer);
        int weightBits = network.weights().get(layer.name()).bits();
        List<MatrixVectorFolding> foldings = new ArrayList<>();
        if (DepthwiseConvolution.carries(layer)) {
            for (int pe : divisors(from.shape().channels())) {
                foldings.add(MatrixVectorFolding.depthwise(
                        pe, weightBits, from.type().bits()));
            }
            return foldings;
        }
        for (int pe : divisors(network.tensor(layer.name()).shape().channels())) {
            for (int simd : MatrixVectorFolding.simdChoices(layer, from.shape().channels())) {
                for (int activationDigit : divisors(from.type().bits())) {
                    boolean freezable = MatrixVector.canFreeze(network, layer, pe, simd, fpga);
                    for (Weights place : Weights.values()) {
                        for (int weightDigit : weightDigits(place, weightBits, freezable)) {
                            foldings.add(new MatrixVectorFolding(pe, simd, weightDigit, activationDigit, place));
                        }
                    }
                }
            }
        }
        return foldings;
    }

    /** The weight bits that a unit may take at a time with its weights in that place; none where they must not be there. */
    private List<Integer> weightDigits(Weights place, int weightBits, boolean freezable) {
        if (!places.contains(place)) {
            return List.of();
        }
        return switch (place) {
            case STORED, RELOADABLE -> divisors(weightBits);
            case FROZEN -> freezable ? List.of(weightBits) : List.of();
        };
    }

    private Candidate candidate(Layer layer, MatrixVectorFolding folding) {
        boolean depthwise = DepthwiseConvolution.carries(layer);
        Unit unit = depthwise
                ? DepthwiseConvolution.of(network, (Layer.Convolution) layer, folding)
                : MatrixVector.of(network, layer, folding, fpga);
        Optional<SlidingWindow> window = layer instanceof Layer.Convolution convolution
                ? SlidingWindow.of(convolution, network.inputOf(layer), depthwise ? folding.pe() : folding.simd())
                : Optional.empty();
        Resources resources =
                unit.resources(fpga).plus(window.map(w -> w.resources(fpga)).orElse(Resources.NONE));
        long cycles = Math.max(
                unit.timing().cycles(), window.map(w -> w.timing().cycles()).orElse(0L));
        return new Candidate(folding, cycles, resources, fpga.cost(resources));
    }

    private static List<Integer> divisors(int number) {
        return IntStream.rangeClosed(1, number)
                .filter(d -> number % d == 0)
                .boxed()
                .toList();
    }

    private String text(Resources resources) {
        return "%d logic cells (%d LUTs, %d flip-flops) and %d block RAMs"
                .formatted(fpga.logicCells(resources), resources.luts(), resources.flipFlops(), resources.blockRams());
    }

    private String offer() {
        return "%s has %d logic cells, %d flip-flops and %d block RAMs"
                .formatted(fpga.name(), fpga.luts(), fpga.flipFlops(), fpga.blockRams());
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
