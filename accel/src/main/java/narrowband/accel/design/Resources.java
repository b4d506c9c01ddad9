package narrowband.accel.design;

/**
 * What hardware takes of an FPGA.
 *
 * @param luts look-up tables for logic and small memories
 * @param flipFlops registers, bits
 * @param blockRams blocks of the FPGA's own size
 */
public record Resources(long luts, long flipFlops, long blockRams) {
    public static final Resources NONE = new Resources(0, 0, 0);

    /** Bits from which a synchronously read memory goes into block RAM. */
    private static final long BLOCK_RAM_FROM_BITS = 2048;

    public static Resources logic(double luts, long flipFlops) {
        return new Resources((long) Math.ceil(luts), flipFlops, 0);
    }

    public Resources plus(Resources other) {
        return new Resources(luts + other.luts, flipFlops + other.flipFlops, blockRams + other.blockRams);
    }

    public Resources times(long count) {
        return new Resources(luts * count, flipFlops * count, blockRams * count);
    }

    /** A synchronously read memory: block RAM where it is large, else look-up tables. */
    static Resources memory(long words, long width, Fpga fpga) {
        if (words * width >= BLOCK_RAM_FROM_BITS) {
            return new Resources(0, 0, fpga.blockRamsFor(words, width));
        }
        return new Resources(Math.ceilDiv(words, 1L << fpga.lutInputs()) * width, width, 0);
    }

    /** A memory read in the same cycle: distributed RAM, or registers with multiplexers where the FPGA has none. */
    static Resources asynchronousMemory(long words, long width, Fpga fpga) {
        if (words == 0) {
            return NONE;
        }
        int perLut = fpga.wordsPerDistributedRamLut();
        return perLut == 0
                ? new Resources(words * width, words * width, 0)
                : new Resources(Math.ceilDiv(words, perLut) * width, 0, 0);
    }

    /** Whether an FPGA has all of this. */
    public boolean fits(Fpga fpga) {
        return luts <= fpga.luts() && flipFlops <= fpga.flipFlops() && blockRams <= fpga.blockRams();
    }
}
