package narrowband.cli;

import java.util.Optional;
import narrowband.sim.energy.EnergyProfile;
import picocli.CommandLine.Option;

/** What a report tells; shared by {@code simulate}, {@code export} and {@code flow}. */
final class ReportArguments {
    /** The files of a report, as commands say in their help. */
    static final String FILES = "report.html, report.json, report.md, layers.csv, units.csv";

    @Option(
            names = "--energy",
            paramLabel = "PROFILE",
            description =
                    "Unit energies: series_7, ultrascale_plus, ecp5, ice40up or ice40hx; asic_45nm or asic_28nm for a chip of"
                            + " the same units; or a file, as calibrate writes it. Default: those of the FPGA.")
    private String energy;

    @Option(names = "--marginal", description = "Also tell what one bit less in each layer would save.")
    private boolean marginal;

    @Option(
            names = "--trace",
            description = "Also write trace.json, one image's way through the units, for ui.perfetto.dev.")
    private boolean trace;

    /** @throws narrowband.accel.InvalidInputException if there is no such profile */
    Optional<EnergyProfile> energy() {
        return Optional.ofNullable(energy).map(EnergyProfile::find);
    }

    boolean marginal() {
        return marginal;
    }

    boolean trace() {
        return trace;
    }

    /** Whether anything is asked for that only a report tells. */
    boolean isAskedFor() {
        return energy != null || marginal || trace;
    }

    /** Finds a bad profile before there is a design. */
    void check() {
        energy();
    }
}
