package narrowband.accel.design;

/**
 * What hardware takes of an FPGA.
 *
 * @param luts look-up tables for logic and small memories
 * @param flipFlops registers, bits
 * @param blockRams blocks of the FPGA's own size
 * @param multipliers the FPGA's own, where synthesis takes them
 */
public record Resources(long luts, long flipFlops, long blockRams, long multipliers) {
    public static final Resources NONE = new Resources(0, 0, 0);

    /** Resources without multipliers. */
    public Resources(long luts, long flipFlops, long blockRams) {
        this(luts, flipFlops, blockRams, 0);
    }

    public static Resources logic(double luts, long flipFlops) {
        return new Resources((long) Math.ceil(luts), flipFlops, 0);
    }

    public Resources plus(Resources other) {
        return new Resources(
                luts + other.luts,
                flipFlops + other.flipFlops,
                blockRams + other.blockRams,
                multipliers + other.multipliers);
    }

    public Resources times(long count) {
        return new Resources(luts * count, flipFlops * count, blockRams * count, multipliers * count);
    }

    /** A read-only memory, read synchronously: block RAM where the FPGA prefers it, else look-up tables. */
    static Resources rom(long words, long width, Fpga fpga) {
        if (words <= 1) {
            return NONE;
        }
        return fpga.prefersBlockRom(words, width)
                ? new Resources(0, 0, fpga.blockRamsFor(words, width))
                : tables(words, distinctColumns(words, width), fpga);
    }

    private static Resources tables(long words, double columns, Fpga fpga) {
        return new Resources((long) Math.ceil(fpga.lutsForBit(words) * columns), (long) Math.ceil(columns), 0);
    }

    /**
     * Columns of a memory, of which those that have the same bits in all words are one table, and those that have only zeros or
     * only ones are none: how many others there are on average, of random bits.
     */
    static double distinctColumns(long words, long width) {
        double possible = Math.pow(2, words);
        return (possible - 2) * -Math.expm1(-width / possible);
    }

    /** A memory that is written, and read synchronously: block RAM where the FPGA prefers it, else distributed RAM. */
    static Resources buffer(long words, long width, Fpga fpga) {
        return fpga.prefersBlockRam(words, width)
                ? new Resources(0, 0, fpga.blockRamsFor(words, width))
                : distributedRam(words, width, fpga).plus(new Resources(0, width, 0));
    }

    /** A memory that is read in the same cycle: distributed RAM, or registers with multiplexers where there is none. */
    static Resources distributedRam(long words, long width, Fpga fpga) {
        if (words <= 1) {
            return new Resources(0, words * width, 0);
        }
        return fpga.distributedRam().exists()
                ? new Resources(fpga.lutsForRam(words, width) + choiceOfBlocks(words, width, fpga), 0, 0)
                : new Resources(words * width, words * width, 0);
    }

    /** What chooses between blocks of distributed RAM one below another; wide tables that are RAM hold twice the words, or choose among four. */
    private static long choiceOfBlocks(long words, long width, Fpga fpga) {
        return fpga.lutInputs() >= 6
                ? 0
                : (Math.ceilDiv(words, fpga.distributedRam().words()) - 1) * width;
    }

    /** Whether an FPGA has all of this. */
    public boolean fits(Fpga fpga) {
        return fpga.logicCells(this) <= fpga.luts()
                && flipFlops <= fpga.flipFlops()
                && blockRams <= fpga.blockRams()
                && multipliers <= fpga.multipliers();
    }
}
