package narrowband.cli;

import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.sim.energy.EnergyProfile;
import narrowband.sim.energy.SwitchingActivity;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import picocli.CommandLine.Option;

/** What a report tells; shared by {@code simulate}, {@code export} and {@code flow}. */
final class ReportArguments {
    /** Images on which it is counted how often bits change: more change the share in its third digit. */
    private static final int ACTIVITY_IMAGES = 10;

    /** The files of a report, as commands say in their help. */
    static final String FILES = "report.html, report.json, report.md, layers.csv, units.csv";

    @Option(
            names = "--energy",
            paramLabel = "PROFILE",
            description =
                    "Unit energies: series_7, ultrascale_plus, ecp5, ice40up or ice40hx; asic_45nm or asic_28nm for a chip of"
                            + " the same units; or a file, as calibrate writes it. Default: those of the FPGA.")
    private String energy;

    @Option(
            names = "--activity",
            paramLabel = "DATA",
            description = "Count how often bits change on the first " + ACTIVITY_IMAGES
                    + " test images of this data, for the energy: " + DataSource.FORMS
                    + ". Default: as often as random ones.")
    private String activity;

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

    /** How often bits change, where that is to be counted. */
    Optional<SwitchingActivity> activity(Accelerator accelerator, long seed) {
        return Optional.ofNullable(activity).map(data -> {
            Images images = TestImages.of(data, Optional.empty(), seed);
            int count = Math.min(ACTIVITY_IMAGES, images.size());
            return SwitchingActivity.of(
                    accelerator,
                    IntStream.range(0, count).mapToObj(images::image).toList());
        });
    }

    boolean marginal() {
        return marginal;
    }

    boolean trace() {
        return trace;
    }

    /** Whether anything is asked for that only a report tells. */
    boolean isAskedFor() {
        return energy != null || activity != null || marginal || trace;
    }

    /** Finds a bad profile before there is a design. */
    void check() {
        energy();
    }
}
