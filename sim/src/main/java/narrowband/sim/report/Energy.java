package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.EnergyInterval;

/**
 * The energy of one image in the steady state.
 *
 * @param profile the technology whose unit energies were used
 * @param confidence what those rest on
 * @param picojoulesPerImage the total
 * @param milliwatts mean power while images stream in, nominal
 * @param parts each layer, then, on an FPGA, clock tree and power at rest; nominal values add up to the total
 * @param terms by event: count times unit energy
 * @param switching how often bits change; null if they were taken to be random
 */
public record Energy(
        String profile,
        String confidence,
        EnergyInterval picojoulesPerImage,
        double milliwatts,
        List<Part> parts,
        List<EnergyEstimate.Term> terms,
        Optional<EnergyEstimate.Switching> switching) {
    /** What stands in a report in place of an estimate. */
    static final String NONE = "no estimate: there are no energy figures for this FPGA's technology";

    /** One part of the design. */
    public record Part(String name, EnergyInterval picojoules) {}

    /** How often bits change, in a sentence. */
    String switchingInWords() {
        return switching
                .map(known ->
                        "From one word to the next %s of the bits change, counted on %s; of random ones half would."
                                .formatted(
                                        Quantity.percent(known.changingBits()),
                                        Quantity.plural(known.images(), "image")))
                .orElse("Bits are taken to change as often as random ones.");
    }

    static Energy of(EnergyEstimate estimate, double clockMegahertz) {
        List<Part> parts = new ArrayList<>();
        estimate.layers().forEach(part -> parts.add(new Part(part.name(), part.picojoules())));
        estimate.whole().forEach(part -> parts.add(new Part(part.name(), part.picojoules())));
        return new Energy(
                estimate.profile().title(),
                estimate.profile().confidence(),
                estimate.total(),
                estimate.milliwatts(clockMegahertz),
                parts,
                estimate.terms(),
                estimate.switching());
    }
}
