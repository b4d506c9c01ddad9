package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the gallery make what it shows. */
class GalleryTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final long LARGEST_PICTURE = 100_000;

    @TempDir
    Path folder;

    private static List<String> commands() throws IOException {
        return Files.readAllLines(DOCS.resolve("GALLERY.md")).stream()
                .filter(line -> line.startsWith("./narrowband "))
                .map(line -> line.substring("./narrowband ".length()))
                .toList();
    }

    private String[] here(String command) {
        return command.replace("out/gallery", folder.toString()).split(" ");
    }

    /** Each is refused for the one option that is put behind it, so that nothing of it ran and all else of it is known. */
    @Test
    void everyCommandIsUnderstood() throws IOException {
        assertThat(commands()).hasSize(7);
        for (String command : commands()) {
            CommandLineRun run = CommandLineRun.of((command + " --understood-up-to-here").split(" "));
            assertThat(run.err()).as(command).startsWith("narrowband: Unknown option: '--understood-up-to-here'");
        }
    }

    /** The last section as it stands, from its networks to its page. */
    @Test
    void theExplorationIsMadeByItsCommands() throws IOException {
        for (String command : commands().subList(3, 7)) {
            CommandLineRun run = CommandLineRun.of(here(command));
            assertThat(run.code()).as(command + "\n" + run.err()).isZero();
        }
        assertThat(folder.resolve("explore").resolve("explore.html"))
                .content()
                .contains("Designs that no other beats", "<circle class=\"busy\"");
    }

    @Test
    void thePicturesAreThereAndSmall() throws IOException {
        List<String> pictures = Pattern.compile("\\((gallery/\\w+\\.png)\\)\\]")
                .matcher(Files.readString(DOCS.resolve("GALLERY.md")))
                .results()
                .map(link -> link.group(1))
                .toList();
        assertThat(pictures).hasSize(3);
        for (String picture : pictures) {
            assertThat(Files.size(DOCS.resolve(picture))).as(picture).isLessThan(LARGEST_PICTURE);
        }
    }
}
