package narrowband.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.DesignFile;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.sizing.DesignSearch;
import picocli.CommandLine.Option;

/** What hardware to design; shared by {@code simulate}, {@code export} and {@code flow}. */
final class DesignArguments {
    private static final Set<Weights> RELOADABLE = Set.of(Weights.RELOADABLE);
    private static final String DEFAULT_FPGA = "xc7a35t";

    @Option(
            names = "--design",
            paramLabel = "FILE",
            description =
                    "Take the design from this file instead of searching one: design.json, as export writes it for this network,"
                            + " edited or not.")
    private Path file;

    @Option(
            names = "--fpga",
            paramLabel = "NAME",
            description = "The FPGA, one of `narrowband devices`. Default: " + DEFAULT_FPGA + ".")
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

    @Option(
            names = "--shape",
            paramLabel = "dataflow|shared",
            defaultValue = "dataflow",
            description =
                    "A unit for each layer, all on chip; or one array that takes the layers in turn, its weights streamed"
                            + " from memory. Default: ${DEFAULT-VALUE}.")
    private Shape shape;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            description =
                    "Rows and columns of a shared array, a power of two. Default: what the FPGA or the goal asks for.")
    private Integer lanes;

    @Option(
            names = "--reloadable-weights",
            description =
                    "Keep the weights of matrices where a processor can write others, through the AXI4-Lite port.")
    private boolean reloadable;

    @Option(
            names = "--top",
            paramLabel = "K",
            description =
                    "Give the K best classes with their scores, the best first, in place of the best class alone.")
    private Integer top;

    /** The accelerator's shape. */
    enum Shape {
        DATAFLOW,
        SHARED
    }

    /** The accelerator, its FIFOs sized; its network gives the best classes if they were asked for. */
    Accelerator design(IntegerNetwork given) {
        check();
        IntegerNetwork network = top == null ? given : given.withTopScores(top);
        if (file != null) {
            return DesignFile.read(file, network);
        }
        Fpga device = device();
        double megahertz = Optional.ofNullable(clock).orElse(device.clockMegahertz());
        requirePositive("--clock", megahertz);
        Goal goal = Goal.FillDevice.DEFAULT;
        if (framesPerSecond != null) {
            requirePositive("--fps", framesPerSecond);
            goal = new Goal.FramesPerSecond(framesPerSecond);
        }
        return switch (shape) {
            case DATAFLOW ->
                DesignSearch.dataflow(network, device, megahertz, goal, reloadable ? RELOADABLE : FoldingSearch.FIXED);
            case SHARED ->
                lanes == null
                        ? SharedLayout.search(network, device, megahertz, goal)
                        : DesignSearch.shared(network, device, megahertz, sharing());
        };
    }

    private Fpga device() {
        return Fpga.named(Optional.ofNullable(fpga).orElse(DEFAULT_FPGA));
    }

    private Sharing sharing() {
        try {
            return new Sharing(lanes);
        } catch (InvalidInputException e) {
            throw new InvalidInputException("--" + e.getMessage(), e);
        }
    }

    /** Checks what can be checked before there is a network. */
    void check() {
        device();
        if (file != null
                && (fpga != null
                        || clock != null
                        || framesPerSecond != null
                        || lanes != null
                        || reloadable
                        || shape != Shape.DATAFLOW)) {
            throw new InvalidInputException(
                    "--design says it all: leave out --fpga, --clock, --fps, --shape, --lanes and --reloadable-weights.");
        }
        if (clock != null) {
            requirePositive("--clock", clock);
        }
        if (framesPerSecond != null) {
            requirePositive("--fps", framesPerSecond);
        }
        if (top != null && top < 1) {
            throw new InvalidInputException("--top must be at least 1, not %d.".formatted(top));
        }
        if (lanes != null && shape != Shape.SHARED) {
            throw new InvalidInputException("--lanes goes with --shape shared.");
        }
        if (lanes != null) {
            sharing();
        }
    }

    private static void requirePositive(String option, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new InvalidInputException("%s must be above 0, not %s.".formatted(option, value));
        }
    }
}
