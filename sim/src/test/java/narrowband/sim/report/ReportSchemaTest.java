package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.energy.EnergyProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports obey the schema that is published of them, by a validator that is not ours. */
class ReportSchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonReport.schema(), InputFormat.JSON);

    private static List<String> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static Report onAChip(Accelerator design) {
        Stimulus stimulus = Stimulus.images(3)
                .withMemory(new Dram(200, 64, 100, 2, Optional.of(new Dram.Rows(8, 4096, 13.75, 13.75, 65536))));
        Simulation stream = CycleSimulator.simulate(design, stimulus);
        Optional<EnergyEstimate> energy =
                Optional.of(EnergyModel.estimate(design, stream, EnergyProfile.named("asic_45nm"), 1));
        return Report.of(SampleReports.simulated("x").run(), design, stream, energy)
                .withMarginal(design, energy)
                .withExplanation(Explanation.of(design, stimulus))
                .withMemory(stimulus.memory(), stream);
    }

    @Test
    void reportsOfAllKindsObeyTheirSchema() {
        Stream<Report> reports = Stream.of(
                SampleReports.full(),
                SampleReports.simulated("of a simulation alone"),
                onAChip(SharedLayout.layOut(
                        RandomNetworks.wide(1), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST))),
                onAChip(RandomFoldings.accelerator(RandomNetworks.network(2), new Random(2))));
        assertThat(reports)
                .allSatisfy(
                        report -> assertThat(errors(JsonReport.text(report))).isEmpty());
    }

    /** The schema says more than that there are braces. */
    @ParameterizedTest
    @CsvSource({
        "'\"schema\" : 1,',        '\"schema\" : 2,'",
        "'\"latencyCycles\"',      '\"latency\"'",
        "'\"mismatches\" : null',  '\"mismatches\" : \"none\"'",
        "'\"utilisation\" : 0',    '\"utilisation\" : 7'",
        "'\"network\"',            '\"net\"'",
    })
    void whatIsNoReportIsFound(String right, String wrong) {
        String report = JsonReport.text(SampleReports.simulated("plain"));
        assertThat(report).contains(right);
        assertThat(errors(report.replaceFirst(Pattern.quote(right), wrong))).isNotEmpty();
    }
}
