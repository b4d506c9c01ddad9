package narrowband.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's entry. */
@Command(
        name = "narrowband",
        version = "narrowband " + Narrowband.VERSION,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Takes a neural network from floating point to an FPGA: trains it to learn how few bits each layer needs,"
                    + " simulates it cycle by cycle on a bit-serial accelerator, and writes that accelerator as Verilog.",
            "",
            "Start with: narrowband flow"
        },
        footer = {
            "",
            "Exit codes: 0 fine, 1 a check failed, 2 bad usage or input, 130 interrupted, 70 a fault of narrowband itself.",
            "Flags for the Java machine go after -J, as in: narrowband -J-Xmx8g flow"
        })
public final class Narrowband implements Runnable {
    static final String VERSION = "0.1.0";

    /** All is well. */
    static final int FINE = 0;

    /** A check failed: the models disagree. */
    static final int CHECK_FAILED = 1;

    /** Bad usage or input. */
    static final int BAD_INPUT = 2;

    /** Ctrl-C; the shell's convention, 128 + SIGINT. */
    static final int INTERRUPTED = 130;

    /** A fault of the program itself. */
    static final int FAULT = 70;

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            FlowCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            SimulateCommand.class,
            ExploreCommand.class,
            ExportCommand.class,
            VerifyCommand.class,
            ModelCommand.class,
            WeightsCommand.class,
            SynthCommand.class,
            DataCommand.class,
            MachinesCommand.class,
            CalibrateCommand.class,
            DiffCommand.class,
            DevicesCommand.class,
            HelpCommand.class);

    @Spec
    private CommandSpec spec;

    public static void main(String... arguments) {
        // Numbers, names and Verilog are the same in every country.
        Locale.setDefault(Locale.ROOT);
        System.exit(run(arguments));
    }

    /** Runs one command line on the process's standard streams and gives its exit code. */
    public static int run(String... arguments) {
        return run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments);
    }

    /**
     * Runs one command line and gives its exit code.
     *
     * @param out takes results
     * @param err takes progress and complaints
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Narrowband());
        commands(arguments).forEach(line::addSubcommand);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Narrowband::badUsage);
        line.setExecutionExceptionHandler((exception, command, _) -> failed(exception, command));
        line.getSubcommands()
                .values()
                .forEach(command ->
                        command.getCommandSpec().version(line.getCommandSpec().version()));
        try {
            return line.execute(arguments);
        } catch (Error error) {
            return failed(error, line);
        }
    }

    /** The command that is named, or all: to find out all options of all takes longer than what some of them do. */
    private static List<Class<?>> commands(String... arguments) {
        return COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command != HelpCommand.class
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command, such as flow.");
    }

    private static int badUsage(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        command.getErr().println("narrowband: " + exception.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(exception, command.getErr());
        command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return BAD_INPUT;
    }

    private static int failed(Throwable exception, CommandLine command) {
        if (exception instanceof InvalidInputException) {
            command.getErr().println("narrowband: " + exception.getMessage());
            return BAD_INPUT;
        }
        if (isOutOfMemory(exception)) {
            command.getErr()
                    .println(("narrowband: %,d MiB of memory are too little for this. Give the Java machine more, as in"
                                    + " narrowband -J-Xmx8g COMMAND, or ask for less.")
                            .formatted(Runtime.getRuntime().maxMemory() >> 20));
            return BAD_INPUT;
        }
        command.getErr().println("narrowband: this is a fault of narrowband, please report it:");
        exception.printStackTrace(command.getErr());
        return FAULT;
    }

    /** Also where another thread ran out of it. */
    private static boolean isOutOfMemory(Throwable exception) {
        return Stream.iterate(exception, Objects::nonNull, Throwable::getCause)
                .anyMatch(OutOfMemoryError.class::isInstance);
    }
}
