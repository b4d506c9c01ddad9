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
 * @param clockMegahertz the clock that a design is made for unless told otherwise; a cautious choice, not a guarantee
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
    /** Devices of one fabric. */
    public enum Family {
        /** 4 kbit blocks; registers must serve as small memories. */
        ICE40(4, 4_096, 16, DistributedRam.NONE),

        /** {@code TRELLIS_DPR16X4}: four tables of memory, two that write. */
        ECP5(4, 18_432, 36, new DistributedRam(16, 4, 6)),

        /** {@code RAM16SDP4}: four tables of memory, and two more whose inputs are the write address. */
        GOWIN(4, 18_432, 36, new DistributedRam(16, 4, 6)),

        /** {@code RAM32M}. */
        SERIES_7(6, 36_864, 72, new DistributedRam(32, 6, 4)),

        /** {@code RAM32M}. */
        ULTRASCALE_PLUS(6, 36_864, 72, new DistributedRam(32, 6, 4));

        private final int lutInputs;
        private final int blockRamBits;
        private final int blockRamWidth;
        private final DistributedRam distributedRam;

        Family(int lutInputs, int blockRamBits, int blockRamWidth, DistributedRam distributedRam) {
            this.lutInputs = lutInputs;
            this.blockRamBits = blockRamBits;
            this.blockRamWidth = blockRamWidth;
            this.distributedRam = distributedRam;
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

    /** @throws InvalidInputException with the list of known names if there is no such FPGA */
    public static Fpga named(String name) {
        return known().stream()
                .filter(fpga -> fpga.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no FPGA \"%s\"; the known ones are %s."
                        .formatted(name, known().stream().map(Fpga::name).collect(Collectors.joining(", ")))));
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
        return words > 1 && isWorthBlocks(words, width, lutsForRom(words, width));
    }

    /** Whether a memory that is written, and read synchronously, belongs into block RAM. */
    public boolean prefersBlockRam(long words, long width) {
        return words > 1 && (!distributedRam().exists() || isWorthBlocks(words, width, lutsForRam(words, width)));
    }

    /** The same for a small one, which registers can serve as too where there is no distributed RAM: a register for a bit, and what chooses among them. */
    boolean prefersBlockRamToCells(long words, long width) {
        long instead = distributedRam().exists() ? lutsForRam(words, width) : 2 * words * width;
        return words > 1 && isWorthBlocks(words, width, instead);
    }

    private boolean isWorthBlocks(long words, long width, long lutsInstead) {
        return lutsInstead > WORTH_A_BLOCK * luts / blockRams * blockRamsFor(words, width);
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
