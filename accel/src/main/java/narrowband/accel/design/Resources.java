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
                : new Resources(fpga.lutsForRom(words, width), width, 0);
    }

    /** Words that are read in the same cycle and never change. */
    static Resources truthTable(long words, long width, Fpga fpga) {
        return words <= 1 ? NONE : new Resources(fpga.lutsForRom(words, width), 0, 0);
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
                ? new Resources(fpga.lutsForRam(words, width), 0, 0)
                : new Resources(words * width, words * width, 0);
    }

    /** Whether an FPGA has all of this. */
    public boolean fits(Fpga fpga) {
        return fpga.logicCells(this) <= fpga.luts()
                && flipFlops <= fpga.flipFlops()
                && blockRams <= fpga.blockRams()
                && multipliers <= fpga.multipliers();
    }
}
