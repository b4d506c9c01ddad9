package narrowband.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.hdlgen.RtlFolder;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.report.JsonReport;
import narrowband.sim.report.Report;
import narrowband.sim.report.TextReport;
import narrowband.training.data.DataSet;
import narrowband.training.lowering.FrozenNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole way, from a data set to hardware that is proven equal to what was trained. */
@Command(
        name = "flow",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The whole way in one command: trains a network to few bits, lowers it to integers, designs an accelerator,"
                    + " simulates it to the cycle, writes its Verilog, runs that, and checks that all of them agree.",
            "Without arguments it needs nothing but itself and takes about a minute."
        })
final class FlowCommand implements Callable<Integer> {
    @Mixin
    private TrainingArguments training;

    @Mixin
    private DesignArguments design;

    @Mixin
    private ReportArguments reporting;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "8",
            description = "Test images that the hardware runs. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for everything. Default: the next free out/DATA-MODEL-NNN.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        check();
        boolean replaces = arguments.force() || training.resume();
        if (out != null) {
            OutputFolder.requireFree(out, replaces);
        }
        DataSet data = training.load(arguments.seed());
        if (images > data.test().size()) {
            throw new InvalidInputException("--images must be at most %,d, the test images of %s, not %,d."
                    .formatted(data.test().size(), training.data(), images));
        }
        Output output = arguments.output();
        try (OutputFolder folder = out == null
                ? OutputFolder.next(Path.of("out"), training.runName())
                : OutputFolder.create(out, replaces)) {
            Optional<TrainingRun> trained = TrainingRun.run(training, data, arguments.seed(), folder, output);
            return trained.isEmpty() ? Narrowband.INTERRUPTED : finish(trained.get(), folder, output);
        }
    }

    /** The second half of the way: hardware for the network, run and compared. */
    private int finish(TrainingRun run, OutputFolder folder, Output output) {
        Accelerator accelerator = design.design(run.network());
        HardwareRun simulated = HardwareRun.of(
                accelerator,
                Stimulus.images(images),
                arguments.seed(),
                training.data(),
                folder.path().getFileName().toString(),
                arguments.commandLine(),
                reporting);
        List<int[]> tested = run.testImages(images);
        Comparison comparison = new Comparison(accelerator, tested);
        Map<String, byte[]> files = RtlFolder.files(comparison.hardware(), comparison.testBench());
        Comparison.Outcome outcome = comparison.inJvm();
        Report report = simulated
                .report()
                .withAccuracy(run.accuracy())
                .withTraining(run.course())
                .withVerification(outcome.verification());

        folder.writeFolder("rtl", files);
        simulated.with(report).write(folder, reporting);
        output.say("");
        output.say(TextReport.text(report));
        outcome.firstDifference().ifPresent(where -> output.say("FIRST DIFFERENCE: " + where));
        output.say("");
        output.say("report    %s".formatted(folder.file("report.html")));
        output.say("          %s".formatted(folder.file("report.json")));
        output.say("network   %s".formatted(folder.file(TrainingRun.NETWORK)));
        output.say("verilog   %s (%d files)".formatted(folder.file("rtl"), files.size()));
        output.json(JsonReport.text(report));
        boolean agrees =
                run.agreement().mismatches() == 0 && outcome.verification().passed();
        return agrees ? Narrowband.FINE : Narrowband.CHECK_FAILED;
    }

    /** Finds bad options before minutes of training. */
    private void check() {
        training.check(arguments.seed());
        FrozenNetwork.requireIntegers(training.recipe().weightGrid());
        training.requireFreeCheckpoint(arguments.force());
        design.check();
        reporting.check();
        RunArguments.requireImages(images);
        if (training.resume() && out == null) {
            throw new InvalidInputException("--resume needs --out, the folder of the run that was interrupted.");
        }
    }
}
