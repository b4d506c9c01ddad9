package narrowband.accel.design;

import java.util.List;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;

/**
 * An FPGA that an accelerator can be designed for. The known ones stand in the resource {@code fpgas.json}, each with the
 * source of its figures.
 *
 * @param name what users type
 * @param multipliers those that synthesis takes by itself; 0 where our scripts keep it from that, or there are none
 * @param clockMegahertz the clock that a design is made for; in the catalogue, the one unless told otherwise: a cautious
 *     choice, not a guarantee
 * @param target the device as place and route wants it named: options of nextpnr, or Vivado's part
 * @param source where the figures are from
 */
public record Fpga(
        String name,
        String part,
        Family family,
        long luts,
        long flipFlops,
        long blockRams,
        long multipliers,
        double clockMegahertz,
        String target,
        String source) {
    /** Of block RAM that was not found to be what limits a clock. */
    private static final double ANY_CLOCK = Double.POSITIVE_INFINITY;

    /** Devices of one fabric. */
    public enum Family {
        /** 4 kbit blocks; registers must serve as small memories. */
        ICE40(4, 4_096, 16, DistributedRam.NONE, ANY_CLOCK),

        /**
         * {@code TRELLIS_DPR16X4}: four tables of memory, two that write. A {@code DP16KD} takes 5.8 ns to answer without the
         * register that it has inside, which Yosys never takes, and the wire to one outside about 1.3 ns (speed grade 6, by
         * nextpnr's figures).
         */
        ECP5(4, 18_432, 36, new DistributedRam(16, 4, 6), 140),

        /** {@code RAM16SDP4}: four tables of memory, and two more whose inputs are the write address. */
        GOWIN(4, 18_432, 36, new DistributedRam(16, 4, 6), ANY_CLOCK),

        /** {@code RAM32M}. */
        SERIES_7(6, 36_864, 72, new DistributedRam(32, 6, 4), ANY_CLOCK),

        /** {@code RAM32M}. */
        ULTRASCALE_PLUS(6, 36_864, 72, new DistributedRam(32, 6, 4), ANY_CLOCK);

        private final int lutInputs;
        private final int blockRamBits;
        private final int blockRamWidth;
        private final DistributedRam distributedRam;
        private final double blockRamMegahertz;

        Family(
                int lutInputs,
                int blockRamBits,
                int blockRamWidth,
                DistributedRam distributedRam,
                double blockRamMegahertz) {
            this.lutInputs = lutInputs;
            this.blockRamBits = blockRamBits;
            this.blockRamWidth = blockRamWidth;
            this.distributedRam = distributedRam;
            this.blockRamMegahertz = blockRamMegahertz;
        }
    }

    /**
     * Look-up tables as RAM with one write port and one read port that answers in the same cycle: a group of {@code luts}
     * keeps {@code words} words of {@code bits} bits; all 0 where there is no such thing.
     */
    public record DistributedRam(int words, int bits, int luts) {
        static final DistributedRam NONE = new DistributedRam(0, 0, 0);

        public boolean exists() {
            return words > 0;
        }
    }

    /** Every FPGA that is known by name. */
    public static List<Fpga> known() {
        return FpgaCatalogue.FPGAS;
    }

    /**
     * The FPGA of a name, whichever way its letters are written.
     *
     * @throws InvalidInputException with the list of known names if there is no such FPGA
     */
    public static Fpga named(String name) {
        return known().stream()
                .filter(fpga -> fpga.name.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no FPGA \"%s\"; the known ones are %s."
                        .formatted(name, known().stream().map(Fpga::name).collect(Collectors.joining(", ")))));
    }

    /** The same FPGA, as a design for another clock sees it. */
    public Fpga at(double megahertz) {
        return new Fpga(name, part, family, luts, flipFlops, blockRams, multipliers, megahertz, target, source);
    }

    /**
     * Whether the clock is too fast for block RAM, even where a register takes the word as it is. Then memories lie in look-up
     * tables, if that is in any proportion; the rest stay in block RAM, and hold the clock back.
     */
    public boolean outrunsBlockRam() {
        return clockMegahertz > family.blockRamMegahertz;
    }

    /**
     * Words of a part of a read-only memory that is read in parts, and then chosen from: {@link #PART_WORDS}; where the clock
     * outruns block RAM, those of a single table if there are few of them.
     */
    public int partWords(long words) {
        int tableWords = 1 << lutInputs();
        return outrunsBlockRam() && words <= CHOSEN_FROM * tableWords ? tableWords : PART_WORDS;
    }

    /** Inputs of a look-up table: 4 or 6. */
    public int lutInputs() {
        return family.lutInputs;
    }

    /** The size of one block of block RAM. */
    public int blockRamBits() {
        return family.blockRamBits;
    }

    /** The widest word of one block, bits. */
    public int blockRamWidth() {
        return family.blockRamWidth;
    }

    /** How look-up tables serve as RAM. */
    public DistributedRam distributedRam() {
        return family.distributedRam;
    }

    /** The part of the look-up tables that come with each block RAM for which one is worth taking. */
    private static final double WORTH_A_BLOCK = 0.25;

    /** The same where block RAM is too slow: tables may then cost what two blocks would. */
    private static final double WORTH_A_SLOW_BLOCK = 2;

    /** Words of tables that answer within a cycle; a deeper memory is read in as many parts, and then chosen from. */
    public static final int PART_WORDS = 64;

    /** The most look-up tables for a bit, to choose among which is about as fast as to read one. */
    private static final int CHOSEN_FROM = 4;

    /** Registers that find no table of their own to share an iCE40 logic cell with, as nextpnr 0.4 packs them. */
    private static final double ALONE = 0.85;

    /**
     * The logic cells that tables and registers take together, of as many as there are look-up tables. An iCE40 cell has
     * both, but its register takes only what its own table gives; elsewhere registers can be fed by themselves.
     */
    public long logicCells(Resources resources) {
        return family == Family.ICE40
                ? resources.luts() + (long) Math.ceil(ALONE * resources.flipFlops())
                : resources.luts();
    }

    /** One number for all that is taken: logic cells, a block RAM or multiplier being worth those that come with each. */
    double cost(Resources resources) {
        double factors = resources.multipliers() == 0 ? 0 : (double) luts / multipliers * resources.multipliers();
        return logicCells(resources) + (double) luts / blockRams * resources.blockRams() + factors;
    }

    /** Whether a read-only memory that is read synchronously belongs into block RAM. */
    public boolean prefersBlockRom(long words, long width) {
        return words > 1 && isWorthBlocks(words, width, lutsForRom(words, width), outrunsBlockRam());
    }

    /** Whether a memory that is written, and read synchronously, belongs into block RAM. */
    public boolean prefersBlockRam(long words, long width) {
        // In one part, so that a deep one would be no faster than block RAM.
        boolean slow = outrunsBlockRam() && words <= PART_WORDS;
        return words > 1 && (!distributedRam().exists() || isWorthBlocks(words, width, lutsForRam(words, width), slow));
    }

    /** The same for a small one, which registers can serve as too where there is no distributed RAM: a register for a bit, and what chooses among them. */
    boolean prefersBlockRamToCells(long words, long width) {
        return distributedRam().exists()
                ? prefersBlockRam(words, width)
                : words > 1 && isWorthBlocks(words, width, 2 * words * width, false);
    }

    /**
     * Whether a memory that is written, and read synchronously with nothing but a choice behind it, lies in look-up tables in
     * parts of {@link #PART_WORDS}: only where block RAM is too slow.
     */
    boolean prefersParts(long words, long width) {
        return outrunsBlockRam()
                && words > PART_WORDS
                && distributedRam().exists()
                && !isWorthBlocks(words, width, lutsForRam(words, width), true);
    }

    /** @param slow whether block RAM would be too slow, and tables would not */
    private boolean isWorthBlocks(long words, long width, long lutsInstead, boolean slow) {
        double worth = slow ? WORTH_A_SLOW_BLOCK : WORTH_A_BLOCK;
        return lutsInstead > worth * luts / blockRams * blockRamsFor(words, width);
    }

    /** The look-up tables that hold a read-only memory, truth tables and what chooses between them. */
    long lutsForRom(long words, long width) {
        return (long) Math.ceil(lutsForBit(words) * width);
    }

    /** The same for one bit of its words, of which nothing is known. */
    double lutsForBit(long words) {
        long tableWords = 1L << lutInputs();
        // Words of shallow memories have bits in common; the last table of a deep one is a table even where it is half
        // empty.
        double tables = words > tableWords
                ? Math.ceilDiv(words, tableWords)
                : Math.max(words / (double) tableWords, words < 4 ? 0.3 : 0.75);
        double multiplexers = Math.max(0, tables - 1) / 2;
        return tables + multiplexers;
    }

    /** The look-up tables of a RAM; there must be distributed RAM. */
    long lutsForRam(long words, long width) {
        return Math.ceilDiv(words, distributedRam().words())
                * Math.ceilDiv(width, distributedRam().bits())
                * distributedRam().luts();
    }

    /** The blocks that a memory takes, in the better of two arrangements: words side by side, or one below another. */
    long blockRamsFor(long words, long width) {
        return blockArrangement(words, width, blockRamBits(), blockRamWidth()).blocks();
    }

    /** The blocks of a memory that stand one below another, so that what they give must be chosen from. */
    long stackedBlocks(long words, long width) {
        // AMD's blocks are two of half the size each.
        return lutInputs() >= 6
                ? blockArrangement(words, width, blockRamBits() / 2, blockRamWidth() / 2)
                        .stacked()
                : blockArrangement(words, width, blockRamBits(), blockRamWidth())
                        .stacked();
    }

    /** Blocks, of which {@code stacked} hold the same bits of different words. */
    private record BlockArrangement(long blocks, long stacked) {}

    /** The arrangement of the fewest blocks, and of those of the fewest below another. */
    private static BlockArrangement blockArrangement(long words, long width, int bits, int widest) {
        BlockArrangement best = arrangement(words, width, bits, widest, widest);
        for (int blockWidth = 1; blockWidth < widest; blockWidth *= 2) {
            BlockArrangement other = arrangement(words, width, bits, widest, blockWidth);
            if (other.blocks < best.blocks || other.blocks == best.blocks && other.stacked < best.stacked) {
                best = other;
            }
        }
        return best;
    }

    private static BlockArrangement arrangement(long words, long width, int bits, int widest, int blockWidth) {
        long blockWords = bits / widest * (long) (widest / blockWidth);
        long stacked = Math.ceilDiv(words, blockWords);
        return new BlockArrangement(Math.ceilDiv(width, blockWidth) * stacked, stacked);
    }
}
