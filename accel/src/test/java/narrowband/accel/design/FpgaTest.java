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
    void aDeviceIsFoundByTheLettersOfItsPartNumber() {
        assertThat(Fpga.named("XC7A35T")).isEqualTo(Fpga.named("xc7a35t"));
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
    void aboveTheClockOfItsBlockRamAnEcp5KeepsInTablesWhatTwoBlocksAreWorth() {
        Fpga slow = Fpga.named("ecp5-25k");
        // 5.8 ns until a DP16KD answers and a wire of 1.3 ns are 7.1 ns.
        Fpga fast = slow.at(1000 / 7.1);
        assertThat(fast.outrunsBlockRam()).isTrue();
        assertThat(slow.at(140).outrunsBlockRam()).isFalse();
        // A block comes with 24,288 / 56 = 434 tables. 512 words are 32 tables and 15.5 that choose, for each bit: 18
        // bits
        // take 855, 19 take 903.
        assertThat(fast.prefersBlockRom(512, 18)).isFalse();
        assertThat(fast.prefersBlockRom(512, 19)).isTrue();
        assertThat(slow.prefersBlockRom(512, 18)).isTrue();
        // 64 words of 72 bits, which two blocks hold: 4 x 18 groups of six tables. Deeper ones would not be faster at
        // once,
        // only in parts.
        assertThat(fast.prefersBlockRam(64, 72)).isFalse();
        assertThat(slow.prefersBlockRam(64, 72)).isTrue();
        assertThat(fast.prefersBlockRam(224, 8)).isTrue();
        assertThat(fast.prefersParts(224, 8)).isTrue();
        assertThat(slow.prefersParts(224, 8)).isFalse();
    }

    @Test
    void aFastClockReadsSmallTablesSixteenWordsAtATime() {
        Fpga slow = Fpga.named("ecp5-25k");
        Fpga fast = slow.at(180);
        // A table of four inputs has 16 words, and chooses between two; three choose among four.
        assertThat(fast.partWords(17)).isEqualTo(16);
        assertThat(fast.partWords(64)).isEqualTo(16);
        assertThat(fast.partWords(65)).isEqualTo(64);
        assertThat(slow.partWords(17)).isEqualTo(64);
    }

    @Test
    void theBlockRamOfOtherFabricsIsTakenAtAnyClock() {
        assertThat(Fpga.known())
                .filteredOn(fpga -> fpga.family() != Fpga.Family.ECP5)
                .noneMatch(fpga -> fpga.at(1000).outrunsBlockRam());
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
