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
import org.junit.jupiter.params.provider.ValueSource;
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
              // Text whose contrast with what is behind it is below what WCAG 2.2 asks for (1.4.3).
              const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
              const luminance = (colour) => rgb(colour).slice(0, 3).map((v) => v / 255)
                .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = (element) => {
                for (let at = element; at; at = at.parentElement) {
                  const colour = getComputedStyle(at).backgroundColor;
                  if ((rgb(colour)[3] ?? 1) > 0) {
                    return colour;
                  }
                }
                return "rgb(255, 255, 255)";
              };
              const pale = () => [...document.body.querySelectorAll("*")]
                .filter((element) => !element.closest("script, style, noscript, title, .plot")
                  && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
                  && element.getClientRects().length > 0)
                .filter((element) => {
                  const style = getComputedStyle(element);
                  const ink = luminance(element.ownerSVGElement ? style.fill : style.color);
                  const paper = luminance(behind(element));
                  const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
                  return contrast < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5);
                })
                .map((element) => element.tagName + "." + element.getAttribute("class") + ": " + element.textContent.slice(0, 20));
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
                untitled: [...document.querySelectorAll("svg[role=img]")]
                  .filter((picture) => !picture.querySelector(":scope > title")?.textContent).length,
                notNumbers: [...document.querySelectorAll("svg *")]
                  .filter((part) => [...part.attributes].some((a) => /NaN|Infinity/.test(a.value))).length,
                dark: matchMedia("(prefers-color-scheme: dark)").matches,
                pale: pale(),
                skips: [...document.querySelectorAll("a, button, summary, [tabindex]")][0]?.getAttribute("href"),
                unreachable: [...document.querySelectorAll("*")]
                  .filter((box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
                    && box.scrollWidth > box.clientWidth && box.tabIndex < 0)
                  .map((box) => box.tagName + "." + box.className),
                folds: document.querySelectorAll("details > summary").length,
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
        run("simulate", network, "--shape", "shared", "--marginal", "--why", "--out", path("shared"));
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
        "flow/report.html, 1280, light, 4",
        "flow/report.html, 390, dark, 4",
        "shared/report.html, 1280, dark, 0",
        "shared/report.html, 390, light, 0",
        "explore/explore.html, 1280, light, 0",
        "explore/explore.html, 390, dark, 0"
    })
    void thePageIsWholeAtItsWidth(String page, int width, String scheme, int plots) throws Exception {
        JsonNode found = probe(Files.readString(folder.resolve(page)), width, scheme.equals("dark"));
        assertThat(found.get("dark").asBoolean()).isEqualTo(scheme.equals("dark"));
        assertThat(found.get("pale")).as("text that is hard to read").isEmpty();
        assertThat(found.get("untitled").asInt()).isZero();
        assertThat(found.get("notNumbers").asInt()).isZero();
        assertThat(found.get("skips").asString())
                .as("the first that the keyboard reaches")
                .isEqualTo("#main");
        assertThat(found.get("unreachable")).as("boxes that no key scrolls").isEmpty();
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

    /** On a sheet of A4 with margins of 1 cm, as wide as 718 pixels: what is printed shows all and has no links to click. */
    @ParameterizedTest
    @ValueSource(strings = {"flow/report.html", "shared/report.html", "explore/explore.html"})
    void thePrintedPageFitsItsSheet(String page) throws Exception {
        String printed = Files.readString(folder.resolve(page)).replace("@media print", "@media all");
        JsonNode found = probe(printed, 718, false);
        assertThat(found.get("wide")).as("wider than the sheet").isEmpty();
        assertThat(found.get("faults")).isEmpty();
        assertThat(found.get("pale")).isEmpty();
    }

    /** The sections that a report promises, each with a picture in it. */
    @Test
    void theReportShowsCyclesScheduleRooflineAndEnergy() throws Exception {
        for (String page : List.of("flow", "shared")) {
            String html = Files.readString(folder.resolve(page).resolve("report.html"));
            for (String section : List.of("cycles", "schedule", "roofline", "energy")) {
                int from = html.indexOf("<section id=\"" + section + "\"");
                assertThat(from).as(page + ": " + section).isPositive();
                assertThat(html.substring(from, html.indexOf("</section>", from)))
                        .as(page + ": " + section)
                        .contains("<svg", "<title>");
            }
        }
        assertThat(Files.readString(folder.resolve("explore").resolve("explore.html")))
                .contains("class=\"front\" d=\"M");
    }

    @Test
    void aPageWithFaultsIsFoundOut() throws Exception {
        JsonNode found = probe("""
                <!DOCTYPE html><html><head></head><body><nav><a href="#nowhere">x</a></nav>
                <div style="width: 700px">wide</div><div class="plot" id="bare"><canvas></canvas></div>
                <p style="color: #999; background: #fff">pale</p><svg role="img"></svg>
                <div style="overflow-x: auto; width: 50px"><div style="width: 90px">x</div></div>
                <script>undefinedFunction();</script></body></html>
                """, 390, false);
        assertThat(found.get("pale").toString()).contains("P.null: pale").doesNotContain("wide");
        assertThat(found.get("untitled").asInt()).isEqualTo(1);
        assertThat(found.get("unreachable")).hasSize(1);
        assertThat(found.get("faults").toString()).contains("undefinedFunction");
        assertThat(found.get("wide").toString()).contains("DIV");
        assertThat(found.get("empty").toString()).contains("bare");
        assertThat(found.get("emptyPictures").asInt()).isEqualTo(1);
        assertThat(found.get("unlabelled").asInt()).isEqualTo(1);
        assertThat(found.get("sections").asInt()).isEqualTo(1);
    }

    private static JsonNode probe(String html, int width, boolean dark) throws IOException, InterruptedException {
        String watched = html.replace("<head>", "<head>" + WATCH).replace("</body>", PROBE);
        // A browser's own window is no narrower than 500 pixels.
        Path probed = Files.writeString(
                folder.resolve("probed-" + width + ".html"),
                "<!DOCTYPE html><meta name=\"color-scheme\" content=\"light dark\"><body><iframe style=\"width: %dpx; height: 2000px; border: 0\" srcdoc=\"%s\"></iframe></body>"
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
                                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
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
