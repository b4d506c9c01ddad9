package narrowband.cli;

import java.time.Instant;
import narrowband.accel.design.Accelerator;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.report.Provenance;
import narrowband.sim.report.Report;

/** The simulation of a design and its report. */
final class HardwareRun {
    private HardwareRun() {}

    /** Simulates a stream of images and reports it. */
    static Report report(Accelerator accelerator, int images, long seed, String data, String title, String command) {
        Simulation stream = CycleSimulator.simulate(accelerator, Stimulus.images(images));
        Provenance run = new Provenance(
                title, accelerator.network().name(), data, seed, command, Narrowband.VERSION, Instant.now());
        return Report.of(run, accelerator, stream, EnergyModel.estimate(accelerator, stream, seed));
    }
}
