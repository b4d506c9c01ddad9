package narrowband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import narrowband.accel.design.Fpga;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdlgen.synthesis.CellCounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates of units that take a second or two to synthesise; {@code ./benchmark --unit-estimates} does all of them. */
class UnitEstimatesTest {
    @ParameterizedTest
    @CsvSource({
        "ice40hx8k, 'thresholds serial, 12 bits to 3'",
        "ice40hx8k, 'identity shortcut 28x28x8'",
        "ecp5-25k, 'thresholds multiply, 13 bits to 6'",
        "ecp5-25k, 'top 3 of 10'",
        "xc7a35t, 'thresholds parallel, 11 bits to 2'",
    })
    void estimatesOfHeldOutUnitsAreNearWhatYosysMakesOfThem(String device, String unit) throws Exception {
        assumeTrue(new OutsideProgram("yosys").available(), "yosys is not installed: left out");
        Fpga fpga = Fpga.named(device);
        UnitSpecimen specimen = SpecimenSets.heldOut().stream()
                .filter(candidate -> candidate.description().startsWith(unit))
                .findFirst()
                .orElseThrow();
        long estimate = specimen.unit().apply(fpga).resources(fpga).luts();
        CellCounts synthesised = UnitEstimates.synthesise(specimen, fpga);
        assertThat(UnitEstimates.isNear(estimate, synthesised.luts()))
                .as("%s on %s: estimate %d, Yosys %d", specimen.description(), device, estimate, synthesised.luts())
                .isTrue();
    }

    @Test
    void anEstimateIsNearWithin15PercentOrFewLutsOfASmallUnit() {
        assertThat(UnitEstimates.isNear(115, 100)).isTrue();
        assertThat(UnitEstimates.isNear(116, 100)).isFalse();
        assertThat(UnitEstimates.isNear(84, 100)).isFalse();
        assertThat(UnitEstimates.isNear(40, 48)).isTrue();
        assertThat(UnitEstimates.isNear(39, 48)).isFalse();
        assertThat(UnitEstimates.isNear(58, 50)).isFalse();
    }
}
