package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.SInt;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** A pipelined binary search: stage {@code s} compares with the threshold that the bits found so far point at. */
public final class ThresholdingModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final Thresholding unit;
    private final ThresholdTable table;
    /** Holds every incoming code and every threshold, those that are never reached included. */
    private final CodeType compared;

    public ThresholdingModule(Thresholding unit, ThresholdTable table, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        this.table = table;
        describe("Turns codes of %s into codes of %s by a binary search in %s."
                .formatted(
                        unit.from(), unit.to(), unit.perChannel() ? "each channel's thresholds" : "common thresholds"));
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
        compared = CodeType.ofRange(unit.from().min(), highest);

        int bits = unit.to().bits();
        Bool fire = wire().named("fire").comment("a word enters");
        Bool moves = pipeline(bits, fire, out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);
        Loop fold = loop("fold", unit.perChannel() ? unit.channelFolds() : 1, fire);

        List<UInt> codes = new ArrayList<>();
        List<UInt> folds = new ArrayList<>();
        UInt foldHere = fold.value();
        for (int stage = 1; stage < bits && unit.perChannel() && unit.channelFolds() > 1; stage++) {
            foldHere = delayed("fold" + stage, foldHere, moves);
            folds.add(foldHere);
        }
        for (int lane = 0; lane < unit.lanes(); lane++) {
            codes.add(search(lane, fold.value(), folds, moves));
        }
        out.data.set(pack(codes));
    }

    /** One lane's pipeline; the code at the last stage. */
    private UInt search(int lane, UInt fold, List<UInt> folds, Bool moves) {
        int bits = unit.to().bits();
        UInt value = lane(in.data, lane, unit.from().bits());
        UInt found = null;
        for (int level = 0; level < bits; level++) {
            String suffix = "_" + lane + "_" + (level + 1);
            UInt foldHere = level == 0 ? fold : folds.isEmpty() ? fold : folds.get(level - 1);
            UInt threshold = threshold(lane, level, foldHere, found, moves);
            value = delayed("value" + suffix, value, moves);
            UInt prefix = found == null ? null : delayed("found" + suffix, found, moves);
            Bool reached = reached(value, threshold).named("reached" + suffix);
            found = prefix == null ? reached.asUInt() : concat(prefix, reached);
        }
        return unit.to().signed() ? found.xor(UInt.of(bits, 1L << (bits - 1))) : found;
    }

    private Bool reached(UInt value, UInt threshold) {
        if (!unit.from().signed()) {
            return value.ge(threshold);
        }
        SInt left = value.asSInt();
        return left.ge(threshold.asSInt());
    }

    /** The threshold that decides bit {@code level}, one cycle after its address is known. */
    private UInt threshold(int lane, int level, UInt fold, UInt found, Bool moves) {
        int words = Math.toIntExact(unit.thresholdWords(level));
        List<BigInteger> contents = new ArrayList<>();
        for (int word = 0; word < words; word++) {
            int channel = (word >> level) * unit.lanes() + lane;
            int prefix = word & ((1 << level) - 1);
            int code = (2 * prefix + 1) << (unit.to().bits() - 1 - level);
            contents.add(BigInteger.valueOf(compared.pattern(clipped(table.threshold(channel, code - 1)))));
        }
        if (words == 1) {
            return UInt.of(compared.bits(), contents.getFirst());
        }
        boolean folds = unit.perChannel() && unit.channelFolds() > 1;
        UInt address = !folds ? found : level == 0 ? fold : concat(fold, found);
        return rom(compared.bits(), contents, romStyle(words, compared.bits()))
                .named("thresholds_" + lane + "_" + (level + 1))
                .readSync(address, moves)
                .named("threshold_" + lane + "_" + (level + 1));
    }

    /** A threshold below the range is always reached, one above never: the nearest that says the same. */
    private int clipped(int threshold) {
        return Math.toIntExact(
                Math.clamp(threshold, unit.from().min(), unit.from().max() + 1L));
    }
}
