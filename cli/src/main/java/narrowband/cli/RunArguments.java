package narrowband.cli;

import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that makes something takes. */
final class RunArguments {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--force", description = "Replace files that the output folder holds.")
    private boolean force;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    long seed() {
        return seed;
    }

    boolean force() {
        return force;
    }

    Output output() {
        return Output.of(command, json);
    }

    /** The command line, as a shell takes it. */
    String commandLine() {
        return "narrowband "
                + command.commandLine().getParseResult().originalArgs().stream()
                        .map(RunArguments::quoted)
                        .collect(Collectors.joining(" "));
    }

    /** A word as a shell takes it: in quotes where it has spaces, or other letters that mean something there. */
    static String quoted(String word) {
        return word.matches("[\\p{L}\\p{N}_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** @throws InvalidInputException unless at least one image is asked for */
    static void requireImages(int images) {
        if (images < 1) {
            throw new InvalidInputException("--images must be at least 1, not %d.".formatted(images));
        }
    }
}
