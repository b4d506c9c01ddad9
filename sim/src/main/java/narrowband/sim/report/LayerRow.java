package narrowband.sim.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Resources;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.sim.LayerHardware;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.EnergyInterval;

/**
 * A row of the layer table.
 *
 * @param kind what the layer does, in a few words: {@code conv 3x3}, {@code dense}; {@code shared engine} for the unit that
 *     takes all layers but the first in turn
 * @param shape of its output, height x width x channels
 * @param parameters number of weights
 * @param weightBits width of its weights; null where it has none
 * @param inputBits width of the codes that it takes in
 * @param outputBits width of the codes that it gives
 * @param multiplyAccumulates for one image
 * @param folding its parallelism: rows (pe), columns (simd), bits of weight x activation at a time; or lanes
 * @param busiest the process of the layer with the most steps, {@code unit.process}; the next three are its
 * @param cyclesPerImage cycles of work for one image
 * @param utilisation share of the simulated stream's cycles in which it worked, 0..1
 * @param stalls where its cycles went
 * @param resources estimate before synthesis, with the FIFOs before it
 * @param picojoules energy for one image, without clock tree and power at rest; null if there is no energy profile
 */
public record LayerRow(
        String name,
        String kind,
        String shape,
        long parameters,
        Optional<Integer> weightBits,
        int inputBits,
        int outputBits,
        long multiplyAccumulates,
        String folding,
        String busiest,
        long cyclesPerImage,
        double utilisation,
        Stalls stalls,
        Resources resources,
        Optional<EnergyInterval> picojoules) {
    /**
     * Where the cycles of a simulated stream went. Adds up to its cycles.
     *
     * @param busy it worked
     * @param waitingForInput no word came
     * @param waitingForRows words came, but a line buffer was short of complete or of free rows
     * @param blockedByOutput what it made found no room
     * @param filling before its first step
     * @param draining after its last
     */
    public record Stalls(
            long busy, long waitingForInput, long waitingForRows, long blockedByOutput, long filling, long draining) {
        static Stalls of(ProcessActivity process) {
            return new Stalls(
                    process.busy(),
                    process.inputStall(),
                    process.counterStall(),
                    process.outputStall(),
                    process.idleBefore(),
                    process.idleAfter());
        }

        public long total() {
            return busy + waitingForInput + waitingForRows + blockedByOutput + filling + draining;
        }
    }

    /** The rows of all layers with units. */
    static List<LayerRow> of(Accelerator accelerator, Simulation stream, Optional<EnergyEstimate> energy) {
        List<LayerRow> rows = new ArrayList<>();
        for (LayerHardware hardware : LayerHardware.of(accelerator)) {
            stream.ofLayer(hardware.layer()).stream()
                    .max(Comparator.comparingLong(ProcessActivity::stepsPerImage))
                    .ifPresent(busiest -> rows.add(row(accelerator, hardware, busiest, energy)));
        }
        return rows;
    }

    private static LayerRow row(
            Accelerator accelerator, LayerHardware hardware, ProcessActivity busiest, Optional<EnergyEstimate> energy) {
        IntegerNetwork network = accelerator.network();
        Layer layer = network.layer(hardware.layer());
        Optional<WeightCodes> weights = Optional.ofNullable(network.weights().get(layer.name()));
        boolean isInput = layer.inputs().isEmpty();
        int outputBits = network.tensor(layer.name()).type().bits();
        return new LayerRow(
                layer.name(),
                // An engine is shown in the place of the layer that comes out of it.
                accelerator.plan() instanceof Sharing
                                && hardware.units().stream().anyMatch(SharedEngine.class::isInstance)
                        ? "shared engine"
                        : kind(layer, network),
                network.tensor(layer.name()).shape().toString(),
                weights.map(w -> (long) w.outputs() * w.inputs()).orElse(0L),
                weights.map(WeightCodes::bits),
                isInput ? outputBits : network.inputOf(layer).type().bits(),
                outputBits,
                network.multiplyAccumulates(layer),
                folding(accelerator, hardware),
                busiest.unit() + "." + busiest.process(),
                busiest.stepsPerImage(),
                busiest.utilisation(),
                Stalls.of(busiest),
                hardware.resources(accelerator),
                energy.map(estimate -> estimate.ofLayer(layer.name())));
    }

    private static String folding(Accelerator accelerator, LayerHardware hardware) {
        if (accelerator.plan() instanceof Folding folding && folding.layers().containsKey(hardware.layer())) {
            return folding.layers().get(hardware.layer()).toString();
        }
        int lanes = hardware.units().getLast().outputs().getFirst().lanes();
        return lanes == 1 ? "1 lane" : lanes + " lanes";
    }

    private static String kind(Layer layer, IntegerNetwork network) {
        return switch (layer) {
            case Layer.Input _ -> "fork of the image";
            case Layer.Threshold _ -> "threshold";
            case Layer.Convolution conv ->
                "conv %dx%d%s".formatted(conv.kernelHeight(), conv.kernelWidth(), stride(conv.stride()));
            case Layer.Dense _ -> "dense";
            case Layer.Bias _ -> "bias";
            case Layer.MaxPool pool -> "max pool " + window(pool.kernel(), pool.stride(), network, layer);
            case Layer.SumPool pool -> "sum pool " + window(pool.kernel(), pool.stride(), network, layer);
            case Layer.Add _ -> "add";
            case Layer.IdentityShortcut shortcut -> "identity shortcut" + stride(shortcut.stride());
            case Layer.ArgMax _ -> "arg max";
            case Layer.TopScores top -> "top %d scores".formatted(top.count());
        };
    }

    private static String window(int kernel, int stride, IntegerNetwork network, Layer layer) {
        Shape from = network.inputOf(layer).shape();
        boolean whole = kernel == from.height() && kernel == from.width();
        return "%dx%d%s".formatted(kernel, kernel, whole ? "" : stride(stride));
    }

    private static String stride(int stride) {
        return stride == 1 ? "" : " /" + stride;
    }
}
