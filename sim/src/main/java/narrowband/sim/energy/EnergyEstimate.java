package narrowband.sim.energy;

import java.util.List;
import java.util.Optional;

/**
 * The energy of one image in the steady state, twice taken apart: by part of the design, and by event.
 *
 * @param profile the unit energies
 * @param intervalCycles cycles between images, over which standing and the power at rest are counted
 * @param layers by layer, in the network's order; layers without hardware are left out
 * @param whole what belongs to no layer: an FPGA's clock tree and the power that it draws at rest
 * @param total all of them together
 * @param terms by event: count times unit energy
 * @param switching how often bits change; null if they were taken to be random
 */
public record EnergyEstimate(
        EnergyProfile profile,
        double intervalCycles,
        List<Part> layers,
        List<Part> whole,
        EnergyInterval total,
        List<Term> terms,
        Optional<Switching> switching) {
    public EnergyEstimate {
        layers = List.copyOf(layers);
        whole = List.copyOf(whole);
        terms = List.copyOf(terms);
    }

    /**
     * Bits that change from one word of a channel to the next; of random ones one half.
     *
     * @param images on which that was counted
     * @param changingBits the share of them, over all channels, 0..1
     */
    public record Switching(int images, double changingBits) {}

    /** One part of the design. */
    public record Part(String name, EnergyInterval picojoules) {}

    /**
     * One kind of event over the whole design.
     *
     * @param count how often it happens for one image
     * @param countUnit what is counted
     * @param unitEnergy what one costs
     * @param unit the unit energy's unit
     * @param picojoules count times nominal unit energy
     * @param role whether clock and control cost a share on top of it, or whether it is that share
     */
    public record Term(
            String name,
            double count,
            String countUnit,
            UnitEnergy unitEnergy,
            String unit,
            double picojoules,
            Role role) {}

    /** How a term takes part in the total. */
    public enum Role {
        PLAIN,
        CLOCKED,
        CLOCK_SHARE
    }

    /** The energy of a layer; nothing where the layer has no hardware. */
    public EnergyInterval ofLayer(String layer) {
        return layers.stream()
                .filter(part -> part.name().equals(layer))
                .map(Part::picojoules)
                .findFirst()
                .orElse(new EnergyInterval(0, 0, 0, 0));
    }

    /** Mean power in milliwatts while images stream in, at the nominal unit energies. */
    public double milliwatts(double clockMegahertz) {
        // pJ / us = uW
        return total.nominal() / (intervalCycles / clockMegahertz) * 1e-3;
    }
}
