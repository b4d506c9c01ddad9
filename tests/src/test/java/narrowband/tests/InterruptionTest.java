package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of training, on a real process. */
class InterruptionTest {
    private static final List<String> TRAINING = List.of(
            "train", "--data", "strokes", "--model", "tiny", "--epochs", "4", "--train-images", "2560", "--out");

    private static final int SIGINT = 2;

    @TempDir
    Path folder;

    @Test
    void anInterruptedRunGoesOnToTheSameNetwork() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        assertThat(train(whole).code()).isZero();

        Path interrupted = folder.resolve("interrupted");
        Process process = start(interrupted);
        String said;
        try (BufferedReader lines = process.errorReader()) {
            said = readUntil(lines, "epoch  1");
            interrupt(process);
            said += readUntil(lines, "no line says this: to the end");
        } finally {
            process.destroyForcibly();
        }
        // 128 + SIGINT, or 128 + SIGTERM.
        assertThat(process.waitFor()).as(said).isIn(130, 143);
        assertThat(said)
                .contains("interrupted; the state is in", "checkpoint.nbc", "--resume")
                .doesNotContain("\tat ");
        try (Stream<Path> files = Files.list(interrupted)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("checkpoint.nbc");
        }

        CommandLineRun resumed = train(interrupted, "--resume");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("epoch  4").doesNotContain("epoch  1");
        assertThat(interrupted.resolve("network.nbn")).hasSameBinaryContentAs(whole.resolve("network.nbn"));
    }

    @Test
    void aFinishedRunResumesToTheSameNetworkAndWithOtherOptionsNotAtAll() throws IOException {
        Path out = folder.resolve("run");
        List<String> arguments = new ArrayList<>(TRAINING);
        arguments.add(out.toString());
        arguments.set(arguments.indexOf("2560"), "128");
        assertThat(CommandLineRun.of(arguments).code()).isZero();
        byte[] network = Files.readAllBytes(out.resolve("network.nbn"));
        List<String> resuming = new ArrayList<>(arguments);
        resuming.add("--resume");
        assertThat(CommandLineRun.of(resuming).code()).isZero();
        assertThat(out.resolve("network.nbn")).hasBinaryContent(network);

        arguments.set(arguments.indexOf("128"), "192");
        arguments.add("--resume");
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("another run", "192", "128").doesNotContain("\tat ");
        assertThat(out.resolve("network.nbn")).hasBinaryContent(network);
    }

    private static CommandLineRun train(Path out, String... more) {
        List<String> arguments = new ArrayList<>(TRAINING);
        arguments.add(out.toString());
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments);
    }

    private Process start(Path out) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "narrowband.cli.Narrowband"));
        command.addAll(TRAINING);
        command.add(out.toString());
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    private static String readUntil(BufferedReader lines, String last) throws IOException {
        StringBuilder said = new StringBuilder();
        String line = lines.readLine();
        while (line != null) {
            said.append(line).append('\n');
            if (line.contains(last)) {
                return said.toString();
            }
            line = lines.readLine();
        }
        return said.toString();
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        String signal = ignoresInterrupts(process) ? "-TERM" : "-INT";
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    /** As a background job of a shell does, and all that it starts; SIGTERM is heeded by the same code. */
    private static boolean ignoresInterrupts(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring("SigIgn:".length()).strip(), 16))
                    .anyMatch(ignored -> (ignored >> (SIGINT - 1) & 1) == 1);
        }
    }
}
