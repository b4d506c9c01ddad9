package narrowband.sim.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import narrowband.accel.design.Fpga;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles against what others measured or published. */
class PublishedEnergyTest {
    private static EnergyCounts none(EnergyProfile profile) {
        return EnergyCounts.none(profile);
    }

    /** The 10th and the 90th percentile of the draws. */
    private static double[] interval(EnergyProfile profile, EnergyCounts counts) {
        double[] values = EnergyModel.draws(profile, 1).stream()
                .mapToDouble(counts::picojoules)
                .sorted()
                .toArray();
        return new double[] {values[values.length / 10], values[values.length * 9 / 10]};
    }

    /**
     * Core rail of an iCE40UP5K at 1.219 V and 12 MHz, in uA: tinyvision.ai's ice40_power, README. A multiplier of 8 x 8 bits
     * in 180 of 208 cells; the same in a DSP block and 44 of 72 cells; 228 cells of counters, which hardly toggle.
     */
    @ParameterizedTest
    @CsvSource({"996, 180, 28, 0", "882, 44, 28, 1", "641.3, 0, 228, 0"})
    void theIce40ProfileCoversTheMeasuredCurrents(double microamperes, int busy, int quiet, int multipliers) {
        EnergyProfile profile = EnergyProfile.of(Fpga.named("ice40up5k")).orElseThrow();
        EnergyCounts cycle = none(profile)
                .and(FpgaProfile.BUSY, busy)
                .and(FpgaProfile.QUIET, quiet)
                .and(FpgaProfile.MULTIPLIER, multipliers)
                .and(FpgaProfile.CLOCK, 1)
                .and(FpgaProfile.AT_REST, 5_280 / 12.0);
        // uA x V / MHz = pJ in a cycle
        double measured = microamperes * 1.219 / 12;
        double[] interval = interval(profile, cycle);
        assertThat(measured).isBetween(interval[0], interval[1]);
        assertThat(cycle.picojoules(EnergyCounts.Drawn.at(profile, 0))).isCloseTo(measured, within(0.05 * measured));
    }

    /**
     * UNPU, 65 nm, 0.63 V: 3.08 TOPS/W at 16 bits of weights and 50.6 at 1 (abstract), 649 and 39.5 fJ for a multiply-accumulate of
     * 16-bit activations, 2.54 and 2.47 for a product of bits. From 45 nm and 0.9 V: 1.25 for the node (Stillmaker and Baas)
     * and the square of the voltages. Its processing elements look products up and so share their accumulators, which are
     * left out here.
     */
    @ParameterizedTest
    @ValueSource(doubles = {649.0 / 256, 39.5 / 16})
    void theProductsOfAsic45CoverUnpu(double femtojoules) {
        EnergyProfile profile = EnergyProfile.named("asic_45nm");
        double scale = 1.25 * (0.63 * 0.63) / (0.9 * 0.9);
        double[] interval = interval(profile, none(profile).and(AsicProfile.PRODUCT, 1_000));
        assertThat(femtojoules).isBetween(scale * interval[0], scale * interval[1]);
    }

    /** UNPU's energy is in proportion to the weights' bits within 3 %; ours is exactly. */
    @Test
    void theEnergyOfAProductIsInProportionToTheBits() {
        EnergyProfile profile = EnergyProfile.named("asic_45nm");
        EnergyCounts.Drawn nominal = EnergyCounts.Drawn.at(profile, 0);
        double one = none(profile)
                .and(AsicProfile.PRODUCT, 16)
                .and(AsicProfile.SUM, 1 / 64.0)
                .picojoules(nominal);
        for (int bits = 2; bits <= 16; bits++) {
            double more = none(profile)
                    .and(AsicProfile.PRODUCT, 16.0 * bits)
                    .and(AsicProfile.SUM, bits / 64.0)
                    .picojoules(nominal);
            assertThat(more / one).isCloseTo(bits, within(1e-9));
        }
        assertThat(649.0 / 39.5).isCloseTo(16, within(0.03 * 16 + 0.01));
    }

    /** A fused unit of Bit Fusion: 0.459 pJ in a cycle for 64 products of bits, 45 nm synthesis. */
    @Test
    void theProductsOfAsic45CoverBitFusionsArray() {
        EnergyProfile profile = EnergyProfile.named("asic_45nm");
        double[] interval = interval(profile, none(profile).and(AsicProfile.PRODUCT, 64));
        assertThat(0.459).isBetween(interval[0], interval[1]);
    }

    /**
     * Eyeriss, 65 nm at 1.0 V: 278 mW for 115.3 ms and 2.66 G multiply-accumulates of AlexNet, 12.05 pJ for each (JSSC 2017,
     * table V). Counted as its processing element is described: a product of 16 x 16 bits, a sum of 16 bits, three reads and
     * a write of scratch memories of half a kilobyte, three registers of 16 bits that operands pass; no network, no buffer.
     * The draws' 80 % interval ends below it; what the profile says of whole chips, 1.6 either way, covers it within two
     * sigma.
     */
    @Test
    void asic45TellsEyerissWithinTwoSigma() {
        EnergyProfile profile = EnergyProfile.named("asic_45nm");
        assertThat(profile.confidence()).contains("a factor of 1.6 either way (one sigma)");
        double measured = 278 * 115.3 / 2.66 * 1e-3;
        double scale = 1.25 * (1.0 * 1.0) / (0.9 * 0.9);
        double nominal = scale
                * none(profile)
                        .and(AsicProfile.PRODUCT, 256)
                        .and(AsicProfile.SUM, 16 / 32.0)
                        .and(AsicProfile.REGISTER, 3 * 16)
                        .and(AsicProfile.SRAM, 4 * 16 / 64.0 * Math.pow(0.5, 0.557))
                        .picojoules(EnergyCounts.Drawn.at(profile, 0));
        assertThat(measured).isCloseTo(12.05, within(0.01)).isBetween(nominal / (1.6 * 1.6), nominal * 1.6 * 1.6);
    }
}
