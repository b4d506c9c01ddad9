package narrowband.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Designs an accelerator for a network and simulates it to the cycle. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Designs an accelerator for a network and simulates it cycle by cycle: rate, latency, energy, and where each"
                    + " cycle went.",
            "Example: narrowband simulate out/mine/network.nbn --fpga ecp5-25k"
        })
final class SimulateCommand implements Callable<Integer> {
    /** Images until a pipeline of units is in its steady state, with images before and behind. */
    private static final int STREAM = 8;

    private static final int STREAM_OF_ENGINE = 3;

    @Parameters(paramLabel = "NETWORK", description = "An integer network, as train and flow write it.")
    private Path network;

    @Mixin
    private DesignArguments design;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Images of the stream. Default: " + STREAM + "; " + STREAM_OF_ENGINE
                    + " on a shared array, which takes one after the other.")
    private Optional<Integer> images = Optional.empty();

    @Mixin
    private ReportArguments reporting;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the report into this folder: " + ReportArguments.FILES + ".")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        images.ifPresent(RunArguments::requireImages);
        if (reporting.trace() && out == null) {
            throw new InvalidInputException("--trace needs --out, the folder to write to.");
        }
        if (out != null) {
            OutputFolder.requireFree(out, arguments.force());
        }
        reporting.check();
        Accelerator accelerator = design.design(NetworkFile.read(network));
        HardwareRun run = HardwareRun.of(
                accelerator,
                images.orElse(accelerator.plan() instanceof Sharing ? STREAM_OF_ENGINE : STREAM),
                arguments.seed(),
                "",
                accelerator.network().name(),
                arguments.commandLine(),
                reporting);
        if (out != null) {
            try (OutputFolder folder = OutputFolder.create(out, arguments.force())) {
                run.write(folder, reporting);
            }
        }
        Output output = arguments.output();
        output.say(TextReport.text(run.report()));
        if (out != null) {
            output.say("report    %s".formatted(out.resolve("report.html")));
            output.say("          %s".formatted(out.resolve("report.json")));
        }
        if (output.json()) {
            output.json(JsonReport.text(run.report()));
        }
        return Narrowband.FINE;
    }
}
