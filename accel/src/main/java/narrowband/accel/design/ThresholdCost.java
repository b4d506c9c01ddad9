package narrowband.accel.design;

/**
 * Look-up tables of comparators and products on one fabric, fitted to Yosys 0.23's counts of emitted units on an Artix-7, an
 * iCE40 and an ECP5 (tests/BENCHMARKS.md). Arrays are by the address bits of the threshold, for each bit of the code.
 *
 * @param alone comparators with thresholds of their own, side by side
 * @param search comparators whose threshold depends on bits found before
 * @param behindMemory a comparator whose threshold comes out of a memory, for each bit of the code
 * @param behindPairs the same where the memory gives both thresholds that may come next, as a serial search reads them
 * @param stacked the choice between blocks of RAM that stand one below another, for each bit that they give and block but one
 * @param product of a code and a multiplier, for each bit of both; none where there are multipliers for it
 * @param constantProduct the same where there is one multiplier only
 * @param sum of an offset and the two parts of a product, for each bit of it
 * @param constantSum the same where there is one multiplier only
 */
record ThresholdCost(
        double[] alone,
        double[] search,
        double behindMemory,
        double behindPairs,
        double stacked,
        double product,
        double constantProduct,
        double sum,
        double constantSum) {
    private static final ThresholdCost SIX_INPUTS = new ThresholdCost(
            new double[] {0.2, 0.55, 0.78, 1.1, 1.65, 2.1},
            new double[] {0.22, 0.65, 0.78, 1.0, 1.55, 1.85, 2.1, 3.9, 8},
            1.0,
            0.6,
            0.3,
            1.85,
            0.5,
            1.0,
            1.0);

    private static final ThresholdCost ICE40 = new ThresholdCost(
            new double[] {0.58, 0.8, 1.1, 1.6, 2.1, 4.1},
            new double[] {0.64, 1.6, 2.0, 2.2, 3.2, 4.9, 7},
            2.4,
            0.6,
            0.97,
            2.55,
            0.75,
            1.0,
            1.0);

    private static final ThresholdCost FOUR_INPUTS = new ThresholdCost(
            new double[] {1.35, 1.6, 1.85, 2.3, 2.9, 5.2},
            new double[] {1.5, 1.8, 2.3, 3.0, 3.5, 4.7, 8, 18},
            1.5,
            2.4,
            0.77,
            2.8,
            0.7,
            1.0,
            1.0);

    /** Like other tables of four inputs, and multipliers beside them. */
    private static final ThresholdCost ECP5 = new ThresholdCost(
            FOUR_INPUTS.alone,
            FOUR_INPUTS.search,
            FOUR_INPUTS.behindMemory,
            FOUR_INPUTS.behindPairs,
            FOUR_INPUTS.stacked,
            0,
            0,
            3.3,
            2.4);

    static ThresholdCost of(Fpga fpga) {
        return switch (fpga.family()) {
            case ICE40 -> ICE40;
            case ECP5 -> ECP5;
            case GOWIN -> FOUR_INPUTS;
            case SERIES_7, ULTRASCALE_PLUS -> SIX_INPUTS;
        };
    }

    double alone(long words) {
        return at(alone, words);
    }

    double searched(long words) {
        return at(search, words);
    }

    /** Beyond what was measured, each further address bit doubles a table. */
    private static double at(double[] fitted, long words) {
        int address = Long.SIZE - Long.numberOfLeadingZeros(words - 1);
        return address < fitted.length
                ? fitted[address]
                : fitted[fitted.length - 1] * (1L << address - fitted.length + 1);
    }
}
