package narrowband.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.NetworkFile;
import narrowband.hdlgen.RtlFolder;
import narrowband.sim.cycle.Stimulus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an accelerator for a network as Verilog. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes an accelerator for a network as Verilog, with memory files, a self-checking test bench (random images)"
                    + " and a Yosys script.",
            "Example: narrowband export out/mine/network.nbn --out out/rtl"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NETWORK", description = "An integer network, as train and flow write it.")
    private Path network;

    @Mixin
    private DesignArguments design;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images of the test bench. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder for the files.")
    private Path out;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Also simulate those images and write a report into this folder: " + ReportArguments.FILES + ".")
    private Path report;

    @Mixin
    private ReportArguments reporting;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        RunArguments.requireImages(images);
        OutputFolder.requireReplaceable(out, arguments.force(), RtlFolder.DESIGN);
        reporting.check();
        if (report == null && reporting.isAskedFor()) {
            throw new InvalidInputException(
                    "--energy, --marginal and --trace need --report, the folder for what they tell.");
        }
        if (report != null) {
            if (report.toAbsolutePath()
                    .normalize()
                    .startsWith(out.toAbsolutePath().normalize())) {
                throw new InvalidInputException(
                        "--report must be outside of --out, %s, which is written whole.".formatted(out));
            }
            OutputFolder.requireFree(report, arguments.force());
        }
        IntegerNetwork integer = NetworkFile.read(network);
        Accelerator accelerator = design.design(integer);
        Comparison expected = new Comparison(accelerator, randomImages(integer, images, arguments.seed()));
        Map<String, byte[]> files = RtlFolder.files(expected.hardware(), expected.testBench());
        OutputFolder.writeWhole(out, files, arguments.force());
        if (report != null) {
            try (OutputFolder folder = OutputFolder.create(report, arguments.force())) {
                HardwareRun.of(
                                accelerator,
                                Stimulus.images(images),
                                arguments.seed(),
                                "",
                                integer.name(),
                                arguments.commandLine(),
                                reporting)
                        .write(folder, reporting);
            }
        }
        Output output = arguments.output();
        output.say("wrote %d files to %s; check them with: narrowband verify %s"
                .formatted(files.size(), out, RunArguments.quoted(out.toString())));
        if (report != null) {
            output.say("report    %s".formatted(report.resolve("report.html")));
        }
        output.json(Map.of("folder", out.toString(), "files", files.keySet()));
        return Narrowband.FINE;
    }

    private static List<int[]> randomImages(IntegerNetwork network, int count, long seed) {
        Layer.Input input = network.input();
        Random random = new Random(seed);
        return Stream.generate(() -> random.ints(
                                input.shape().size(),
                                input.type().min(),
                                input.type().max() + 1)
                        .toArray())
                .limit(count)
                .toList();
    }
}
