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
import narrowband.sim.energy.SwitchingActivity;
import narrowband.sim.report.CsvReport;
import narrowband.sim.report.HtmlReport;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.MarkdownReport;
import narrowband.sim.report.Provenance;
import narrowband.sim.report.Report;
import narrowband.sim.report.Schedule;
import narrowband.sim.report.TraceReport;

/**
 * The simulation of a design and its report.
 *
 * @param schedule one image's way through the units
 */
record HardwareRun(Accelerator accelerator, Report report, Optional<Schedule> schedule) {
    /**
     * Simulates a stream of images and reports it.
     *
     * @param stimulus how many images, and how they come
     * @param arguments where unit energies come from, and what else is asked for
     */
    static HardwareRun of(
            Accelerator accelerator,
            Stimulus stimulus,
            long seed,
            String data,
            String title,
            String command,
            ReportArguments arguments) {
        Simulation stream = CycleSimulator.simulate(accelerator, stimulus.withTimelines(Schedule.grain(accelerator)));
        Provenance run = new Provenance(
                title, accelerator.network().name(), data, seed, command, Narrowband.VERSION, Instant.now());
        Optional<SwitchingActivity> switching = arguments.activity(accelerator, seed);
        Optional<EnergyEstimate> energy = arguments
                .energy()
                .or(() -> EnergyProfile.of(accelerator.fpga()))
                .map(given -> new EnergyModel(given, seed, switching).estimate(accelerator, stream));
        Report report = Report.of(run, accelerator, stream, energy).withMemory(stimulus.memory(), stream);
        return new HardwareRun(
                accelerator,
                arguments.marginal() ? report.withMarginal(accelerator, energy) : report,
                Schedule.of(accelerator, stream));
    }

    HardwareRun with(Report more) {
        return new HardwareRun(accelerator, more, schedule);
    }

    /** Writes the report in all its forms. */
    void write(OutputFolder folder, ReportArguments arguments) {
        folder.write("report.json", JsonReport.text(report));
        folder.write("report.html", HtmlReport.text(report, schedule));
        folder.write("report.md", MarkdownReport.text(report));
        folder.write("layers.csv", CsvReport.layers(report));
        folder.write("units.csv", CsvReport.units(report));
        if (arguments.trace()) {
            folder.write("trace.json", TraceReport.text(accelerator));
        }
    }
}
