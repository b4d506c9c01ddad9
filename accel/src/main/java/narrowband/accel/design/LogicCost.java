package narrowband.accel.design;

/**
 * Look-up tables of what many units have, on one fabric; fitted to Yosys 0.23's counts of the units in {@code SpecimenSets.fitted()} (tests/BENCHMARKS.md).
 *
 * @param handshake of a unit whose pipeline moves as a whole: whether it does, and whether a step fires
 * @param counterBit of a counter that wraps around, for each bit: what counts and what finds the end
 * @param comparison of two numbers, for each bit of them
 * @param choice between two numbers, for each bit, where what chooses is worked out in other tables
 */
record LogicCost(double handshake, double counterBit, double comparison, double choice) {
    private static final LogicCost SIX_INPUTS = new LogicCost(6, 1.25, 0.6, 1.0);

    /** A comparison inverts one of its sides, in tables of their own. */
    private static final LogicCost ICE40 = new LogicCost(6, 1.5, 1.25, 1.0);

    private static final LogicCost FOUR_INPUTS = new LogicCost(8, 2.0, 1.05, 1.0);

    static LogicCost of(Fpga fpga) {
        return switch (fpga.family()) {
            case ICE40 -> ICE40;
            case ECP5, GOWIN -> FOUR_INPUTS;
            case SERIES_7, ULTRASCALE_PLUS -> SIX_INPUTS;
        };
    }

    /** The handshake, and counters of so many bits in all. */
    double control(long counterBits) {
        return handshake + counterBit * counterBits;
    }

    /**
     * A sum of two numbers, of so many bits: the ECP5's cells have two each; where tables are wide the highest bit, which is a
     * carry or comes of the one below it, takes none.
     */
    static long sum(long bits, Fpga fpga) {
        return switch (fpga.family()) {
            case ECP5 -> 2 * Math.ceilDiv(bits, 2);
            case ICE40, GOWIN -> bits;
            case SERIES_7, ULTRASCALE_PLUS -> bits - 1;
        };
    }

    /** Two numbers of so many bits compared; of four bits or fewer by tables without a carry chain, but on the iCE40. */
    double compared(int bits, Fpga fpga) {
        return bits <= 4 && fpga.family() != Fpga.Family.ICE40
                ? Math.ceilDiv(2 * bits - 1, fpga.lutInputs() - 1)
                : comparison * bits;
    }

    /** Bits of a counter of so many turns; none for a single turn. */
    static int counterBits(long turns) {
        return Long.SIZE - Long.numberOfLeadingZeros(turns - 1);
    }
}
