package narrowband.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where a command speaks: results go to standard output, progress to standard error; with {@code --json} only JSON is a result. */
record Output(PrintWriter results, PrintWriter progress, boolean json) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

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

    /** A result as JSON: a record or a map. */
    void json(Object result) {
        json(JSON.writeValueAsString(result));
    }

    /** A result that is JSON already. */
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
