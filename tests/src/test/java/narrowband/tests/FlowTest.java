package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import narrowband.hdlgen.ExternalSimulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole way in one command, and each command on the files of the others; small, but nothing left out. */
class FlowTest {
    private static final List<String> LAYERS_WITH_WEIGHTS = List.of("conv1", "conv2", "dense");

    @TempDir
    static Path folder;

    private static Path out;
    private static CommandLineRun flow;

    @BeforeAll
    static void goTheWholeWay() {
        out = folder.resolve("flow");
        flow = CommandLineRun.of(
                small("flow", "strokes", "tiny", out, "--images", "2", "--json", "--trace", "--marginal"));
    }

    private static List<String> small(String command, String data, String model, Path out, String... more) {
        return arguments(command, data, model, 3, 1280, out, more);
    }

    private static List<String> arguments(
            String command, String data, String model, int epochs, int trainImages, Path out, String... more) {
        List<String> options = List.of(
                command,
                "--data",
                data,
                "--model",
                model,
                "--epochs",
                Integer.toString(epochs),
                "--train-images",
                Integer.toString(trainImages),
                "--out",
                out.toString());
        return Stream.concat(options.stream(), Stream.of(more)).toList();
    }

    @Test
    void theFlowSucceedsAndTellsOfItsCourse() {
        assertThat(flow.code()).as(flow.err()).isZero();
        assertThat(flow.err())
                .contains("epoch  1", "float", "gradual", "fixed", "loss", "accuracy", "weights", "activations");
    }

    @Test
    void theFlowPrintsASummaryForPeople() {
        CommandLineRun run = CommandLineRun.of(small("flow", "strokes", "tiny", folder.resolve("summary")));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("conv1", "dense")
                .contains("accuracy", "throughput", "latency", "energy per image", "resources")
                .contains("verification      passed: 0 mismatches")
                .contains("report.html", "report.json", "network.nbn", "rtl");
    }

