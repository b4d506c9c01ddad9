package narrowband.hdl.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program on the search path.
 *
 * @param name what it is called there
 * @param limit after which a run of it is stopped
 */
public record OutsideProgram(String name, Duration limit) {
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(5);

    /** A program that may run for five minutes. */
    public OutsideProgram(String name) {
        this(name, USUAL_LIMIT);
    }

    /** Whether the program is on the search path. */
    public boolean available() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Runs it in {@code folder}; what it says goes to {@code log}.
     *
     * @return its exit status
     * @throws IOException where it cannot be started, or did not end within the limit
     */
    public int run(Path folder, Path log, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = false;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        if (!ended) {
            throw new IOException(name + " did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /**
     * As {@link #run}, where only success will do.
     *
     * @throws IOException also where the program fails, with what it said
     */
    public void succeed(Path folder, Path log, List<String> arguments) throws IOException, InterruptedException {
        int status = run(folder, log, arguments);
        if (status != 0) {
            throw new IOException(name + " failed with status " + status + ": " + Files.readString(log));
        }
    }
}
