package narrowband.accel.design;

/**
 * Look-up tables of comparators and products on one fabric, fitted to Yosys 0.23's counts of emitted units on an Artix-7, an
 * iCE40 and an ECP5 (tests/BENCHMARKS.md). Arrays are by the address bits of the threshold, for each bit of the code.
 *
 * @param inverted what carry chains need of a code that several compare with, for each bit, however many they are
 * @param alone comparators side by side, each with thresholds of its own
 * @param outcome what makes a register's value of the end of a carry chain, for each comparator
 * @param level choices that read the level off the comparisons, of which a level of n bits takes {@code 2^n - 1 - n}
 * @param search comparators whose threshold depends on bits found before
 * @param pairs the table of both thresholds that may come next, as a serial search reads them; by the address bits of a threshold
 * @param behindMemory a comparator whose threshold comes out of a memory, for each bit of the code
 * @param behindPairs what a serial search has beside the comparator where the pairs come out of a memory
 * @param stacked the choice between blocks of RAM that stand one below another, for each bit that they give and block but one
 * @param product of a code and a multiplier, for each bit of both; none where there are multipliers for it
 * @param addition of a shifted code, for each bit of it, in a product with a constant: a full adder's two tables and what is
 *     lost around them
 * @param freeAdditions of a lane, which the carry chains at the end do beside their own
 * @param sum of an offset and the two parts of a product, for each bit of it
 * @param constantSum the same where there is one multiplier only
 */
record ThresholdCost(
        double inverted,
        double[] alone,
        double outcome,
        double level,
        double[] search,
        double[] pairs,
        double behindMemory,
        double behindPairs,
        double stacked,
        double product,
        double addition,
        double freeAdditions,
        double sum,
        double constantSum) {
    private static final ThresholdCost SIX_INPUTS = new ThresholdCost(
            0,
            new double[] {0.13, 0.68, 0.63, 0.66, 1.47, 2.0},
            1.1,
            0.6,
            new double[] {0.25, 0.75, 0.9, 0.85, 1.8, 1.85, 1.95, 5.5, 10},
            new double[] {0.4, 0.8, 1.2, 1.4, 1.65, 2.5, 2.5, 8.4, 17.8},
            1.0,
            0.6,
            0.3,
            1.85,
            2.25,
            1.7,
            1.0,
            0);

    private static final ThresholdCost ICE40 = new ThresholdCost(
            1.0,
            new double[] {0.09, 0.22, 0.65, 0.93, 1.6, 4},
            1.0,
            1.0,
            new double[] {0.7, 1.3, 1.9, 1.9, 2.3, 5.6, 8},
            new double[] {0.3, 0.5, 0.7, 0.8, 0.93, 3.7, 8.2, 18.9},
            2.4,
            0.05,
            0.77,
            2.55,
            2.42,
            0.34,
            1.0,
            0);

    /** Thresholds that are looked up ahead are in tables of their own, so that a comparator is the same whatever its threshold. */
    private static final ThresholdCost FOUR_INPUTS = new ThresholdCost(
            0.8,
            new double[] {0.88, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
            1.9,
            1.0,
            new double[] {1.1, 1.3, 1.7, 2.2, 2.7, 4.2, 7.4, 18},
            new double[] {0.6, 0.9, 1.2, 1.5, 1.77, 4.1, 8.8, 18.8},
            1.5,
            0.7,
            0.77,
            2.8,
            2.42,
            0.34,
            1.0,
            0);

    /** Like other tables of four inputs, and multipliers beside them. */
    private static final ThresholdCost ECP5 = new ThresholdCost(
            FOUR_INPUTS.inverted,
            FOUR_INPUTS.alone,
            FOUR_INPUTS.outcome,
            FOUR_INPUTS.level,
            FOUR_INPUTS.search,
            FOUR_INPUTS.pairs,
            FOUR_INPUTS.behindMemory,
            FOUR_INPUTS.behindPairs,
            FOUR_INPUTS.stacked,
            0,
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

    double pairs(long words) {
        return at(pairs, words);
    }

    /** Beyond what was measured, each further address bit doubles a table. */
    private static double at(double[] fitted, long words) {
        int address = LogicCost.counterBits(words);
        return address < fitted.length
                ? fitted[address]
                : fitted[fitted.length - 1] * (1L << address - fitted.length + 1);
    }
}
