package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.Resources;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.LayerHardware;
import narrowband.sim.bottleneck.UnitCycles;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyModel;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    @Test
    void anEngineIsNotShownAsTheLayerThatComesOutOfIt() {
        Accelerator accelerator =
                SharedLayout.layOut(RandomNetworks.wide(1), Fpga.named("xc7a35t"), 100, new Sharing(4));
        Simulation stream = CycleSimulator.simulate(accelerator, Stimulus.images(1));
        assertThat(LayerRow.of(accelerator, stream, Optional.empty()))
                .filteredOn(row -> row.busiest().startsWith("engine."))
                .singleElement()
                .extracting(LayerRow::kind)
                .isEqualTo("shared engine");
    }

    private static JsonNode json(Report report) {
        return new JsonMapper().readTree(JsonReport.text(report));
    }

    @Test
    void theJsonHoldsTheKeysThatProgramsReadAndNoOthersAtTheTop() {
        JsonNode json = json(SampleReports.full());
        assertThat(json.propertyNames())
                .containsExactlyInAnyOrder(
                        "schema",
                        "run",
                        "accuracy",
                        "bits",
                        "training",
                        "hardware",
                        "performance",
                        "layers",
                        "units",
                        "roofline",
                        "passes",
                        "marginal",
                        "energy",
                        "cycles",
                        "mismatches",
                        "verification",
                        "explanation",
                        "memory");
        assertThat(json.at("/schema").intValue()).isEqualTo(1);
        assertThat(json.at("/accuracy/float").doubleValue()).isEqualTo(0.9871);
        assertThat(json.at("/accuracy/integer").doubleValue()).isEqualTo(0.9823);
        assertThat(json.at("/bits/conv2/weights").doubleValue()).isEqualTo(2);
        assertThat(json.at("/bits/conv2/activations").doubleValue()).isEqualTo(3);
        assertThat(json.at("/cycles/simulated").longValue()).isEqualTo(21_345);
        assertThat(json.at("/cycles/rtl").longValue()).isEqualTo(21_345);
        assertThat(json.at("/mismatches").longValue()).isZero();
        assertThat(json.at("/training/epochs/29/bits/conv1/weights").doubleValue())
                .isBetween(3.0, 3.1);
        assertThat(json.at("/run/written").stringValue()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void whatWasNotMeasuredIsNull() {
        JsonNode json = json(SampleReports.simulated("plain"));
        for (String key : List.of("/accuracy", "/training", "/cycles/rtl", "/mismatches", "/verification")) {
            assertThat(json.at(key).isNull()).as(key).isTrue();
        }
        assertThat(json.at("/cycles/simulated").longValue()).isPositive();
    }

    @Test
    void layersShareOutEveryResourceAndEveryCycle() {
        for (long seed = 0; seed < 100; seed++) {
            Accelerator design = RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
            Resources sum = LayerHardware.of(design).stream()
                    .map(layer -> layer.resources(design))
                    .reduce(Resources.NONE, Resources::plus);
            assertThat(sum).as("seed %d", seed).isEqualTo(design.resources());
            Simulation stream = CycleSimulator.simulate(design, Stimulus.images(3));
            for (LayerRow layer : LayerRow.of(design, stream, EnergyModel.estimate(design, stream, 1))) {
                assertThat(layer.stalls().total())
                        .as("seed %d, %s", seed, layer.name())
                        .isEqualTo(stream.cycles());
                assertThat(layer.stalls().busy())
                        .as("seed %d, %s", seed, layer.name())
                        .isEqualTo(3 * layer.cyclesPerImage());
            }
            // That the classes add up, each row has checked.
            for (UnitCycles unit : UnitCycles.of(design, stream)) {
                assertThat(unit.cycles())
                        .as("seed %d, %s.%s", seed, unit.unit(), unit.process())
                        .isEqualTo(stream.cycles());
            }
        }
    }

    @Test
    void aDeviceWithoutEnergyFiguresIsReportedWithoutThem() {
        Report report = SampleReports.simulated("gowin", SampleReports.design("gw2a-18", 500));
        assertThat(report.energy()).isEmpty();
        assertThat(report.layers())
                .allSatisfy(layer -> assertThat(layer.picojoules()).isEmpty());
        assertThat(TextReport.text(report)).contains("no estimate: there are no energy figures");
        assertThat(HtmlReport.text(report))
                .contains("no estimate: there are no energy figures")
                .doesNotContain("Where the energy goes");
        assertThat(new JsonMapper()
                        .readTree(JsonReport.text(report))
                        .at("/energy")
                        .isNull())
                .isTrue();
    }

    @Test
    void thePageLoadsNothing() {
        String page = HtmlReport.text(SampleReports.full());
        assertThat(Pattern.compile("(src|href)\\s*=\\s*[\"'](?!#|data:)")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(page).doesNotContain("@import", "url(", "fetch(", "XMLHttpRequest");
        assertThat(page).contains("Copyright (c) 2022 Leon Sorokin", "Permission is hereby granted");
    }

    /** Whatever the network: no share of nothing, no logarithm of it. */
    @Test
    void everyNumberOfAPageIsOne() {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = seed % 3 == 0
                    ? SharedLayout.layOut(RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(4))
                    : RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
            int images = 1 + (int) seed % 4;
            Simulation stream =
                    CycleSimulator.simulate(design, Stimulus.images(images).withTimelines(Schedule.grain(design)));
            Report report = Report.of(
                    SampleReports.simulated("x").run(), design, stream, EnergyModel.estimate(design, stream, 1));
            assertThat(HtmlReport.text(report, Schedule.of(design, stream)).replaceFirst("(?s)<script.*", ""))
                    .as("seed %d", seed)
                    .contains("id=\"schedule\"")
                    .doesNotContain("NaN", "Infinity");
        }
    }

    @Test
    void namesCannotBecomeMarkup() {
        String page = HtmlReport.text(SampleReports.simulated("</script><b>x</b> {{json}} $1 \\ 'q'"));
        assertThat(page)
                .doesNotContain("<b>x")
                .contains("&lt;/script&gt;&lt;b&gt;x&lt;/b&gt; {{json}} $1 \\ &#39;q&#39;");
        assertThat(page.split("<script", -1)).hasSize(4);
        assertThat(page.split("</script>", -1)).hasSize(4);
    }

    @Test
    void theJsonInThePageIsTheReport() {
        Report report = SampleReports.full();
        String page = HtmlReport.text(report);
        String from = "<script type=\"application/json\" id=\"report\">";
        int start = page.indexOf(from) + from.length();
        JsonNode inPage = new JsonMapper().readTree(page.substring(start, page.indexOf("</script>", start)));
        assertThat(inPage).isEqualTo(json(report));
    }

    @Test
    void everySectionIsReachedFromTheTop() {
        String page = HtmlReport.text(SampleReports.full());
        Pattern.compile("href=\"#(\\w+)\"")
                .matcher(page)
                .results()
                .forEach(link -> assertThat(page).contains(" id=\"" + link.group(1) + "\""));
    }

    @Test
    void stacksOfCyclesFillTheirBars() {
        String cycles = HtmlStalls.section(SampleReports.full());
        for (String bar : cycles.split("<svg")) {
            double length = Pattern.compile(" width=\"([\\d.]+)\"")
                    .matcher(bar)
                    .results()
                    .mapToDouble(part -> Double.parseDouble(part.group(1)))
                    .sum();
            if (bar.contains("<rect")) {
                assertThat(length).isCloseTo(1000, within(0.5));
            }
        }
    }

    @Test
    void aFailedVerificationIsTheFirstThingRead() {
        Report report = SampleReports.simulated("x").withVerification(new Verification("icarus", 8, 80, 2, 100, 101));
        assertThat(HtmlReport.text(report))
                .contains("verdict bad")
                .contains("Not verified: of 80 words of 8 images (icarus) 2 differ; the emitted design took 101"
                        + " cycles, the simulator says 100.");
        assertThat(TextReport.summary(report)).contains("FAILED: 2 mismatches in 80 words of 8 images");
    }

    @Test
    void theTerminalTableHasARowForEachLayerInStraightColumns() {
        Report report = SampleReports.full();
        List<String> lines = TextReport.layers(report).lines().toList();
        for (int i = 0; i < report.layers().size(); i++) {
            assertThat(lines.get(i + 1)).startsWith(report.layers().get(i).name() + " ");
            assertThat(lines.get(i + 1)).hasSameSizeAs(lines.getFirst());
        }
        assertThat(TextReport.summary(report))
                .contains("accuracy          98.2 % as integers, 98.7 % in floating point (2,000 test images)")
                .contains("verification      passed: 0 mismatches");
    }

    @Test
    void numbersAreWrittenForPeople() {
        assertThat(Quantity.energy(1_234_567)).isEqualTo("1.23 µJ");
        assertThat(Quantity.energy(0)).isEqualTo("0 pJ");
        assertThat(Quantity.significant(0.0456)).isEqualTo("0.046");
        assertThat(Quantity.significant(12_345.6)).isEqualTo("12,346");
        assertThat(Quantity.time(77.57)).isEqualTo("77.6 µs");
        assertThat(Quantity.time(1500)).isEqualTo("1.50 ms");
        assertThat(Quantity.percent(0.98231)).isEqualTo("98.2 %");
        assertThat(Quantity.bits(2.375)).isEqualTo("2.38");
        assertThat(Quantity.bits(3)).isEqualTo("3");
    }
}
