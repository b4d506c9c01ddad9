package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import narrowband.hdl.simulation.VerilogTool;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code narrowband flow} with no options but where to write: what its users see first, held to what it promises. */
class MainJobTest {
    @TempDir
    static Path folder;

    private static CommandLineRun flow;
    private static JsonNode report;

    @BeforeAll
    static void runTheMainJob() {
        flow = CommandLineRun.of(List.of("flow", "--out", folder.resolve("flow").toString(), "--json"));
        assertThat(flow.code()).as(flow.err()).isZero();
        report = flow.json();
    }

    @Test
    void theIntegersLoseAtMostOneAndAHalfPoints() {
        double floating = report.at("/accuracy/float").asDouble();
        double integer = report.at("/accuracy/integer").asDouble();
        assertThat(floating).isGreaterThan(0.97);
        assertThat(integer).isGreaterThanOrEqualTo(floating - 0.015);
    }

    @Test
    void widthsAreLearnedLayerByLayer() {
        List<Double> weights = new ArrayList<>();
        report.get("bits").forEach(layer -> weights.add(layer.get("weights").asDouble()));
        assertThat(weights).hasSize(5);
        assertThat(weights.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .isLessThanOrEqualTo(3);
        assertThat(weights.stream().distinct().count()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theHardwareAgreesInValuesAndCycles() {
        assertThat(report.get("mismatches").asLong()).isZero();
        assertThat(report.at("/cycles/rtl").asLong())
                .isPositive()
                .isEqualTo(report.at("/cycles/simulated").asLong());
        assertThat(report.at("/verification/images").asInt()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void verilatorsStrictestLintPrintsNothing() throws IOException, InterruptedException {
        assumeTrue(VerilogTool.VERILATOR.available(), "verilator is not installed: left out");
        Path rtl = folder.resolve("flow").resolve("rtl");
        List<String> sources;
        try (Stream<Path> files = Files.list(rtl)) {
            sources = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".v") && !name.endsWith("_tb.v"))
                    .sorted()
                    .toList();
        }
        assertThat(VerilogTool.VERILATOR.lint(rtl, "cnn_accelerator", sources)).isEmpty();
    }
}
