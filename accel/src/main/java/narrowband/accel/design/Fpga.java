package narrowband.accel.design;

import java.util.List;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;

/**
 * An FPGA that an accelerator can be designed for. Figures are the vendors': iCE40 UltraPlus FPGA-DS-02008, iCE40 LP/HX
 * FPGA-DS-02029, ECP5 FPGA-DS-02012, 7 Series DS180, Zynq-7000 DS190, Zynq UltraScale+ DS891.
 *
 * @param name what users type
 * @param lutInputs 4 or 6
 * @param blockRamBits the size of one block
 * @param blockRamWidth the widest word of one block
 * @param distributedRam how look-up tables serve as RAM
 * @param clockMegahertz the clock that a design is made for unless told otherwise; a cautious choice, not a guarantee
 */
public record Fpga(
        String name,
        String part,
        Family family,
        int lutInputs,
        long luts,
        long flipFlops,
        long blockRams,
        int blockRamBits,
        int blockRamWidth,
        DistributedRam distributedRam,
        double clockMegahertz) {
    /** Devices of one fabric and process, for which one set of energy figures holds. */
    public enum Family {
        ICE40,
        ECP5,
        SERIES_7,
        ULTRASCALE_PLUS
    }

    /**
     * Look-up tables as RAM with one write port and one read port that answers in the same cycle: a group of {@code luts}
     * keeps {@code words} words of {@code bits} bits; all 0 where there is no such thing.
     */
    public record DistributedRam(int words, int bits, int luts) {
        /** iCE40: registers must serve. */
        static final DistributedRam NONE = new DistributedRam(0, 0, 0);

        /** TRELLIS_DPR16X4: two slices of memory, one that writes. */
        static final DistributedRam ECP5 = new DistributedRam(16, 4, 6);

        /** RAM32M. */
        static final DistributedRam XILINX = new DistributedRam(32, 6, 4);

        public boolean exists() {
            return words > 0;
        }
    }

    private static final List<Fpga> KNOWN = List.of(
            new Fpga(
                    "ice40up5k",
                    "Lattice iCE40UP5K",
                    Family.ICE40,
                    4,
                    5_280,
                    5_280,
                    30,
                    4_096,
                    16,
                    DistributedRam.NONE,
                    12),
            new Fpga(
                    "ice40hx8k",
                    "Lattice iCE40HX8K",
                    Family.ICE40,
                    4,
                    7_680,
                    7_680,
                    32,
                    4_096,
                    16,
                    DistributedRam.NONE,
                    48),
            new Fpga(
                    "ecp5-25k",
                    "Lattice LFE5U-25F",
                    Family.ECP5,
                    4,
                    24_288,
                    24_288,
                    56,
                    18_432,
                    36,
                    DistributedRam.ECP5,
                    60),
            new Fpga(
                    "ecp5-85k",
                    "Lattice LFE5U-85F",
                    Family.ECP5,
                    4,
                    83_640,
                    83_640,
                    208,
                    18_432,
                    36,
                    DistributedRam.ECP5,
                    60),
            new Fpga(
                    "xc7a35t",
                    "AMD Artix-7 XC7A35T",
                    Family.SERIES_7,
                    6,
                    20_800,
                    41_600,
                    50,
                    36_864,
                    72,
                    DistributedRam.XILINX,
                    100),
            new Fpga(
                    "xc7a100t",
                    "AMD Artix-7 XC7A100T",
                    Family.SERIES_7,
                    6,
                    63_400,
                    126_800,
                    135,
                    36_864,
                    72,
                    DistributedRam.XILINX,
                    100),
            new Fpga(
                    "xc7z020",
                    "AMD Zynq-7000 XC7Z020",
                    Family.SERIES_7,
                    6,
                    53_200,
                    106_400,
                    140,
                    36_864,
                    72,
                    DistributedRam.XILINX,
                    100),
            new Fpga(
                    "xczu3eg",
                    "AMD Zynq UltraScale+ XCZU3EG",
                    Family.ULTRASCALE_PLUS,
                    6,
                    70_560,
                    141_120,
                    216,
                    36_864,
                    72,
                    DistributedRam.XILINX,
                    200));

    /** Every FPGA that is known by name. */
    public static List<Fpga> known() {
        return KNOWN;
    }

    /** @throws InvalidInputException with the list of known names if there is no such FPGA */
    public static Fpga named(String name) {
        return KNOWN.stream()
                .filter(fpga -> fpga.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no FPGA \"%s\"; the known ones are %s."
                        .formatted(name, KNOWN.stream().map(Fpga::name).collect(Collectors.joining(", ")))));
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

    /** One number for all that is taken: logic cells, a block RAM being worth those that come with each block. */
    double cost(Resources resources) {
        return logicCells(resources) + (double) luts / blockRams * resources.blockRams();
    }

    /** Whether a read-only memory that is read synchronously belongs into block RAM. */
    public boolean prefersBlockRom(long words, long width) {
        return words > 1 && isWorthBlocks(words, width, lutsForRom(words, width));
    }

    /** Whether a memory that is written, and read synchronously, belongs into block RAM. */
    public boolean prefersBlockRam(long words, long width) {
        return words > 1 && (!distributedRam.exists() || isWorthBlocks(words, width, lutsForRam(words, width)));
    }

    private boolean isWorthBlocks(long words, long width, long lutsInstead) {
        return lutsInstead > WORTH_A_BLOCK * luts / blockRams * blockRamsFor(words, width);
    }

    /** The look-up tables that hold a read-only memory, truth tables and what chooses between them. */
    long lutsForRom(long words, long width) {
        double tables = Math.max(words / (double) (1L << lutInputs), words < 4 ? 0.3 : 0.75);
        double multiplexers = Math.max(0, tables - 1) / 2;
        return (long) Math.ceil((tables + multiplexers) * width);
    }

    /** The look-up tables of a RAM; there must be distributed RAM. */
    long lutsForRam(long words, long width) {
        return Math.ceilDiv(words, distributedRam.words())
                * Math.ceilDiv(width, distributedRam.bits())
                * distributedRam.luts();
    }

    /** The blocks that a memory takes, in the better of two arrangements: words side by side, or one below another. */
    long blockRamsFor(long words, long width) {
        long deepest = Long.MAX_VALUE;
        for (int blockWidth = 1; blockWidth <= blockRamWidth; blockWidth *= 2) {
            long blockWords = blockRamBits / blockRamWidth * (long) (blockRamWidth / blockWidth);
            deepest = Math.min(deepest, Math.ceilDiv(width, blockWidth) * Math.ceilDiv(words, blockWords));
        }
        return Math.min(
                deepest, Math.ceilDiv(width, blockRamWidth) * Math.ceilDiv(words, blockRamBits / blockRamWidth));
    }
}
