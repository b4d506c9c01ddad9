package narrowband.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.cycle.Waves;
import narrowband.sim.energy.EnergyProfile;
import narrowband.sim.report.CsvReport;
import narrowband.sim.report.HtmlReport;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.MarkdownReport;
import narrowband.sim.report.Report;
import narrowband.sim.report.TextReport;
import narrowband.sim.report.TraceReport;
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
            names = "--energy",
            paramLabel = "PROFILE",
            description =
                    "Unit energies: series_7, ultrascale_plus, ecp5, ice40up or ice40hx; asic_45nm or asic_28nm for a chip of"
                            + " the same units; or a file, as calibrate writes it. Default: those of the FPGA.")
    private String energy;

    @Option(
            names = "--memory",
            paramLabel = "MB/S[,BURST[,NS[,N]]]",
            description =
                    "Read images and weights from a memory of this rate, in bursts of so many bytes (128), after so many"
                            + " nanoseconds (200), so many at a time (8). Default: their words are always there.")
    private String memory;

    @Option(names = "--marginal", description = "Also tell what one bit less in each layer would save.")
    private boolean marginal;

    @Option(
            names = "--why",
            description =
                    "Also tell why it is not faster: where each cycle of each unit went, the critical paths, and what it would"
                            + " be worth if a layer took no time, or a FIFO, a memory or a rate had no limit.")
    private boolean why;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the report into this folder: report.json, report.html, report.md, layers.csv.")
    private Path out;

    @Option(
            names = "--trace",
            description = "With --out: also write trace.json, one image's way through the units, for ui.perfetto.dev.")
    private boolean trace;

    @Option(
            names = "--vcd",
            paramLabel = "FILE",
            description =
                    "Also simulate an image cycle by cycle and write waves for GTKWave: the handshakes of every FIFO and what"
                            + " every unit does.")
    private Path vcd;

    @Option(
            names = "--vcd-cycles",
            paramLabel = "FROM:UNTIL",
            description = "With --vcd: the first cycle that is shown, and the one behind the last. Default: all.")
    private String vcdCycles;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        RunArguments.requireImages(images);
        if (trace && out == null) {
            throw new InvalidInputException("--trace needs --out, the folder to write to.");
        }
        if (vcdCycles != null && vcd == null) {
            throw new InvalidInputException("--vcd-cycles needs --vcd, the file to write to.");
        }
        long[] shown = shown();
        if (vcd != null) {
            new OutputFile(vcd).requireFree(arguments.force());
        }
        if (out != null) {
            OutputFolder.requireFree(out, arguments.force());
        }
        Optional<EnergyProfile> profile = Optional.ofNullable(energy).map(EnergyProfile::find);
        Stimulus stimulus = memory == null
                ? Stimulus.images(images)
                : Stimulus.images(images).withMemory(Dram.parse(memory));
        Accelerator accelerator = design.design(NetworkFile.read(network));
        String command = arguments.commandLine();
        Report report = HardwareRun.report(
                accelerator,
                stimulus,
                arguments.seed(),
                "",
                accelerator.network().name(),
                command,
                profile,
                marginal);
        if (why) {
            report = report.withExplanation(Explanation.of(accelerator, stimulus));
        }
        if (out != null) {
            try (OutputFolder folder = OutputFolder.create(out, arguments.force())) {
                folder.write("report.json", JsonReport.text(report));
                folder.write("report.html", HtmlReport.text(report));
                folder.write("report.md", MarkdownReport.text(report));
                folder.write("layers.csv", CsvReport.layers(report));
                if (trace) {
                    folder.write("trace.json", TraceReport.text(accelerator));
                }
            }
        }
        if (vcd != null) {
            writeWaves(accelerator, stimulus.withImages(1), shown);
        }
        Output output = arguments.output();
        output.say(TextReport.text(report));
        if (out != null) {
            output.say("report    %s".formatted(out.resolve("report.html")));
            output.say("          %s".formatted(out.resolve("report.json")));
        }
        output.json(JsonReport.text(report));
        return Narrowband.FINE;
    }

    /** The cycles that waves show: the first, and the one behind the last. */
    private long[] shown() {
        if (vcdCycles == null) {
            return new long[] {0, Long.MAX_VALUE};
        }
        String[] parts = vcdCycles.split(":", -1);
        try {
            long from = Long.parseLong(parts[0]);
            long until = Long.parseLong(parts[parts.length - 1]);
            if (parts.length != 2 || from < 0 || until <= from) {
                throw new NumberFormatException();
            }
            return new long[] {from, until};
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "--vcd-cycles is FROM:UNTIL, such as 0:5000, not %s.".formatted(vcdCycles), e);
        }
    }

    private void writeWaves(Accelerator accelerator, Stimulus stimulus, long[] cycles) {
        new OutputFile(vcd).write(writer -> Waves.write(accelerator, stimulus, cycles[0], cycles[1], writer));
    }
}