    @Test
    void theFolderHoldsExactlyWhatIsPromised() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "network.nbn",
                            "checkpoint.nbc",
                            "report.html",
                            "report.json",
                            "report.md",
                            "layers.csv",
                            "units.csv",
                            "trace.json",
                            "rtl");
        }
        assertThat(out.resolve("rtl")).isDirectoryContaining("glob:**.v").isDirectoryContaining("glob:**.mem");
    }

    @Test
    void theReportHoldsTheContractsNumbers() throws IOException {
        JsonNode report = new JsonMapper().readTree(Files.readString(out.resolve("report.json")));
        assertThat(report).isEqualTo(flow.json());
        assertThat(report.at("/accuracy/float").doubleValue()).isBetween(0.0, 1.0);
        assertThat(report.at("/accuracy/integer").doubleValue()).isBetween(0.0, 1.0);
        assertThat(new TreeSet<>(report.get("bits").propertyNames())).containsExactlyElementsOf(LAYERS_WITH_WEIGHTS);
        for (String layer : LAYERS_WITH_WEIGHTS) {
            assertThat(report.at("/bits/" + layer + "/weights").intValue())
                    .as(layer)
                    .isBetween(1, 8);
            assertThat(report.at("/bits/" + layer + "/activations").intValue())
                    .as(layer)
                    .isBetween(1, 8);
        }
        assertThat(report.at("/cycles/simulated").longValue())
                .isPositive()
                .isEqualTo(report.at("/cycles/rtl").longValue());
        assertThat(report.get("mismatches").longValue()).isZero();
        assertThat(report.at("/verification/words").longValue()).isPositive();
        assertThat(report.at("/training/epochs").size()).isEqualTo(3);
        assertThat(report.at("/run/command").stringValue()).startsWith("narrowband flow --data strokes");
    }

    /** What simulate writes of the same design, flow writes too. */
    @Test
    void theFlowsTablesAreThoseOfSimulate() throws IOException {
        Path simulated = folder.resolve("tables");
        CommandLineRun run = CommandLineRun.of(
                "simulate", network(), "--images", "2", "--trace", "--marginal", "--out", simulated.toString());
        assertThat(run.code()).as(run.err()).isZero();
        for (String name : List.of("layers.csv", "units.csv", "trace.json")) {
            assertThat(out.resolve(name)).hasSameTextualContentAs(simulated.resolve(name));
        }
        assertThat(flow.json().get("marginal")).hasSameSizeAs(LAYERS_WITH_WEIGHTS);
        assertThat(out.resolve("report.md")).content().contains("Layer by layer", "passed: 0 mismatches");
    }

    @Test
    void theReportPageLoadsNothing() throws IOException {
        String page = Files.readString(out.resolve("report.html"));
        Pattern load = Pattern.compile(
                "(src|href)\\s*=\\s*[\"']?+(?!#|data:)|@import|url\\([\"']?+(?!#|data:)|fetch\\(|XMLHttpRequest",
                Pattern.CASE_INSENSITIVE);
        assertThat(page).contains("<svg", "conv1", "mismatches").doesNotContainPattern(load);
    }

    @Test
    void simulateTakesTheNetworkThatTheFlowWrote() {
        Path reports = folder.resolve("simulated");
        CommandLineRun run =
                CommandLineRun.of("simulate", network(), "--images", "2", "--out", reports.toString(), "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().at("/cycles/simulated").longValue())
                .isEqualTo(flow.json().at("/cycles/simulated").longValue());
        assertThat(run.json().get("accuracy").isNull()).isTrue();
        assertThat(reports.resolve("report.html")).isNotEmptyFile();
        assertThat(reports.resolve("report.json")).content().isEqualToIgnoringWhitespace(run.out());
    }

    @Test
    void aLowerGoalMakesASmallerDesign() {
        CommandLineRun fast = CommandLineRun.of("simulate", network(), "--fpga", "ecp5-25k", "--json");
        assertThat(fast.code()).as(fast.err()).isZero();
        CommandLineRun run = CommandLineRun.of(
                "simulate", network(), "--fpga", "ecp5-25k", "--fps", "1000", "--clock", "50", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().at("/performance/framesPerSecond").doubleValue()).isGreaterThanOrEqualTo(1000);
        assertThat(run.json().at("/hardware/used/luts").longValue())
                .isPositive()
                .isLessThan(fast.json().at("/hardware/used/luts").longValue());
    }

    @Test
    void exportWritesAFolderThatVerifyFindsSound() {
        Path rtl = folder.resolve("exported");
        CommandLineRun export =
                CommandLineRun.of("export", network(), "--images", "2", "--out", rtl.toString(), "--json");
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(export.json().get("files").size()).isEqualTo(rtl.toFile().list().length);
        passes(CommandLineRun.of("verify", rtl.toString(), "--images", "1", "--json"), 1);
    }

    /** A FIFO made deeper by hand is deeper in the hardware, and nothing else changes; what contradicts the file is refused. */
    @Test
    void aDesignThatWasEditedIsFedBack() throws IOException {
        Path first = folder.resolve("searched");
        assertThat(CommandLineRun.of("export", network(), "--images", "1", "--out", first.toString())
                        .code())
                .isZero();
        String text = Files.readString(first.resolve("design.json"));
        String edited = text.replaceFirst("\"(\\w+_to_\\w+)\" : 2", "\"$1\" : 5");
        assertThat(edited).isNotEqualTo(text);
        Path file = Files.writeString(folder.resolve("edited.json"), edited);
        Path second = folder.resolve("fed-back");
        CommandLineRun export = CommandLineRun.of(
                "export", network(), "--design", file.toString(), "--images", "1", "--out", second.toString());
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(second.resolve("design.json")).hasContent(edited);
        passes(CommandLineRun.of("verify", second.toString(), "--images", "1", "--json"), 1);
        assertThat(CommandLineRun.of("simulate", network(), "--design", file.toString(), "--fps", "10")
                        .err())
                .contains("--design says it all");
    }

    @Test
    void exportReportsItsDesignWhereItIsAsked() {
        Path rtl = folder.resolve("reported-rtl");
        Path report = folder.resolve("reported");
        CommandLineRun export = CommandLineRun.of(
                "export",
                network(),
                "--images",
                "2",
                "--out",
                rtl.toString(),
                "--report",
                report.toString(),
                "--energy",
                "asic_28nm");
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(report.resolve("layers.csv")).hasSameTextualContentAs(layersOn28nm());
        assertThat(CommandLineRun.of(
                                "export",
                                network(),
                                "--out",
                                folder.resolve("none").toString(),
                                "--trace")
                        .err())
                .contains("--trace need --report");
        assertThat(CommandLineRun.of(
                                "export",
                                network(),
                                "--out",
                                folder.resolve("none").toString(),
                                "--report",
                                folder.resolve("none").resolve("inside").toString())
                        .err())
                .contains("--report must be outside of --out");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static Path layersOn28nm() {
        Path simulated = folder.resolve("simulated-28nm");
        CommandLineRun run = CommandLineRun.of(
                "simulate", network(), "--images", "2", "--energy", "asic_28nm", "--out", simulated.toString());
        assertThat(run.code()).as(run.err()).isZero();
        return simulated.resolve("layers.csv");
    }

    @Test
    void verifyFindsTheFlowsHardwareSoundInsideTheJavaMachine() {
        passes(CommandLineRun.of("verify", rtl(), "--json"), 2);
    }

    @ParameterizedTest
    @EnumSource
    void verifyFindsTheFlowsHardwareSoundWith(ExternalSimulator simulator) {
        assumeTrue(simulator.isInstalled(), simulator + " is not installed: left out");
        passes(CommandLineRun.of("verify", rtl(), "--with", simulator.name().toLowerCase(Locale.ROOT), "--json"), 2);
    }

    private static void passes(CommandLineRun run, int images) {
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        JsonNode verification = run.json().get("verification");
        assertThat(run.json().get("passed").booleanValue()).isTrue();
        assertThat(verification.get("images").intValue()).isEqualTo(images);
        assertThat(verification.get("words").longValue()).isPositive();
        assertThat(verification.get("mismatches").longValue()).isZero();
        assertThat(verification.get("cyclesRtl").longValue())
                .isPositive()
                .isEqualTo(verification.get("cyclesSimulated").longValue());
    }

    @Test
    void equalSeedsTrainEqualNetworksByteForByte() {
        Path again = folder.resolve("again");
        CommandLineRun train = CommandLineRun.of(small("train", "strokes", "tiny", again, "--json"));
        assertThat(train.code()).as(train.err()).isZero();
        assertThat(train.json().get("mismatches").longValue()).isZero();
        assertThat(again.resolve("network.nbn")).hasSameBinaryContentAs(Path.of(network()));
        assertThat(again.resolve("checkpoint.nbc")).hasSameBinaryContentAs(out.resolve("checkpoint.nbc"));
    }

    @Test
    void weightsWithZeroPointsOfTheirOwnGoTheWholeWay() {
        CommandLineRun run = CommandLineRun.of(
                small("flow", "strokes", "tiny", folder.resolve("half"), "--set", "weightGrid=half-integer", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        agrees(run.json(), 2_000);
    }

    /** There are no integers to write; the accuracies are what one wants to compare. */
    @Test
    void weightsOfThePapersGridAreTrainedWithoutANetwork() throws IOException {
        Path affine = folder.resolve("affine");
        CommandLineRun run =
                CommandLineRun.of(small("train", "strokes", "tiny", affine, "--set", "weightGrid=affine", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().get("floatAccuracy").doubleValue()).isBetween(0.0, 1.0);
        assertThat(run.json().get("quantisedAccuracy").doubleValue()).isBetween(0.0, 1.0);
        try (Stream<Path> files = Files.list(affine)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("checkpoint.nbc");
        }
    }

    @Test
    void anotherSeedTrainsAnotherNetwork() throws IOException {
        Path other = folder.resolve("other");
        assertThat(CommandLineRun.of(small("train", "strokes", "tiny", other, "--seed", "2"))
                        .code())
                .isZero();
        assertThat(Path.of(network()).toFile()).isFile();
        assertThat(other.resolve("network.nbn"))
                .satisfies(file ->
                        assertThat(Files.readAllBytes(file)).isNotEqualTo(Files.readAllBytes(Path.of(network()))));
    }

    @Test
    void mnistIsLearntAndItsHardwareAgrees() {
        Path mnist = RealData.folder("mnist");
        CommandLineRun run = CommandLineRun.of(
                arguments("flow", "idx:" + mnist, "mlp", 5, 6400, folder.resolve("mnist"), "--images", "1", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        agrees(run.json(), 10_000);
        // A linear classifier trained to the end reaches 0.88 (LeCun et al. 1998); this is five passes over a tenth.
        assertThat(run.json().at("/accuracy/integer").doubleValue()).isGreaterThan(0.7);
    }

    @Test
    void cifar10GoesTheWholeWay() {
        Path cifar = RealData.folder("cifar10");
        CommandLineRun run = CommandLineRun.of(
                small("flow", "cifar10:" + cifar, "tiny", folder.resolve("cifar10"), "--images", "1", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        agrees(run.json(), 10_000);
    }

    private static void agrees(JsonNode report, int testImages) {
        assertThat(report.at("/accuracy/images").intValue()).isEqualTo(testImages);
        assertThat(report.get("mismatches").longValue()).isZero();
        assertThat(report.at("/cycles/rtl").longValue())
                .isPositive()
                .isEqualTo(report.at("/cycles/simulated").longValue());
    }

    @Test
    void dataAndDevicesSpeakJsonToo() {
        JsonNode data = CommandLineRun.of("data", "strokes", "--json").json();
        assertThat(data.get("classes").intValue()).isEqualTo(10);
        assertThat(data.at("/train/images").intValue()).isEqualTo(9_500);
        JsonNode devices = CommandLineRun.of("devices", "--json").json();
        assertThat(devices.get("fpgas").size()).isPositive();
        assertThat(devices.at("/fpgas/0/name").stringValue()).isEqualTo("ice40up5k");
    }

    private static String network() {
        return out.resolve("network.nbn").toString();
    }

    private static String rtl() {
        return out.resolve("rtl").toString();
    }
}
