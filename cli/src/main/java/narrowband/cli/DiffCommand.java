package narrowband.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.sim.report.ReportDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two reports. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares two report.json files: cycles, waits, energy and resources, in total and layer by layer.",
            "Exit code 0 if nothing differs, 1 if something does, 2 if one is no report.",
            "Example: narrowband diff out/w4/report.json out/w3/report.json"
        })
final class DiffCommand implements Callable<Integer> {
    /** Something differs. */
    private static final int DIFFERENT = 1;

    @Parameters(index = "0", paramLabel = "A", description = "A report.json, or a folder with one.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "The same.")
    private Path second;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ReportDiff diff = ReportDiff.of(read(first), first.toString(), read(second), second.toString());
        Output output = Output.of(spec, json);
        output.say(diff.text().stripTrailing());
        output.json(diff);
        return diff.same() ? Narrowband.FINE : DIFFERENT;
    }

    private static String read(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("report.json") : path;
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be read (%s); name a report.json, or a folder with one."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        }
    }
}
