package narrowband.cli;

import java.time.Instant;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.energy.EnergyProfile;
import narrowband.sim.report.Provenance;
import narrowband.sim.report.Report;

/** The simulation of a design and its report. */
final class HardwareRun {
    private HardwareRun() {}

    /** Simulates a stream of images and reports it, with the energies of the accelerator's FPGA. */
    static Report report(Accelerator accelerator, int images, long seed, String data, String title, String command) {
        return report(accelerator, Stimulus.images(images), seed, data, title, command, Optional.empty(), false);
    }

    /**
     * The same with the energies of a profile, where one is given.
     *
     * @param stimulus how many images, and how they come
     * @param marginal whether it tells what one bit less in each layer would save
     */
    static Report report(
            Accelerator accelerator,
            Stimulus stimulus,
            long seed,
            String data,
            String title,
            String command,
            Optional<EnergyProfile> profile,
            boolean marginal) {
        Simulation stream = CycleSimulator.simulate(accelerator, stimulus);
        Provenance run = new Provenance(
                title, accelerator.network().name(), data, seed, command, Narrowband.VERSION, Instant.now());
        Optional<EnergyEstimate> energy = profile.or(() -> EnergyProfile.of(accelerator.fpga()))
                .map(given -> EnergyModel.estimate(accelerator, stream, given, seed));
        Report report = Report.of(run, accelerator, stream, energy).withMemory(stimulus.memory(), stream);
        return marginal ? report.withMarginal(accelerator, energy) : report;
    }
}
