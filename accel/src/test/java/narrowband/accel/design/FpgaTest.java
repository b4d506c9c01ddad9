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
}
