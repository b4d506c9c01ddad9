package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several commands at once on the same output, and outputs that cannot be written: nothing is lost, and nothing is left lying about. */
class SharedOutputTest {
    private static final List<Integer> WIDTHS = List.of(2, 4, 8);

    @TempDir
    static Path folder;

    @BeforeAll
    static void writeNetworks() {
        WIDTHS.forEach(bits -> assertThat(model(network(bits), bits).code()).isZero());
    }

    @RepeatedTest(3)
    void exportsAtOnceLeaveOneOfThemWhole() throws IOException {
        Path out = folder.resolve("replaced");
        List<CommandLineRun> runs = atOnce(bits -> export(network(bits), out, "--force"));
        assertThat(runs).extracting(CommandLineRun::code).containsOnly(0);
        CommandLineRun verified = CommandLineRun.of("verify", out.toString());
        assertThat(verified.code()).as(verified.err()).isZero();
        assertThat(beside(out)).containsExactly("replaced");
    }

    @Test
    void ofExportsAtOnceThatMayNotReplaceOnlyOneSucceeds() throws IOException {
        Path out = folder.resolve("kept");
        List<CommandLineRun> runs = atOnce(bits -> export(network(bits), out));
        assertThat(runs).extracting(CommandLineRun::code).containsExactlyInAnyOrder(0, 2, 2);
        assertThat(CommandLineRun.of("verify", out.toString()).code()).isZero();
        assertThat(beside(out)).containsExactly("kept");
    }

    @Test
    void aLinkToAFolderStaysOneAndTheFolderIsWritten() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        assertThat(export(network(2), link).code()).isZero();
        assertThat(export(network(4), link, "--force").code()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(CommandLineRun.of("verify", real.toString()).code()).isZero();
        assertThat(beside(real)).containsExactly("real");
    }

    @Test
    void networksWrittenAtOnceAreWholeFiles() {
        Path out = folder.resolve("at-once.nbn");
        List<CommandLineRun> runs = atOnce(bits -> model(out, bits, "--force"));
        assertThat(runs).extracting(CommandLineRun::code).containsOnly(0);
        assertThat(CommandLineRun.of("simulate", out.toString()).code()).isZero();
    }

    @Test
    void aFolderThatAnotherCommandWritesIntoIsLeftAlone() throws IOException {
        Path out = Files.createDirectory(folder.resolve("busy"));
        Path file = out.resolve(".narrowband.lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            CommandLineRun run = simulate(out);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("busy: another narrowband is writing there");
        }
        assertThat(simulate(out).code()).isZero();
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileBringsTheFoldersThatItLiesIn() {
        Path out = folder.resolve("new").resolve("deeper").resolve("network.nbn");
        assertThat(model(out, 2).code()).isZero();
        assertThat(out).isRegularFile();
    }

    @Test
    void aFolderInPlaceOfAFileIsRefusedWithTheOptionThatNamedIt() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken"));
        assertThat(model(taken, 2, "--force").err()).contains("taken is a folder; --out must name a file");
        assertThat(CommandLineRun.of("simulate", network(2).toString(), "--vcd", taken.toString())
                        .err())
                .contains("taken is a folder; --vcd must name a file");
    }

    private interface OfWidth {
        CommandLineRun run(int bits);
    }

    private static List<CommandLineRun> atOnce(OfWidth command) {
        List<CompletableFuture<CommandLineRun>> runs = IntStream.range(0, WIDTHS.size())
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> command.run(WIDTHS.get(i)), Thread::startVirtualThread))
                .toList();
        return runs.stream().map(CompletableFuture::join).toList();
    }

    private static Path network(int bits) {
        return folder.resolve("w%d.nbn".formatted(bits));
    }

    private static CommandLineRun model(Path out, int bits, String... more) {
        return CommandLineRun.of(Stream.concat(
                        Stream.of("model", "tiny", "--weight-bits", "" + bits, "--out", out.toString()),
                        Stream.of(more))
                .toList());
    }

    private static CommandLineRun export(Path network, Path out, String... more) {
        return CommandLineRun.of(Stream.concat(
                        Stream.of("export", network.toString(), "--images", "1", "--out", out.toString()),
                        Stream.of(more))
                .toList());
    }

    private static CommandLineRun simulate(Path out) {
        return CommandLineRun.of("simulate", network(2).toString(), "--out", out.toString());
    }

    /** What lies in the folder under the name of an output, or one that begins with it. */
    private static List<String> beside(Path out) throws IOException {
        try (Stream<Path> entries = Files.list(out.getParent())) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(out.getFileName().toString()))
                    .toList();
        }
    }
}
