package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;

class FpgaTest {
    @Test
    void theCatalogueHasTwelveDevicesOfEveryFamilyEachWithItsSource() {
        assertThat(Fpga.known()).hasSizeGreaterThanOrEqualTo(12).doesNotHaveDuplicates();
        assertThat(Fpga.known().stream().map(Fpga::family)).contains(Fpga.Family.values());
        assertThat(Fpga.known()).allSatisfy(fpga -> {
            assertThat(fpga.source()).isNotBlank();
            assertThat(fpga.target()).isNotBlank();
            assertThat(Fpga.named(fpga.name())).isEqualTo(fpga);
            assertThat(fpga.clockMegahertz()).isPositive();
        });
        assertThat(Fpga.known().stream().map(Fpga::name)).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownDeviceIsRefusedWithTheListOfKnownOnes() {
        assertThatThrownBy(() -> Fpga.named("xc2000"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("xc2000")
                .hasMessageContaining("gw1n-9")
                .hasMessageContaining("kv260");
    }

    @Test
    void blockRamOfGowinTakesWordsOfThirtySixBitsAndLargerOnesSideBySide() {
        Fpga fpga = Fpga.named("gw1n-9");
        // 18 kbit: 512 words of 36 bits, 2,048 of 9 (8 without the parity bits).
        assertThat(fpga.blockRamsFor(512, 36)).isEqualTo(1);
        assertThat(fpga.blockRamsFor(512, 37)).isEqualTo(2);
        assertThat(fpga.blockRamsFor(513, 36)).isEqualTo(2);
        // RAM16SDP4: 16 words of 4 bits in six tables.
        assertThat(fpga.lutsForRam(17, 5)).isEqualTo(2 * 2 * 6);
    }

    @Test
    void aDeepMemoryStandsInBlocksOneBelowAnotherWhereThatTakesFewer() {
        Fpga ecp5 = Fpga.named("ecp5-25k");
        // 1,024 words of 26 bits: two blocks of 1,024 x 18 side by side. 1,536 of 30: three of 512 x 36, not four of
        // 2,048 x 9.
        assertThat(ecp5.stackedBlocks(1024, 26)).isEqualTo(1);
        assertThat(ecp5.stackedBlocks(1536, 30)).isEqualTo(3);
        assertThat(ecp5.blockRamsFor(1536, 30)).isEqualTo(3);
        // Twelve blocks either way: six of 256 x 16 below each other, twice, or three of 512 x 8, four times.
        assertThat(Fpga.named("ice40hx8k").stackedBlocks(1536, 30)).isEqualTo(3);
        // Half blocks of 2,048 x 9, three side by side.
        assertThat(Fpga.named("xc7a35t").stackedBlocks(2048, 22)).isEqualTo(1);
    }

    @Test
    void ofOurDevicesOnlyAnEcp5GivesItsMultipliers() {
        // FPGA-DS-02012, table of family members: 18 x 18 multipliers.
        assertThat(Fpga.named("ecp5-25k").multipliers()).isEqualTo(28);
        assertThat(Fpga.named("ecp5-85k").multipliers()).isEqualTo(156);
        assertThat(new Resources(1, 1, 1, 29).fits(Fpga.named("ecp5-25k"))).isFalse();
        assertThat(new Resources(1, 1, 1, 28).fits(Fpga.named("ecp5-25k"))).isTrue();
        assertThat(Fpga.known())
                .filteredOn(fpga -> fpga.multipliers() > 0)
                .allMatch(fpga -> fpga.family() == Fpga.Family.ECP5);
    }
}
