package narrowband.sim.energy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/**
 * The unit energies of a process in which the same units would be cells of a chip of their own, at its nominal voltage.
 *
 * <p>{@code E = (products * e_product + sums * e_sum + bits * e_register + accesses * e_sram) * (1 + share of clock and control)
 * + bits * e_dram + leakage}. A product is that of two single bits, with its part of the tree of adders behind it, in arrays
 * of 16 lanes and more. Thresholds, pools and additions count as the registers that they write: no figures were found.
 *
 * @param accumulationPicojoules adding to an accumulator of 32 bits and keeping it; in proportion for others
 * @param sramPicojoulesPerWordAtOneKilobyte a read or write of 64 bits in a memory of 1 KB; other sizes by the exponent
 * @param sramSizeExponent by which that grows with the memory's size: {@code e * KB^exponent}
 * @param dramPicojoulesPerBit of memory outside of the chip, which only a shared engine's weights come from
 * @param clockAndControlShare on top of all clocked work on the chip
 * @param bitProductSquareMicrometres area of a product and its part of the adders, for leakage; weak
 * @param accumulatorSquareMicrometres the same of an accumulator of 32 bits
 * @param registerBitSquareMicrometres the same of a bit of a register
 */
public record AsicProfile(
        String name,
        String title,
        String confidence,
        UnitEnergy bitProductFemtojoules,
        UnitEnergy accumulationPicojoules,
        UnitEnergy registerBitFemtojoules,
        UnitEnergy sramPicojoulesPerWordAtOneKilobyte,
        double sramSizeExponent,
        UnitEnergy dramPicojoulesPerBit,
        UnitEnergy clockAndControlShare,
        UnitEnergy sramLeakageMicrowattsPerKilobyte,
        UnitEnergy logicLeakageMilliwattsPerSquareMillimetre,
        double bitProductSquareMicrometres,
        double accumulatorSquareMicrometres,
        double registerBitSquareMicrometres)
        implements EnergyProfile {
    static final int PRODUCT = 0;
    static final int SUM = 1;
    static final int REGISTER = 2;
    static final int SRAM = 3;
    static final int DRAM = 4;
    static final int SRAM_LEAKAGE = 5;
    static final int LOGIC_LEAKAGE = 6;

    /** Bits of an accumulator for which {@code accumulationPicojoules} stands. */
    static final double ACCUMULATOR_BITS = 32;

    /** Bits of a word of memory for which {@code sramPicojoulesPerWordAtOneKilobyte} stands. */
    static final double WORD_BITS = 64;

    @Override
    @JsonIgnore
    public List<EnergyEvent> events() {
        return List.of(
                new EnergyEvent(
                        "products of bits", "products of two single bits", "fJ", bitProductFemtojoules, 1e-3, true),
                new EnergyEvent("accumulators", "sums of 32 bits", "pJ", accumulationPicojoules, 1, true),
                new EnergyEvent("registers", "bits written", "fJ", registerBitFemtojoules, 1e-3, true),
                new EnergyEvent(
                        "memory on chip",
                        "words of 64 bits x KB^%s".formatted(sramSizeExponent),
                        "pJ",
                        sramPicojoulesPerWordAtOneKilobyte,
                        1,
                        true),
                new EnergyEvent("memory outside", "bits", "pJ", dramPicojoulesPerBit, 1, false),
                new EnergyEvent(
                        "leakage of memory", "KB x microseconds", "µW", sramLeakageMicrowattsPerKilobyte, 1, false),
                new EnergyEvent(
                        "leakage of logic",
                        "mm² x microseconds",
                        "mW",
                        logicLeakageMilliwattsPerSquareMillimetre,
                        1e3,
                        false));
    }

    @Override
    public Optional<UnitEnergy> clockShare() {
        return Optional.of(clockAndControlShare);
    }
}
