package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process of its own, in other countries and in little memory. */
class SurroundingsTest {
    @TempDir
    static Path folder;

    private static Path network;
    private static Path here;

    @BeforeAll
    static void exportHere() {
        network = folder.resolve("network.nbn");
        here = folder.resolve("here");
        assertThat(CommandLineRun.of("model", "tiny", "--out", network.toString())
                        .code())
                .isZero();
        assertThat(CommandLineRun.of("export", network.toString(), "--images", "1", "--out", here.toString())
                        .code())
                .isZero();
    }

    /** Commas in numbers; digits that are not ASCII; a small I without its dot. */
    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "ar-EG", "tr-TR"})
    void hardwareIsTheSameInEveryCountry(String country) throws IOException, InterruptedException {
        Path out = folder.resolve(country);
        Printed printed = run(
                List.of("-Duser.language=" + country.substring(0, 2), "-Duser.country=" + country.substring(3)),
                List.of("export", network.toString(), "--images", "1", "--out", out.toString()));
        assertThat(printed.code()).as(printed.text()).isZero();
        try (var files = Files.list(here)) {
            assertThat(files.toList())
                    .isNotEmpty()
                    .allSatisfy(
                            file -> assertThat(out.resolve(file.getFileName())).hasSameBinaryContentAs(file));
        }
    }

    @Test
    void tooLittleMemoryIsALineThatSaysWhatToDoAndNoCheckThatFailed() throws IOException, InterruptedException {
        Path out = folder.resolve("large.nbn");
        Printed printed = run(List.of("-Xmx48m"), List.of("model", "resnet18", "--out", out.toString()));
        assertThat(printed.code()).as(printed.text()).isEqualTo(2);
        assertThat(printed.text())
                .contains("48 MiB of memory are too little", "-J-Xmx8g")
                .doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    private record Printed(int code, String text) {}

    private static Printed run(List<String> flags, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "narrowband.cli.Narrowband"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Printed(process.waitFor(), text);
    }
}
