package narrowband.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command speaks: results go to standard output, progress to standard error; with {@code --json} only JSON is a result. */
record Output(PrintWriter results, PrintWriter progress, boolean json) {
    static Output of(CommandSpec spec, boolean json) {
        return new Output(spec.commandLine().getOut(), spec.commandLine().getErr(), json);
    }

    /** A line for people: a result, unless JSON is. */
    void say(String line) {
        if (!json) {
            results.println(line);
            results.flush();
        }
    }

    /** A line about how work goes on. */
    void log(String line) {
        progress.println(line);
        progress.flush();
    }

    void json(String text) {
        if (json) {
            results.println(text);
            results.flush();
        }
    }

    static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }
}
