package narrowband.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.TextReport;
import narrowband.sim.stepped.Waves;
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
            names = "--memory",
            paramLabel = "MB/S[,BURST[,NS[,N[,ROWS]]]]",
            description =
                    "Read images and weights from a memory of this rate, in bursts of so many bytes (128), after so many"
                            + " nanoseconds (200), so many at a time (8). Five more numbers give it rows: banks, bytes of a row,"
                            + " nanoseconds to open and to close one, and at which byte the weights begin."
                            + " Default: their words are always there.")
    private String memory;

    @Option(
            names = "--why",
            description =
                    "Also tell why it is not faster: where each cycle of each unit went, the critical paths, and what it would"
                            + " be worth if a layer took no time, or a FIFO, a memory or a rate had no limit.")
    private boolean why;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the report into this folder: " + ReportArguments.FILES + ".")
    private Path out;

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
        images.ifPresent(RunArguments::requireImages);
        if (reporting.trace() && out == null) {
            throw new InvalidInputException("--trace needs --out, the folder to write to.");
        }
        if (vcdCycles != null && vcd == null) {
            throw new InvalidInputException("--vcd-cycles needs --vcd, the file to write to.");
        }
        long[] shown = shown();
        Optional<OutputFile> waves =
                Optional.ofNullable(vcd).map(path -> OutputFile.of(path, "--vcd", arguments.force()));
        if (out != null) {
            OutputFolder.requireFree(out, arguments.force());
        }
        reporting.check();
        Optional<Dram> dram = Optional.ofNullable(memory).map(SimulateCommand::memory);
        Accelerator accelerator = design.design(NetworkFile.read(network));
        Stimulus stream =
                Stimulus.images(images.orElse(accelerator.plan() instanceof Sharing ? STREAM_OF_ENGINE : STREAM));
        Stimulus stimulus = dram.map(stream::withMemory).orElse(stream);
        HardwareRun run = HardwareRun.of(
                accelerator,
                stimulus,
                arguments.seed(),
                "",
                accelerator.network().name(),
                arguments.commandLine(),
                reporting);
        if (why) {
            run = run.with(run.report().withExplanation(Explanation.of(accelerator, stimulus)));
        }
        if (out != null) {
            try (OutputFolder folder = OutputFolder.create(out, arguments.force())) {
                run.write(folder, reporting);
            }
        }
        waves.ifPresent(file ->
                file.write(writer -> Waves.write(accelerator, stimulus.withImages(1), shown[0], shown[1], writer)));
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

    private static Dram memory(String text) {
        try {
            return Dram.parse(text);
        } catch (InvalidInputException e) {
            throw new InvalidInputException("--memory %s: %s".formatted(text, e.getMessage()), e);
        }
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
}
