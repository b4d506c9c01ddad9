package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.LinearThresholds;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/** What all ways to requantise share: streams, lanes, comparators and the thresholds themselves. */
abstract sealed class ThresholdingModule extends UnitModule
        permits ParallelThresholdsModule, PipelinedSearchModule, SerialSearchModule, MultiplyShiftModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    final Thresholding unit;
    final ThresholdTable table;
    final Fpga fpga;

    /** Holds every incoming code and every threshold, those that are never reached included. */
    final CodeType compared;

    ThresholdingModule(Thresholding unit, ThresholdTable table, Fpga fpga, String how) {
        super(unit, fpga);
        this.unit = unit;
        this.table = table;
        this.fpga = fpga;
        describe("Turns codes of %s into codes of %s: %s, %s."
                .formatted(
                        unit.from(),
                        unit.to(),
                        how,
                        unit.perChannel() ? "each channel with its own thresholds" : "all channels alike"));
        parameter("channels", unit.channels());
        parameter("lanes", unit.lanes());
        in = entering(unit.lanes() * unit.from().bits());
        out = leaving(unit.lanes() * unit.to().bits());
        long highest = unit.from().max();
        for (int channel = 0; channel < table.rows(); channel++) {
            for (int j = 0; j < table.levels(); j++) {
                highest = Math.max(highest, clipped(table.threshold(channel, j)));
            }
        }
        compared = CodeType.ofRange(0, highest - unit.from().min());
    }

    static ThresholdingModule of(Thresholding unit, ThresholdTable table, Fpga fpga) {
        return switch (unit.method()) {
            case PARALLEL -> new ParallelThresholdsModule(unit, table, fpga);
            case PIPELINED -> new PipelinedSearchModule(unit, table, fpga);
            case SERIAL -> new SerialSearchModule(unit, table, fpga);
            case MULTIPLY ->
                new MultiplyShiftModule(
                        unit, table, LinearThresholds.of(table, unit.from()).orElseThrow(), fpga);
        };
    }

    /** What the code that comes in on a lane is above the lowest of its type: of comparisons with signs synthesis makes longer ways. */
    final UInt entering(UInt word, int lane) {
        return aboveLowest(lane(word, lane, unit.from().bits()), unit.from());
    }

    /** The code of a level. */
    final UInt code(UInt level) {
        int bits = unit.to().bits();
        return unit.to().signed() ? level.xor(UInt.of(bits, 1L << (bits - 1))) : level;
    }

    /** Whether a value is not below a threshold. Said like this, synthesis needs a carry chain and nothing beside it that looks for equality. */
    static Bool reached(UInt value, UInt threshold) {
        return value.lt(threshold).not();
    }

    /** Threshold {@code j} of one of the sets of a lane, above the lowest code. */
    final BigInteger threshold(int set, int lane, int j) {
        int channel = unit.perChannel() ? set * unit.lanes() + lane : 0;
        return BigInteger.valueOf(
                (long) clipped(table.threshold(channel, j)) - unit.from().min());
    }

    /**
     * The thresholds that a search may need at one level of one lane: for each set, for each prefix of bits found so far.
     *
     * @param level bits found before, counted from the most significant
     */
    final List<BigInteger> searched(int lane, int level) {
        List<BigInteger> thresholds = new ArrayList<>();
        for (int set = 0; set < unit.sets(); set++) {
            thresholds.addAll(searched(set, lane, level));
        }
        return thresholds;
    }

    /** The same of one set. */
    final List<BigInteger> searched(int set, int lane, int level) {
        List<BigInteger> thresholds = new ArrayList<>();
        for (int prefix = 0; prefix < 1 << level; prefix++) {
            int code = (2 * prefix + 1) << (unit.to().bits() - 1 - level);
            thresholds.add(threshold(set, lane, code - 1));
        }
        return thresholds;
    }

    /** A truth table's word; the word itself where there is but one. */
    final UInt lookUp(String name, List<BigInteger> words, UInt address) {
        return words.size() == 1
                ? UInt.of(compared.bits(), words.getFirst())
                : rom(compared.bits(), words, Style.LOGIC).named(name).read(address);
    }

    /** A threshold in the cycle after its address: in a register behind a truth table, or out of a memory. */
    final UInt lookUpAhead(String suffix, List<BigInteger> words, UInt address, boolean memory, Bool moves) {
        if (words.size() == 1) {
            return UInt.of(compared.bits(), words.getFirst());
        }
        if (!memory) {
            return delayed("threshold" + suffix, lookUp("thresholds" + suffix, words, address), moves);
        }
        return romOf(compared.bits(), words)
                .named("thresholds" + suffix)
                .readSync(address, moves)
                .named("threshold" + suffix);
    }

    /** A threshold below the range is always reached, one above never: the nearest that says the same. */
    private int clipped(int threshold) {
        return Math.toIntExact(
                Math.clamp(threshold, unit.from().min(), unit.from().max() + 1L));
    }
}
