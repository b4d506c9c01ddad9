package narrowband.hdl.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program on the search path, or one whose path is given. It is stopped when this Java machine is.
 *
 * @param name what it is called there, or its path
 * @param limit after which a run of it is stopped
 * @param launcher the words of a command that starts it and comes before its name; none where it starts by itself
 */
public record OutsideProgram(String name, Duration limit, List<String> launcher) {
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(5);

    public OutsideProgram {
        launcher = List.copyOf(launcher);
    }

    public OutsideProgram(String name, Duration limit) {
        this(name, limit, List.of());
    }

    /** A program that may run for five minutes. */
    public OutsideProgram(String name) {
        this(name, USUAL_LIMIT);
    }

    /** Whether the program, or what starts it, is on the search path or at its own. */
    public boolean available() {
        String first = launcher.isEmpty() ? name : launcher.getFirst();
        if (first.contains(java.io.File.separator)) {
            return Files.isExecutable(Path.of(first));
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, first))) {
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
        List<String> command = new ArrayList<>(launcher);
        command.add(name);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread atExit = new Thread(() -> stop(process));
        boolean ended = false;
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!ended) {
                stop(process);
            }
            forget(atExit);
        }
        if (!ended) {
            throw new IOException(name + " did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    private static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is being shut down already, and the hook runs.
        }
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
