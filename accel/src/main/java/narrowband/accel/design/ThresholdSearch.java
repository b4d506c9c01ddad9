package narrowband.accel.design;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/** Finds the cheapest unit for a layer of thresholds behind words of some lanes: exact over all lanes and methods. */
final class ThresholdSearch {
    /** Levels of fewer bits are found by comparing for less than a product would cost. */
    private static final int FEWEST_BITS_TO_MULTIPLY = 5;

    /** More comparators at once are never the cheapest. */
    private static final int MOST_BITS_IN_PARALLEL = 3;

    /** The part of the target that a unit may take if another can take less. */
    private static final double SHARE = 0.8;

    private ThresholdSearch() {}

    /**
     * The cheapest unit that passes an image within the target, the width converter and FIFO that it needs in front of it
     * counted in; the fastest where none is so fast.
     *
     * @param incoming lanes of the words that come in
     */
    static Thresholding cheapest(
            IntegerNetwork network, Layer.Threshold layer, int incoming, long targetCycles, Fpga fpga) {
        Tensor from = network.inputOf(layer);
        int channels = from.shape().channels();
        List<Thresholding> inOneLane = inOneLane(network, layer, fpga);
        List<Thresholding> candidates = new ArrayList<>();
        for (int lanes = 1; lanes <= channels; lanes++) {
            if (channels % lanes == 0 && (lanes % incoming == 0 || incoming % lanes == 0)) {
                for (Thresholding unit : inOneLane) {
                    Thresholding candidate = unit.withLanes(lanes, fpga);
                    if (candidate.isInTime(fpga)) {
                        candidates.add(candidate);
                    }
                }
            }
        }
        // Words come in bursts, so that a unit that has no time to spare holds up those before it.
        return cheapest(candidates, (long) (SHARE * targetCycles), incoming, fpga)
                .or(() -> cheapest(candidates, targetCycles, incoming, fpga))
                .orElseGet(() -> candidates.stream()
                        .min(Comparator.comparingLong(
                                        (Thresholding unit) -> unit.timing().cycles())
                                .thenComparingDouble(unit -> cost(unit, incoming, fpga)))
                        .orElseThrow());
    }

    private static Optional<Thresholding> cheapest(
            List<Thresholding> candidates, long cycles, int incoming, Fpga fpga) {
        return candidates.stream()
                .filter(unit -> unit.timing().cycles() <= cycles)
                .min(Comparator.comparingDouble((Thresholding unit) -> cost(unit, incoming, fpga)));
    }

    /** A unit of one lane for each method that can be the cheapest. */
    private static List<Thresholding> inOneLane(IntegerNetwork network, Layer.Threshold layer, Fpga fpga) {
        int bits = layer.type().bits();
        List<Method> methods = new ArrayList<>(List.of(Method.PIPELINED));
        if (bits <= MOST_BITS_IN_PARALLEL) {
            methods.add(Method.PARALLEL);
        }
        if (bits >= 2) {
            methods.add(Method.SERIAL);
        }
        List<Thresholding> units = new ArrayList<>();
        for (Method method : methods) {
            units.add(Thresholding.of(network, layer, new ThresholdFolding(1, method), fpga));
        }
        if (bits >= FEWEST_BITS_TO_MULTIPLY) {
            Thresholding.multiplying(network, layer, 1, fpga).ifPresent(units::add);
        }
        return units;
    }

    private static double cost(Thresholding unit, int incoming, Fpga fpga) {
        Resources resources = unit.resources(fpga);
        if (unit.lanes() != incoming) {
            StreamType from = new StreamType(incoming, unit.from(), unit.positions() * unit.channels() / incoming);
            WidthConverter converter = new WidthConverter(unit.name(), unit.layer(), from, unit.lanes());
            resources = resources
                    .plus(converter.resources(fpga))
                    .plus(Accelerator.fifo(
                            Dataflow.DEPTH, unit.lanes() * unit.from().bits(), false, fpga));
        }
        return fpga.cost(resources);
    }
}
