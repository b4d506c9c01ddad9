package narrowband.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

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
        registerConverters(line);
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
        command.getErr().println("narrowband: " + inWords(exception));
        UnmatchedArgumentException.printSuggestions(exception, command.getErr());
        command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return BAD_INPUT;
    }

    private static String inWords(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            CommandLine command = exception.getCommandLine();
            String word = unmatched.getUnmatched().getFirst();
            return command.getParent() == null
                    ? "There is no command \"%s\".".formatted(word)
                    : "\"%s\" is an argument too many for %s.".formatted(word, command.getCommandName());
        }
        return exception.getMessage();
    }

    /** What picocli converts itself, with complaints that speak of no types of Java. */
    private static void registerConverters(CommandLine line) {
        line.registerConverter(Integer.class, text -> number(text, Integer::valueOf, "a whole number"));
        line.registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"));
        line.registerConverter(Long.class, text -> number(text, Long::valueOf, "a whole number"));
        line.registerConverter(long.class, text -> number(text, Long::valueOf, "a whole number"));
        line.registerConverter(Double.class, text -> number(text, Double::valueOf, "a number, such as 0.5"));
        line.registerConverter(double.class, text -> number(text, Double::valueOf, "a number, such as 0.5"));
        line.registerConverter(DesignArguments.Shape.class, text -> oneOf(DesignArguments.Shape.values(), text));
        line.registerConverter(VerifyCommand.Simulator.class, text -> oneOf(VerifyCommand.Simulator.values(), text));
    }

    private static <N> N number(String text, Function<String, N> of, String what) {
        try {
            return of.apply(text);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("'%s' is not %s".formatted(text, what));
        }
    }

    private static <E extends Enum<E>> E oneOf(E[] values, String text) {
        return Stream.of(values)
                .filter(value -> value.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is none of %s"
                        .formatted(
                                text,
                                Stream.of(values)
                                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", ")))));
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
