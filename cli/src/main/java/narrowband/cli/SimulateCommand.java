package narrowband.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.report.HtmlReport;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.Report;
import narrowband.sim.report.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
    @Parameters(paramLabel = "NETWORK", description = "An integer network, as train and flow write it.")
    private Path network;

    @Mixin
    private DesignArguments design;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images of the stream. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "For the energy's intervals. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Write report.json and report.html into this folder.")
    private Path out;

    @Option(names = "--force", description = "Replace files that the folder holds.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (images < 1) {
            throw new InvalidInputException("--images must be at least 1, not %d.".formatted(images));
        }
        if (out != null) {
            OutputFolder.requireFree(out, force);
        }
        Accelerator accelerator = design.design(NetworkFile.read(network));
        String command = "narrowband "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        Report report = HardwareRun.report(
                accelerator, images, seed, "", accelerator.network().name(), command);
        if (out != null) {
            try (OutputFolder folder = OutputFolder.create(out, force)) {
                folder.write("report.json", JsonReport.text(report));
                folder.write("report.html", HtmlReport.text(report));
            }
        }
        Output output = Output.of(spec, json);
        output.say(TextReport.text(report));
        if (out != null) {
            output.say("report    %s".formatted(out.resolve("report.html")));
            output.say("          %s".formatted(out.resolve("report.json")));
        }
        output.json(JsonReport.text(report));
        return Narrowband.FINE;
    }
}
