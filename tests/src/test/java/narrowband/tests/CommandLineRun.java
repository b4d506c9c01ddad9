package narrowband.tests;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import narrowband.cli.Narrowband;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One command line, run inside this Java machine.
 *
 * @param code the exit code
 * @param out what it printed as its result
 * @param err what it printed besides
 */
record CommandLineRun(int code, String out, String err) {
    static CommandLineRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Narrowband.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new CommandLineRun(code, out.toString(), err.toString());
    }

    static CommandLineRun of(List<String> arguments) {
        return of(arguments.toArray(String[]::new));
    }

    /** The result as JSON, which must be all of it. */
    JsonNode json() {
        return new JsonMapper().readTree(out);
    }
}
