package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many designs at once. */
class ExploreCommandTest {
    @TempDir
    private Path folder;

    private Path out;

    @BeforeEach
    void networks() {
        out = folder.resolve("all");
        for (String bits : List.of("2", "4")) {
            assertThat(CommandLineRun.of(
                                    "model",
                                    "tiny",
                                    "--image",
                                    "28x28x1",
                                    "--weight-bits",
                                    bits,
                                    "--act-bits",
                                    bits,
                                    "--out",
                                    folder.resolve("w" + bits + ".nbn").toString())
                            .code())
                    .isZero();
        }
    }

    private CommandLineRun explore(String... options) {
        List<String> words = new ArrayList<>(List.of(
                "explore",
                folder.resolve("w2.nbn").toString(),
                folder.resolve("w4.nbn").toString(),
                "--out",
                out.toString()));
        words.addAll(List.of(options));
        return CommandLineRun.of(words.toArray(String[]::new));
    }

    @Test
    void everyCombinationIsALineAndTheFrontStandsOut() throws IOException {
        CommandLineRun run = explore(
                "--fpga",
                "xc7a35t,ice40up5k",
                "--plan",
                "fill,500fps,8lanes",
                "--bandwidth",
                "10,100",
                "--data",
                "strokes",
                "--test-images",
                "40");
        assertThat(run.code()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(out.resolve("explore.csv"));
        // Two networks, two FPGAs: two plans without a memory of weights, and one at two bandwidths.
        assertThat(lines).hasSize(1 + 2 * 2 * (2 + 2));
        assertThat(lines.getFirst()).startsWith("network,accuracy,fpga,clock_megahertz,plan");
        assertThat(lines.stream().filter(line -> line.contains(",true,"))).isNotEmpty();
        assertThat(run.out())
                .contains("on the front (no other on the same FPGA beats them)")
                .contains("| w2");
        assertThat(Files.readString(out.resolve("explore.html")))
                .contains("Designs that no other beats")
                .contains("<circle class=\"busy\"");
    }

    @Test
    void goingOnGivesWhatARunInOneGoGives() throws IOException {
        String[] options = {"--plan", "fill,500fps,8lanes", "--json"};
        JsonNode whole = json(explore(options));
        Path log = out.resolve("explore.jsonl");
        List<String> lines = Files.readAllLines(log);
        Files.write(log, lines.subList(0, 3));
        List<String> resumed = new ArrayList<>(List.of(options));
        resumed.add("--resume");
        JsonNode again = json(explore(resumed.toArray(String[]::new)));
        assertThat(again.get("outcomes")).isEqualTo(whole.get("outcomes"));
        assertThat(again.get("front")).isEqualTo(whole.get("front"));
        assertThat(Files.readAllLines(log).subList(0, 3)).isEqualTo(lines.subList(0, 3));
    }

    private static JsonNode json(CommandLineRun run) {
        assertThat(run.code()).as(run.err()).isZero();
        return new JsonMapper().readTree(run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--plan fast       | fast, 300fps, 32lanes",
                "--plan 3lanes     | lanes must be a power of two",
                "--fpga fast       | There is no FPGA, fast",
                "--clock -5        | above 0 MHz",
                "--bandwidth 0 --plan shared | above 0 MB/s",
                "--data idx:nowhere | nowhere, not a folder",
                "--resume          | explore.jsonl, cannot be read",
            })
    void aBadOptionIsRefused(String options, String says) {
        CommandLineRun run = explore(options.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(List.of(says.split(", ")));
        assertThat(out).doesNotExist();
    }
}
