package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import narrowband.hdl.tool.OutsideProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages in a browser, as wide as a desk's and as narrow as a telephone's. Without Chromium it is left out. */
class PageTest {
    private static final Optional<OutsideProgram> BROWSER = Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(OutsideProgram::new)
            .filter(OutsideProgram::available)
            .findFirst();

    /** What the page logs as an error is kept from its first line on. */
    private static final String WATCH = """
            <script>
            window.faults = [];
            addEventListener("error", (event) => faults.push(String(event.message || event.target.src)), true);
            console.error = (...words) => faults.push(words.join(" "));
            console.warn = console.error;
            </script>
            """;

    /** Measures the page when it is drawn, and leaves what it found in the page. */
    private static final String PROBE = """
            <script>
            addEventListener("load", () => setTimeout(() => {
              const scrolls = (element) => element.closest(".scroll, script, style") !== null;
              const wide = [...document.body.querySelectorAll("*")]
                .filter((element) => !scrolls(element) && element.getBoundingClientRect().right > innerWidth + 0.5)
                .map((element) => element.tagName + "." + element.getAttribute("class"));
              const blank = (canvas) => canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height).data.every((value) => value === 0);
              const plots = [...document.querySelectorAll(".plot")];
              const found = {
                faults,
                window: innerWidth,
                wide,
                width: document.documentElement.scrollWidth - innerWidth,
                plots: plots.length,
                empty: plots.filter((plot) => !plot.querySelector("canvas") || blank(plot.querySelector("canvas")))
                  .map((plot) => plot.id),
                pictures: document.querySelectorAll("svg[role=img]").length,
                emptyPictures: [...document.querySelectorAll("svg[role=img]")]
                  .filter((picture) => picture.childElementCount === 0).length,
                unlabelled: document.querySelectorAll("svg[role=img]:not([aria-label])").length,
                sections: [...document.querySelectorAll("nav a")]
                  .filter((link) => !document.querySelector(link.getAttribute("href"))).length,
              };
              const pre = document.createElement("pre");
              pre.id = "probe";
              pre.textContent = JSON.stringify(found);
              parent.document.body.append(pre);
            }, 200));
            </script>
            </body>""";

    @TempDir
    static Path folder;

    /** One page of each kind: trained and verified; one array for all layers; an exploration. */
    @BeforeAll
    static void pages() {
        assumeTrue(BROWSER.isPresent(), "chromium is not installed: left out");
        run("flow", "--model", "tiny", "--epochs", "4", "--images", "2", "--out", path("flow"));
        String network = folder.resolve("flow").resolve("network.nbn").toString();
        run("simulate", network, "--shape", "shared", "--marginal", "--out", path("shared"));
        run("explore", network, "--fpga", "xc7a35t,ice40up5k", "--plan", "fill,99999999fps", "--out", path("explore"));
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static void run(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.code()).as(run.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "flow/report.html, 1280, 4",
        "flow/report.html, 390, 4",
        "shared/report.html, 1280, 0",
        "shared/report.html, 390, 0",
        "explore/explore.html, 1280, 0",
        "explore/explore.html, 390, 0"
    })
    void thePageIsWholeAtItsWidth(String page, int width, int plots) throws Exception {
        JsonNode found = probe(folder.resolve(page), width);
        assertThat(found.get("window").asInt()).isEqualTo(width);
        assertThat(found.get("faults")).as("errors on the console").isEmpty();
        assertThat(found.get("wide")).as("wider than the window").isEmpty();
        assertThat(found.get("width").asInt()).isLessThanOrEqualTo(0);
        assertThat(found.get("plots").asInt()).isGreaterThanOrEqualTo(plots);
        assertThat(found.get("empty")).as("plots without a line").isEmpty();
        assertThat(found.get("pictures").asInt()).isPositive();
        assertThat(found.get("emptyPictures").asInt()).isZero();
        assertThat(found.get("unlabelled").asInt()).isZero();
        assertThat(found.get("sections").asInt()).as("links to no section").isZero();
    }

    @Test
    void aPageWithFaultsIsFoundOut() throws Exception {
        Path page = Files.writeString(folder.resolve("faulty.html"), """
                <!DOCTYPE html><html><head></head><body><nav><a href="#nowhere">x</a></nav>
                <div style="width: 700px">wide</div><div class="plot" id="bare"><canvas></canvas></div>
                <svg role="img"></svg><script>undefinedFunction();</script></body></html>
                """);
        JsonNode found = probe(page, 390);
        assertThat(found.get("faults").toString()).contains("undefinedFunction");
        assertThat(found.get("wide").toString()).contains("DIV");
        assertThat(found.get("empty").toString()).contains("bare");
        assertThat(found.get("emptyPictures").asInt()).isEqualTo(1);
        assertThat(found.get("unlabelled").asInt()).isEqualTo(1);
        assertThat(found.get("sections").asInt()).isEqualTo(1);
    }

    private static JsonNode probe(Path page, int width) throws IOException, InterruptedException {
        String html = Files.readString(page);
        String watched = html.replace("<head>", "<head>" + WATCH).replace("</body>", PROBE);
        // A browser's own window is no narrower than 500 pixels.
        Path probed = Files.writeString(
                folder.resolve("probed-" + width + ".html"),
                "<!DOCTYPE html><body><iframe style=\"width: %dpx; height: 2000px; border: 0\" srcdoc=\"%s\"></iframe></body>"
                        .formatted(width, watched.replace("&", "&amp;").replace("\"", "&quot;")));
        Path dom = folder.resolve("dom-" + width + ".html");
        BROWSER.orElseThrow()
                .run(
                        folder,
                        dom,
                        List.of(
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--user-data-dir=" + folder.resolve("profile"),
                                "--window-size=1400,2100",
                                "--virtual-time-budget=4000",
                                "--dump-dom",
                                probed.toUri().toString()));
        Matcher found =
                Pattern.compile("<pre id=\"probe\">(.*?)</pre>", Pattern.DOTALL).matcher(Files.readString(dom));
        assertThat(found.find()).as("the page was drawn and measured").isTrue();
        return new JsonMapper()
                .readTree(found.group(1)
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&amp;", "&"));
    }
}
