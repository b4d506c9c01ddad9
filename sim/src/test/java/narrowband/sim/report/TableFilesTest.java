package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Accelerator;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The layer table for spreadsheets and for issues, and the trace for Perfetto. */
class TableFilesTest {
    /** Splits a line of CSV, with quotes. */
    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    @Test
    void theCsvHasALineForEachLayerAndTheReportsNumbers() {
        Report report = SampleReports.full();
        String[] lines = CsvReport.layers(report).split("\r\n");
        List<String> headings = split(lines[0]);
        assertThat(lines).hasSize(1 + report.layers().size());
        assertThat(headings).doesNotHaveDuplicates();
        for (int i = 0; i < report.layers().size(); i++) {
            LayerRow layer = report.layers().get(i);
            List<String> line = split(lines[1 + i]);
            assertThat(line).hasSameSizeAs(headings);
            assertThat(line.getFirst()).isEqualTo(layer.name());
            assertThat(line.get(headings.indexOf("folding"))).isEqualTo(layer.folding());
            assertThat(line.get(headings.indexOf("cycles_per_image"))).isEqualTo("" + layer.cyclesPerImage());
            assertThat(line.get(headings.indexOf("luts")))
                    .isEqualTo("" + layer.resources().luts());
            assertThat(line.get(headings.indexOf("weight_bits")))
                    .isEqualTo(layer.weightBits().map(String::valueOf).orElse(""));
            long stalls = headings.stream()
                    .filter(heading -> heading.endsWith("_cycles"))
                    .mapToLong(heading -> Long.parseLong(line.get(headings.indexOf(heading))))
                    .sum();
            assertThat(stalls)
                    .isEqualTo(
                            report.cycles().simulated() == 0
                                    ? 0
                                    : layer.stalls().total());
        }
    }

    @Test
    void theCsvOfUnitsHasALineForEachProcessWhoseCyclesAddUp() {
        Report report = SampleReports.simulated("units");
        String[] lines = CsvReport.units(report).split("\r\n");
        List<String> headings = split(lines[0]);
        assertThat(lines).hasSize(1 + report.units().size());
        for (int i = 1; i < lines.length; i++) {
            List<String> line = split(lines[i]);
            assertThat(line).hasSameSizeAs(headings);
            long sum = 0;
            for (String cycles : line.subList(headings.indexOf("work_cycles"), headings.size())) {
                sum += Long.parseLong(cycles);
            }
            assertThat(sum).as(lines[i]).isEqualTo(report.cycles().simulated());
        }
    }

    @Test
    void theMarkdownHasTablesOfOneWidthAndNoMarkupFromOutside() {
        Report report = SampleReports.full();
        String text = MarkdownReport.text(report);
        assertThat(text).startsWith("# a \\<b\\>bold\\</b\\> & \"quoted\" title\n");
        List<String> rows =
                text.lines().filter(line -> line.startsWith("| conv1 ")).toList();
        assertThat(rows).hasSize(1);
        String heading = text.lines()
                .filter(line -> line.startsWith("| layer "))
                .findFirst()
                .orElseThrow();
        assertThat(rows.getFirst().chars().filter(c -> c == '|').count())
                .isEqualTo(heading.chars().filter(c -> c == '|').count());
        assertThat(text).contains("| throughput | ").contains("|---|---|---|---:|");
    }

    @Test
    void theTraceHoldsTheWorkOfOneImageUnitByUnit() {
        Accelerator design = SampleReports.design();
        Simulation simulation =
                CycleSimulator.simulate(design, Stimulus.images(1).withTimelines(1));
        JsonNode trace = new JsonMapper().readTree(TraceReport.text(simulation));
        double microseconds = 0;
        long cycles = 0;
        for (JsonNode event : trace.get("traceEvents")) {
            if (event.get("ph").asString().equals("X")
                    && event.get("cat").asString().equals("work")) {
                microseconds += event.get("dur").asDouble();
                cycles += event.at("/args/cycles").asLong();
            }
        }
        long steps = simulation.processes().stream()
                .mapToLong(process -> process.stepsPerImage())
                .sum();
        assertThat(cycles).isEqualTo(steps);
        assertThat(microseconds).isCloseTo(steps / simulation.clockMegahertz(), within(1e-6 * steps));
        assertThat(trace.at("/otherData/cycles").asLong()).isEqualTo(simulation.cycles());
    }
}
