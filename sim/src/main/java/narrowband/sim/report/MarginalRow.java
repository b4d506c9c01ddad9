package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.WidthPrices;
import narrowband.accel.design.WidthPrices.Carrier;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.FpgaProfile;

/**
 * What one bit less in a layer would save: cells of a dataflow design that keeps its rate, cycles of a shared engine. Of each
 * width the cheapest unit and window that are fast enough; thresholds before and behind the layer stay as they are.
 *
 * @param weights with weights of a bit less; null where they have one bit
 * @param activations with activations of a bit less; null where they have one bit
 */
public record MarginalRow(
        String layer, int weightBits, int activationBits, Optional<Saving> weights, Optional<Saving> activations) {
    /**
     * What is saved; negative where a narrower operand divides worse and costs more.
     *
     * @param logicCells of the FPGA
     * @param cyclesPerImage of the engine's array
     * @param picojoulesPerImage nominal; of an engine, the image's energy in proportion to the cycles; null without figures of
     *     energy
     */
    public record Saving(long logicCells, long cyclesPerImage, Optional<Double> picojoulesPerImage) {}

    /** One row for each layer with weights, in order. */
    static List<MarginalRow> of(Accelerator accelerator, Optional<EnergyEstimate> energy) {
        return accelerator.plan() instanceof Sharing sharing
                ? ofEngine(accelerator, sharing, energy)
                : ofUnits(accelerator, energy);
    }

    private static List<MarginalRow> ofEngine(
            Accelerator accelerator, Sharing sharing, Optional<EnergyEstimate> energy) {
        IntegerNetwork network = accelerator.network();
        List<MarginalRow> rows = new ArrayList<>();
        Optional<Double> ofCycle = energy.map(estimate -> estimate.total().nominal() / estimate.intervalCycles());
        WidthPrices.ofEngine(network, sharing).layers().forEach((name, prices) -> {
            int w = network.weights().get(name).bits();
            int a = network.inputOf(network.layer(name)).type().bits();
            long steps = (long) prices[0][0];
            rows.add(new MarginalRow(name, w, a, cycles(w, steps * a, ofCycle), cycles(a, steps * w, ofCycle)));
        });
        return rows;
    }

    private static Optional<Saving> cycles(int bits, long cycles, Optional<Double> ofCycle) {
        return bits == 1
                ? Optional.empty()
                : Optional.of(new Saving(0, cycles, ofCycle.map(picojoules -> picojoules * cycles)));
    }

    private static List<MarginalRow> ofUnits(Accelerator accelerator, Optional<EnergyEstimate> energy) {
        IntegerNetwork network = accelerator.network();
        Units units = new Units(
                network,
                accelerator.fpga(),
                accelerator.intervalBound(),
                energy.map(EnergyEstimate::profile)
                        .filter(FpgaProfile.class::isInstance)
                        .map(FpgaProfile.class::cast));
        List<MarginalRow> rows = new ArrayList<>();
        for (String name : network.weights().keySet()) {
            Layer layer = network.layer(name);
            int w = network.weights().get(name).bits();
            int a = network.inputOf(layer).type().bits();
            Carrier now = units.carrier(layer, w, a);
            rows.add(new MarginalRow(
                    name,
                    w,
                    a,
                    w == 1 ? Optional.empty() : Optional.of(units.saving(now, units.carrier(layer, w - 1, a))),
                    a == 1 ? Optional.empty() : Optional.of(units.saving(now, units.carrier(layer, w, a - 1)))));
        }
        return rows;
    }

    /** Units at a rate. */
    private record Units(IntegerNetwork network, Fpga fpga, long cycles, Optional<FpgaProfile> profile) {
        Carrier carrier(Layer layer, int weightBits, int activationBits) {
            return WidthPrices.ofUnit(network, layer, weightBits, activationBits, fpga, cycles);
        }

        Saving saving(Carrier now, Carrier then) {
            return new Saving(
                    fpga.logicCells(now.resources()) - fpga.logicCells(then.resources()),
                    0,
                    profile.map(energies -> picojoules(energies, now) - picojoules(energies, then)));
        }

        private double picojoules(FpgaProfile energies, Carrier carrier) {
            return energies.picojoules(carrier.resources(), fpga, carrier.cycles(), cycles);
        }
    }
}
