package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.LinearThresholds;
import narrowband.accel.network.Tensor;

/**
 * Requantises each code: to the number of its channel's thresholds that it has reached, found in one of several ways that
 * differ in cost and rate and never in result.
 *
 * @param positions positions of one image
 * @param perChannel whether each channel has its own thresholds
 * @param line the widths of multiply-add-shift; {@link Line#NONE} for the other methods
 * @param looksUpAhead whether thresholds that are looked up lie in a register before they are compared with: where a table has
 *     no inputs to spare for the comparison, this costs no more tables, and a shorter way
 * @param heldLevels bits of a pipelined search, the last ones, whose thresholds lie in a memory that takes most of a cycle to
 *     answer, or in tables so deep, and are held in a register more
 */
public record Thresholding(
        String name,
        String layer,
        long positions,
        int channels,
        int lanes,
        CodeType from,
        CodeType to,
        boolean perChannel,
        Method method,
        Line line,
        boolean looksUpAhead,
        int heldLevels)
        implements Unit {
    /** How the level is found. */
    public enum Method {
        /** All comparators at once; a word enters every cycle. For few thresholds. */
        PARALLEL,
        /** A binary search with a stage, a comparator and a memory for each bit of the level; a word enters every cycle. */
        PIPELINED,
        /** A binary search with one comparator and one memory; a word enters every {@code to.bits()} cycles. */
        SERIAL,
        /** Multiply, add, shift, clamp, where the thresholds lie on a line (see {@link LinearThresholds}). */
        MULTIPLY
    }

    /**
     * The widths of multiply-add-shift. A code is multiplied as what it is above the lowest of its type, so that both factors
     * are unsigned; what that adds is taken off the offset beforehand.
     *
     * @param multiplierBits of the widest multiplier, unsigned
     * @param offsetBits of the widest offset, signed, which is the sum at the lowest code
     * @param sumBits of any sum, signed
     * @param additions of shifted codes that the two halves of a row's multiplier take, on average, where they are constants:
     *     of the ones of a half, one less
     */
    public record Line(int multiplierBits, int offsetBits, int sumBits, int shift, double additions) {
        static final Line NONE = new Line(0, 0, 0, 0, 0);

        /** The widths that hold all rows of the thresholds for all codes. */
        static Line of(LinearThresholds thresholds, CodeType from) {
            long multiplier = 1;
            long lowest = 0;
            long highest = 0;
            long leastOffset = 0;
            long largestOffset = 0;
            for (int row = 0; row < thresholds.multipliers().length; row++) {
                long slope = thresholds.multipliers()[row];
                long offset = offset(thresholds, row, from);
                multiplier = Math.max(multiplier, slope);
                leastOffset = Math.min(leastOffset, offset);
                largestOffset = Math.max(largestOffset, offset);
                lowest = Math.min(lowest, offset);
                highest = Math.max(highest, slope * ((long) from.max() - from.min()) + offset);
            }
            return new Line(
                    unsignedBits(multiplier),
                    signedBits(leastOffset, largestOffset),
                    signedBits(lowest, highest),
                    thresholds.shift(),
                    additions(thresholds.multipliers(), unsignedBits(multiplier)));
        }

        /** The bits of the lower of the two parts in which a multiplier is taken. */
        public static int lowerHalf(int multiplierBits) {
            return Math.ceilDiv(multiplierBits, 2);
        }

        private static double additions(int[] multipliers, int bits) {
            int low = lowerHalf(bits);
            int additions = 0;
            for (int multiplier : multipliers) {
                additions += Math.max(0, Integer.bitCount(multiplier & (1 << low) - 1) - 1)
                        + Math.max(0, Integer.bitCount(multiplier >> low) - 1);
            }
            return (double) additions / multipliers.length;
        }

        /** What is added to the product of a row. */
        public static long offset(LinearThresholds thresholds, int row, CodeType from) {
            return thresholds.offsets()[row] + (long) thresholds.multipliers()[row] * from.min();
        }

        private static int unsignedBits(long largest) {
            return Long.SIZE - Long.numberOfLeadingZeros(largest);
        }

        private static int signedBits(long lowest, long highest) {
            return 1 + Math.max(unsignedBits(lowest < 0 ? ~lowest : 0), unsignedBits(highest));
        }
    }

    public Thresholding {
        if (channels % lanes != 0) {
            throw new IllegalArgumentException("%d lanes must divide %d channels".formatted(lanes, channels));
        }
        if (method == Method.SERIAL && to.bits() < 2) {
            throw new InvalidInputException(
                    "Layer %s: a serial search needs at least two bits to find, not one; choose another method."
                            .formatted(layer));
        }
    }

    /** The unit of a layer of thresholds. */
    static Thresholding of(IntegerNetwork network, Layer.Threshold layer, ThresholdFolding folding, Fpga fpga) {
        return folding.method() == Method.MULTIPLY
                ? multiplying(network, layer, folding.lanes(), fpga)
                        .orElseThrow(() -> new InvalidInputException(
                                "Layer %s: its thresholds do not lie on a line, so that multiply-add-shift cannot find levels; choose another method."
                                        .formatted(layer.name())))
                : of(network, layer, folding, Line.NONE, fpga);
    }

    /** The unit that multiplies, where the layer's thresholds lie on a line. */
    static Optional<Thresholding> multiplying(IntegerNetwork network, Layer.Threshold layer, int lanes, Fpga fpga) {
        CodeType from = network.inputOf(layer).type();
        return LinearThresholds.of(layer.table(), from)
                .map(thresholds -> of(
                        network, layer, new ThresholdFolding(lanes, Method.MULTIPLY), Line.of(thresholds, from), fpga));
    }

    private static Thresholding of(
            IntegerNetwork network, Layer.Threshold layer, ThresholdFolding folding, Line line, Fpga fpga) {
        Tensor from = network.inputOf(layer);
        return new Thresholding(
                        layer.name(),
                        layer.name(),
                        from.shape().positions(),
                        from.shape().channels(),
                        folding.lanes(),
                        from.type(),
                        layer.type(),
                        layer.table().rows() > 1,
                        folding.method(),
                        line,
                        looksUpAhead(fpga),
                        0)
                .holding(fpga);
    }

    /** An iCE40 register that no table feeds takes a cell, and wider tables compare with what they look up at once. */
    private static boolean looksUpAhead(Fpga fpga) {
        return switch (fpga.family()) {
            case ECP5, GOWIN -> true;
            case ICE40, SERIES_7, ULTRASCALE_PLUS -> false;
        };
    }

    /** The unit with another number of lanes. */
    Thresholding withLanes(int number, Fpga fpga) {
        return new Thresholding(
                        name, layer, positions, channels, number, from, to, perChannel, method, line, looksUpAhead, 0)
                .holding(fpga);
    }

    /** The unit with the thresholds held back that come out of memories. */
    private Thresholding holding(Fpga fpga) {
        int held = 0;
        if (method == Method.PIPELINED && looksUpAhead) {
            while (held < to.bits() && takesMoreThanACycle(thresholdWords(to.bits() - 1 - held), fpga)) {
                held++;
            }
        }
        return new Thresholding(
                name, layer, positions, channels, lanes, from, to, perChannel, method, line, looksUpAhead, held);
    }

    /** Whether so many thresholds cannot be looked up and compared with in two stages. */
    private boolean takesMoreThanACycle(long words, Fpga fpga) {
        return !isTruthTable(words, from.bits(), fpga) || isInParts(words, fpga);
    }

    /** Whether so many thresholds of a pipelined search lie in tables that are read in parts first, and then chosen from. */
    public boolean isInParts(long words, Fpga fpga) {
        return fpga.outrunsBlockRam() && words > Fpga.PART_WORDS && !fpga.prefersBlockRom(words, from.bits());
    }

    /**
     * Whether all thresholds are there in time for the FPGA's clock. Where block RAM is not, only a pipelined search has stages
     * for deep tables.
     */
    boolean isInTime(Fpga fpga) {
        return switch (method) {
            case PIPELINED -> true;
            case SERIAL -> !fpga.outrunsBlockRam() || heapWords() / 2 <= Fpga.PART_WORDS;
            case PARALLEL, MULTIPLY -> !fpga.outrunsBlockRam() || sets() <= Fpga.PART_WORDS;
        };
    }

    /** Whether the threshold for bit {@code level} of a pipelined search, counted from the most significant, is held back. */
    public boolean holdsLevel(int level) {
        return level >= to.bits() - heldLevels;
    }

    /** Words of one position. */
    public int channelFolds() {
        return channels / lanes;
    }

    /** Sets of thresholds among which a lane chooses: one for each of its channels, or one for all. */
    public int sets() {
        return perChannel ? channelFolds() : 1;
    }

    /** Words of the threshold memory of one lane for bit {@code level} of a pipelined search, counted from the most significant. */
    public long thresholdWords(int level) {
        return (long) sets() << level;
    }

    /** Thresholds in the memory of one lane of a serial search, two in a word: a heap for each set, the first of it unused. */
    public long heapWords() {
        return (long) sets() << to.bits();
    }

    /** Cycles for one word. */
    public int stepsPerWord() {
        return method == Method.SERIAL ? to.bits() : 1;
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, from, positions * channelFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes, to, positions * channelFolds()));
    }

    @Override
    public Timing timing() {
        long words = positions * channelFolds();
        Program oneByOne = repeat(words, Step.READ_WRITE);
        return switch (method) {
            case PARALLEL, PIPELINED, MULTIPLY -> Timing.of(oneByOne, stages());
            case SERIAL ->
                Timing.of(repeat(words, sequence(Step.READ, repeat(to.bits() - 2L, Step.WORK), Step.WRITE)), stages());
        };
    }

    /** Pipeline stages from a step to the word that it makes. */
    public int stages() {
        return switch (method) {
            case PARALLEL -> looksUpAhead ? 3 : 2;
            case PIPELINED -> (looksUpAhead ? 2 : 1) * to.bits() + heldLevels;
            case SERIAL -> 2;
            case MULTIPLY -> 4;
        };
    }

    @Override
    public Resources resources(Fpga fpga) {
        Resources lane = switch (method) {
            case PARALLEL -> parallel(fpga);
            case PIPELINED -> pipelined(fpga);
            case SERIAL -> serial(fpga);
            case MULTIPLY -> multiply(fpga);
        };
        long counters = LogicCost.counterBits(sets()) + LogicCost.counterBits(stepsPerWord());
        // A set goes along with the words that it belongs to.
        long along = method == Method.PIPELINED ? (long) LogicCost.counterBits(sets()) * (stages() - 1) : 0;
        return lane.times(lanes)
                .plus(Resources.logic(
                        LogicCost.of(fpga).control(counters), CONTROL_REGISTERS + counters + stages() + along));
    }

    /** Flags of the handshake and the counters. */
    private static final long CONTROL_REGISTERS = 4;

    private Resources parallel(Fpga fpga) {
        ThresholdCost cost = ThresholdCost.of(fpga);
        int thresholds = (1 << to.bits()) - 1;
        double compared = cost.alone(sets()) * from.bits() + cost.outcome();
        double lookedUp = looksUpAhead ? columns((long) thresholds * from.bits()) : 0;
        // A bit of one of two thresholds is a constant, or one bit for all: carry chains take the code as it is.
        boolean inverts = thresholds > 1 && !(looksUpAhead && sets() <= 2);
        double luts = (inverts ? cost.inverted() * from.bits() : 0)
                + thresholds * compared
                + cost.level() * (thresholds - to.bits())
                + lookedUp * fpga.lutsForBit(sets());
        double ahead = looksUpAhead ? from.bits() + lookedUp : 0;
        return Resources.logic(luts, from.bits() + thresholds + Math.round(ahead));
    }

    private Resources pipelined(Fpga fpga) {
        // What was found goes along; so do codes, and thresholds where they are looked up ahead.
        long found = (looksUpAhead ? 2L : 1L) * to.bits() * (to.bits() - 1) / 2;
        double ahead = looksUpAhead ? from.bits() * (to.bits() - 1.0) : 0;
        for (int level = 0; level < to.bits() && looksUpAhead; level++) {
            // The first threshold depends on the set only, which is the same in all lanes.
            ahead += level == 0 ? columns(from.bits()) : Resources.distinctColumns(thresholdWords(level), from.bits());
        }
        Resources lane = Resources.logic(0, found + Math.round(ahead));
        for (int level = 0; level < to.bits(); level++) {
            lane = lane.plus(searchStep(thresholdWords(level), fpga));
        }
        // A level that is held back has a register more for the threshold, the code and what was found.
        return lane.plus(Resources.logic(0, (long) heldLevels * (2L * from.bits() + to.bits())));
    }

    private Resources serial(Fpga fpga) {
        ThresholdCost cost = ThresholdCost.of(fpga);
        // One of a pair is chosen, and compared.
        Resources lane = Resources.logic(1.5 * from.bits(), 2L * to.bits() + from.bits());
        return isTruthTable(heapWords() / 2, 2L * from.bits(), fpga)
                ? lane.plus(Resources.logic(cost.pairs(heapWords()) * from.bits(), 2L * from.bits()))
                : lane.plus(Resources.logic(
                                cost.behindPairs() * from.bits()
                                        + cost.stacked() * (stacked(fpga) - 1) * 2 * from.bits(),
                                0))
                        .plus(Resources.rom(heapWords() / 2, 2L * from.bits(), fpga));
    }

    /** Blocks of RAM, one below another, in which the pairs of a serial search lie. */
    private long stacked(Fpga fpga) {
        return fpga.stackedBlocks(heapWords() / 2, 2L * from.bits());
    }

    /** A register for the code, a comparator, and the words that it chooses its threshold from. */
    private Resources searchStep(long words, Fpga fpga) {
        ThresholdCost cost = ThresholdCost.of(fpga);
        if (isInParts(words, fpga)) {
            long parts = Math.ceilDiv(words, Fpga.PART_WORDS);
            return Resources.logic(
                    fpga.lutsForRom(words, from.bits()) + cost.behindMemory() * from.bits(), (parts + 1) * from.bits());
        }
        if (isTruthTable(words, from.bits(), fpga)) {
            return Resources.logic(cost.searched(words) * from.bits(), from.bits());
        }
        return Resources.logic(cost.behindMemory() * from.bits(), from.bits())
                .plus(Resources.rom(words, from.bits(), fpga));
    }

    private Resources multiply(Fpga fpga) {
        ThresholdCost cost = ThresholdCost.of(fpga);
        double product = sets() == 1
                ? cost.addition() * from.bits() * Math.max(0, line.additions() - cost.freeAdditions())
                : cost.product() * from.bits() * line.multiplierBits();
        double sum = sets() == 1 ? cost.constantSum() : cost.sum();
        double luts = product + sum * line.sumBits() + 2.0 * to.bits();
        double offsets = columns(line.offsetBits());
        double coefficients = columns(line.multiplierBits() + line.offsetBits());
        long products = 2L * from.bits() + line.multiplierBits();
        long kept = Math.max(1, line.sumBits() - line.shift());
        // The multiplier is taken in two parts.
        int factors = fpga.multipliers() == 0 ? 0 : Math.min(2, line.multiplierBits());
        return new Resources(0, 0, 0, factors)
                .plus(Resources.logic(
                        luts + fpga.lutsForBit(sets()) * coefficients,
                        from.bits() + Math.round(coefficients + offsets) + products + kept + to.bits()));
    }

    /** A lane's share of the columns of a table of all sets, so many bits wide in each lane. */
    private double columns(long bits) {
        return sets() == 1 ? 0 : Resources.distinctColumns(sets(), lanes * bits) / lanes;
    }

    /** Truth tables beyond this many words take synthesis tools long. */
    private static final int LARGEST_TRUTH_TABLE = 1024;

    /** Whether so many words are a truth table, read in the cycle in which they are used, rather than a memory. */
    public static boolean isTruthTable(long words, long width, Fpga fpga) {
        return words <= LARGEST_TRUTH_TABLE && !fpga.prefersBlockRom(words, width);
    }
}
