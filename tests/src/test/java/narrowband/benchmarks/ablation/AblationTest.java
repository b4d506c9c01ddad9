package narrowband.benchmarks.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AblationTest {
    @TempDir
    Path folder;

    private int run(String rows, int seeds) {
        return new CommandLine(new Ablation())
                .execute(
                        "--out=" + folder,
                        "--model=tiny",
                        "--train-images=128",
                        "--epochs=2",
                        "--float-epochs=1",
                        "--seeds=" + seeds,
                        "--row=at-two-bits: startBits=2",
                        "--only=" + rows);
    }

    @Test
    void whatIsFinishedIsNotRunAgainAndWhatIsNewIsAdded() throws IOException {
        assertThat(run("method", 1)).isZero();
        byte[] first = Files.readAllBytes(folder.resolve("method-1.json"));
        assertThat(run("method,at-two-bits", 2)).isZero();
        // A second run would have taken another time to the nanosecond.
        assertThat(folder.resolve("method-1.json")).hasBinaryContent(first);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "teacher-1.nbc",
                            "teacher-2.nbc",
                            "method-1.json",
                            "method-2.json",
                            "at-two-bits-1.json",
                            "at-two-bits-2.json",
                            "ablation.json",
                            "ablation.md");
        }
        assertThat(Files.readAllLines(folder.resolve("ablation.md")))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).startsWith("| method |  | 2 |"))
                .anySatisfy(line -> assertThat(line).startsWith("| at-two-bits | `startBits=2` | 2 |"));
    }
}
