package narrowband.sim.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.bottleneck.UnitCycles;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.energy.EnergyEstimate;

/**
 * Everything that a run found out. The record is the schema of {@code report.json}: keys are the components' names, times
 * and energies have their unit in the key, what was not measured is {@code null}.
 *
 * @param schema {@value #SCHEMA}; rises when a key changes its meaning or goes away
 * @param run where the report comes from
 * @param accuracy on the test images; null if nothing was trained
 * @param bits by layer with weights: the widths of its weights and of the activations that it takes in
 * @param training the course of training; null if nothing was trained
 * @param hardware the device, and what the design takes of it
 * @param performance rate and latency
 * @param layers one row for each layer with hardware, in the network's order
 * @param units where the cycles of each process of each unit went, and of the world outside; of the simulated stream
 * @param roofline bit operations for each byte moved, and what bounds them
 * @param passes one row for each pass of a shared engine; none where each layer has units of its own
 * @param marginal what one bit less in each layer would save; null if it was not asked for
 * @param energy of one image; null if there is no energy profile for the device
 * @param cycles simulated, and counted on the emitted design
 * @param mismatches words in the FIFOs and at the output of the emitted design that differ in value or cycle; null if it was not run
 * @param verification how the emitted design was compared; null if it was not run
 * @param explanation why the design is not faster; null if it was not asked for
 * @param memory from which images and weights were read; null where their words were always there
 */
public record Report(
        int schema,
        Provenance run,
        Optional<Accuracy> accuracy,
        Map<String, LayerBits> bits,
        Optional<Training> training,
        Hardware hardware,
        Performance performance,
        List<LayerRow> layers,
        List<UnitCycles> units,
        Roofline roofline,
        List<PassRow> passes,
        Optional<List<MarginalRow>> marginal,
        Optional<Energy> energy,
        Cycles cycles,
        Optional<Long> mismatches,
        Optional<Verification> verification,
        Optional<Explanation> explanation,
        Optional<MemoryUse> memory) {
    /** The version of the schema. */
    public static final int SCHEMA = 1;

    /**
     * Cycles for the same images.
     *
     * @param simulated by the cycle simulator
     * @param rtl by the emitted design; null if it was not run
     */
    public record Cycles(long simulated, Optional<Long> rtl) {}

    /**
     * The report of a design and its simulation.
     *
     * @param stream a simulation of several images
     */
    public static Report of(
            Provenance run, Accelerator accelerator, Simulation stream, Optional<EnergyEstimate> energy) {
        List<LayerRow> layers = LayerRow.of(accelerator, stream, energy);
        Map<String, LayerBits> bits = new LinkedHashMap<>();
        for (LayerRow layer : layers) {
            layer.weightBits().ifPresent(width -> bits.put(layer.name(), new LayerBits(width, layer.inputBits())));
        }
        List<PassRow> passes = PassRow.of(accelerator);
        for (PassRow pass : passes) {
            pass.weightBits()
                    .ifPresent(
                            width -> bits.put(pass.layers().getFirst(), new LayerBits(width, pass.activationBits())));
        }
        return new Report(
                SCHEMA,
                run,
                Optional.empty(),
                bits,
                Optional.empty(),
                Hardware.of(accelerator),
                Performance.of(accelerator, stream, layers),
                layers,
                UnitCycles.of(accelerator, stream),
                Roofline.of(accelerator, stream),
                passes,
                Optional.empty(),
                energy.map(estimate -> Energy.of(estimate, accelerator.clockMegahertz())),
                new Cycles(stream.cycles(), Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** With the memory of the simulation that it was made of. */
    public Report withMemory(Optional<Dram> dram, Simulation stream) {
        return copy(accuracy, training, marginal, cycles, verification, explanation, MemoryUse.of(dram, stream));
    }

    /** The mean width over all weights of the network, bits; 0 where it has none. */
    public double meanWeightBits() {
        long weights;
        double bits;
        if (passes.isEmpty()) {
            weights = layers.stream().mapToLong(LayerRow::parameters).sum();
            bits = layers.stream()
                    .mapToDouble(layer ->
                            layer.parameters() * (double) layer.weightBits().orElse(0))
                    .sum();
        } else {
            weights = passes.stream().mapToLong(PassRow::parameters).sum();
            bits = passes.stream()
                    .mapToDouble(pass ->
                            pass.parameters() * (double) pass.weightBits().orElse(0))
                    .sum();
        }
        return weights == 0 ? 0 : bits / weights;
    }

    /** With what one bit less in each layer of the accelerator would save. */
    public Report withMarginal(Accelerator accelerator, Optional<EnergyEstimate> estimate) {
        return copy(
                accuracy,
                training,
                Optional.of(MarginalRow.of(accelerator, estimate)),
                cycles,
                verification,
                explanation,
                memory);
    }

    /** With why the design is not faster. */
    public Report withExplanation(Explanation why) {
        return copy(accuracy, training, marginal, cycles, verification, Optional.of(why), memory);
    }

    public Report withAccuracy(Accuracy measured) {
        return copy(Optional.of(measured), training, marginal, cycles, verification, explanation, memory);
    }

    public Report withTraining(Training course) {
        return copy(accuracy, Optional.of(course), marginal, cycles, verification, explanation, memory);
    }

    /** With a comparison against the emitted design, whose cycles become those of the report. */
    public Report withVerification(Verification done) {
        return copy(
                accuracy,
                training,
                marginal,
                new Cycles(done.cyclesSimulated(), Optional.of(done.cyclesRtl())),
                Optional.of(done),
                explanation,
                memory);
    }

    /** With other parts that a run may have or not. */
    private Report copy(
            Optional<Accuracy> newAccuracy,
            Optional<Training> newTraining,
            Optional<List<MarginalRow>> newMarginal,
            Cycles newCycles,
            Optional<Verification> newVerification,
            Optional<Explanation> newExplanation,
            Optional<MemoryUse> newMemory) {
        return new Report(
                schema,
                run,
                newAccuracy,
                bits,
                newTraining,
                hardware,
                performance,
                layers,
                units,
                roofline,
                passes,
                newMarginal,
                energy,
                newCycles,
                newVerification.map(Verification::mismatches),
                newVerification,
                newExplanation,
                newMemory);
    }
}
