package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page of features claims is shown by tests that are there. */
class FeaturesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern TEST = Pattern.compile("\\[(\\w+)\\.(\\w+)]\\(([^)]+)\\)");

    /**
     * A row of the table.
     *
     * @param tests of its links, the methods' names and the files
     */
    private record Feature(String name, String claim, List<Named> tests) {}

    private record Named(String type, String method, Path file) {}

    private static List<Feature> features() throws IOException {
        List<Feature> features = new ArrayList<>();
        boolean inTable = false;
        for (String line : Files.readAllLines(DOCS.resolve("FEATURES.md"))) {
            if (line.startsWith("| feature |")) {
                inTable = true;
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable && !line.startsWith("|---")) {
                List<String> cells =
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
                assertThat(cells).as(line).hasSize(9);
                features.add(new Feature(cells.get(1), cells.get(2), tests(cells.get(3))));
            }
        }
        return features;
    }

    private static List<Named> tests(String cell) {
        List<Named> tests = new ArrayList<>();
        Matcher link = TEST.matcher(cell);
        while (link.find()) {
            tests.add(new Named(
                    link.group(1), link.group(2), DOCS.resolve(link.group(3)).normalize()));
        }
        assertThat(TEST.matcher(cell).replaceAll(""))
                .as("links alone: %s", cell)
                .matches("[, ]*");
        return tests;
    }

    /** The survey's table has 26 rows. */
    @Test
    void everyRowOfTheSurveyIsAnswered() throws IOException {
        assertThat(features()).hasSize(26).extracting(Feature::name).doesNotHaveDuplicates();
        assertThat(features()).allSatisfy(feature -> assertThat(feature.claim()).isIn("yes", "partly", "no"));
    }

    @Test
    void whatIsClaimedIsShownByATestThatIsThere() throws IOException {
        for (Feature feature : features()) {
            assertThat(feature.tests().isEmpty())
                    .as(feature.name())
                    .isEqualTo(feature.claim().equals("no"));
            for (Named test : feature.tests()) {
                String what = "%s: %s.%s".formatted(feature.name(), test.type(), test.method());
                assertThat(test.file()).as(what).exists().hasFileName(test.type() + ".java");
                assertThat(isTest(Files.readString(test.file()), test.method()))
                        .as(what)
                        .isTrue();
            }
        }
    }

    /** Annotations stand above the method, a blank line above them. */
    private static boolean isTest(String source, String method) {
        int at = source.indexOf("void " + method + "(");
        String above = at < 0 ? "" : source.substring(Math.max(0, source.lastIndexOf("\n\n", at)), at);
        return !above.contains("void ")
                && Pattern.compile("@(Test|ParameterizedTest|RepeatedTest)\\b")
                        .matcher(above)
                        .find();
    }

    @Test
    void aMethodThatIsNoTestIsFoundOut() {
        assertThat(isTest("@Test\n void works() {}", "works")).isTrue();
        assertThat(isTest("@ParameterizedTest\n @CsvSource({\"1\", \"2\"})\n void works(int i) {}", "works"))
                .isTrue();
        assertThat(isTest("@Test\n void works() {}\n void helps() {}", "helps")).isFalse();
        assertThat(isTest("@Test\n void works() {}", "breaks")).isFalse();
    }
}
