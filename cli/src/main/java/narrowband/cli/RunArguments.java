package narrowband.cli;

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

    /** The command line, as it was typed. */
    String commandLine() {
        return "narrowband "
                + String.join(" ", command.commandLine().getParseResult().originalArgs());
    }

    /** @throws InvalidInputException unless at least one image is asked for */
    static void requireImages(int images) {
        if (images < 1) {
            throw new InvalidInputException("--images must be at least 1, not %d.".formatted(images));
        }
    }
}
