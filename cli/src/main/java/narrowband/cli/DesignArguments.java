package narrowband.cli;

import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.sizing.FifoSizing;
import picocli.CommandLine.Option;

/** What hardware to design; shared by {@code simulate}, {@code export} and {@code flow}. */
final class DesignArguments {
    @Option(
            names = "--fpga",
            paramLabel = "NAME",
            defaultValue = "xc7a35t",
            description = "The FPGA, one of `narrowband devices`. Default: ${DEFAULT-VALUE}.")
    private String fpga;

    @Option(names = "--clock", paramLabel = "MHZ", description = "The clock. Default: a cautious one for the FPGA.")
    private Double clock;

    @Option(
            names = "--fps",
            paramLabel = "GOAL",
            description =
                    "The smallest design with at least this many images per second. Default: the fastest design in"
                            + " half of the FPGA, or in most of it if it must.")
    private Double framesPerSecond;

    /** The accelerator, its FIFOs sized. */
    Accelerator design(IntegerNetwork network) {
        Fpga device = Fpga.named(fpga);
        double megahertz = Optional.ofNullable(clock).orElse(device.clockMegahertz());
        requirePositive("--clock", megahertz);
        Goal goal = Goal.FillDevice.DEFAULT;
        if (framesPerSecond != null) {
            requirePositive("--fps", framesPerSecond);
            goal = new Goal.FramesPerSecond(framesPerSecond);
        }
        Accelerator accelerator = FifoSizing.size(FoldingSearch.search(network, device, megahertz, goal));
        if (!accelerator.resources().fits(device)) {
            throw new InvalidInputException(
                    "With its FIFOs the design needs about %d logic cells, %d flip-flops and %d block RAMs, more than %s has; give a lower --fps or a larger --fpga."
                            .formatted(
                                    device.logicCells(accelerator.resources()),
                                    accelerator.resources().flipFlops(),
                                    accelerator.resources().blockRams(),
                                    device.name()));
        }
        return accelerator;
    }

    /** Checks what can be checked before there is a network. */
    void check() {
        Fpga.named(fpga);
        if (clock != null) {
            requirePositive("--clock", clock);
        }
        if (framesPerSecond != null) {
            requirePositive("--fps", framesPerSecond);
        }
    }

    private static void requirePositive(String option, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new InvalidInputException("%s must be above 0, not %s.".formatted(option, value));
        }
    }
}
