package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.UInt;

/**
 * A pipelined binary search: each stage compares with the threshold that the bits found so far point at; or each second one,
 * and those between look the threshold up; or each third one, where a memory is slow to answer or a table deep.
 */
final class PipelinedSearchModule extends ThresholdingModule {
    PipelinedSearchModule(Thresholding unit, ThresholdTable table, Fpga fpga) {
        super(unit, table, fpga, "a binary search, one bit a stage");
        Bool fire = wire().named("fire").comment("a word enters");
        Bool moves = pipeline(unit.stages(), fire, out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);

        // Which set of thresholds counts, as the word enters and in each stage.
        List<UInt> sets = new ArrayList<>();
        sets.add(loop("set", unit.sets(), fire).value());
        int last = unit.to().bits() - 1;
        int used = unit.looksUpAhead() ? stagesBefore(last) : unit.stages();
        for (int stage = 1; stage <= used && unit.sets() > 1; stage++) {
            sets.add(delayed("set" + stage, sets.getLast(), moves));
        }
        List<UInt> codes = new ArrayList<>();
        for (int lane = 0; lane < unit.lanes(); lane++) {
            codes.add(code(unit.looksUpAhead() ? searchAhead(lane, sets, moves) : search(lane, sets, moves)));
        }
        out.data.set(pack(codes));
    }

    /** One lane's pipeline; the level at the last stage. */
    private UInt search(int lane, List<UInt> sets, Bool moves) {
        UInt value = entering(in.data, lane);
        UInt found = UInt.of(1, 0);
        for (int level = 0; level < unit.to().bits(); level++) {
            String suffix = "_" + lane + "_" + (level + 1);
            List<BigInteger> thresholds = searched(lane, level);
            value = delayed("value" + suffix, value, moves);
            UInt threshold;
            UInt before = level == 0 ? found : delayed("found" + suffix, found, moves);
            if (Thresholding.isTruthTable(thresholds.size(), compared.bits(), fpga)) {
                UInt set = unit.sets() == 1 ? sets.getFirst() : sets.get(level + 1);
                threshold = lookUp("thresholds" + suffix, thresholds, address(set, before, level));
            } else {
                // A memory takes its address a stage ahead.
                UInt set = unit.sets() == 1 ? sets.getFirst() : sets.get(level);
                threshold = romOf(compared.bits(), thresholds)
                        .named("thresholds" + suffix)
                        .readSync(address(set, found, level), moves)
                        .named("threshold" + suffix);
            }
            Bool reached = reached(value, threshold).named("reached" + suffix);
            found = level == 0 ? reached.asUInt() : concat(before, reached);
        }
        return found;
    }

    /** The stages of the levels before one, where they look up ahead. */
    private int stagesBefore(int level) {
        int stages = 0;
        for (int before = 0; before < level; before++) {
            stages += unit.holdsLevel(before) ? 3 : 2;
        }
        return stages;
    }

    /** The same, with two stages for a bit, or three. */
    private UInt searchAhead(int lane, List<UInt> sets, Bool moves) {
        UInt value = entering(in.data, lane);
        UInt found = UInt.of(1, 0);
        for (int level = 0; level < unit.to().bits(); level++) {
            String suffix = "_" + lane + "_" + (level + 1);
            UInt set = unit.sets() == 1 ? sets.getFirst() : sets.get(stagesBefore(level));
            boolean holds = unit.holdsLevel(level);
            List<BigInteger> thresholds = searched(lane, level);
            UInt address = address(set, found, level);
            UInt threshold = unit.isInParts(thresholds.size(), fpga)
                    ? readInParts("thresholds" + suffix, compared.bits(), thresholds, address, moves)
                    : lookUpAhead(suffix, thresholds, address, holds, moves);
            UInt compares = delayed("compared" + suffix, value, moves);
            UInt before = level == 0 ? found : delayed("found_before" + suffix, found, moves);
            if (holds) {
                threshold = delayed("held_threshold" + suffix, threshold, moves);
                compares = delayed("held" + suffix, compares, moves);
                before = level == 0 ? before : delayed("held_found" + suffix, before, moves);
            }
            UInt reached =
                    delayed("reached" + suffix, reached(compares, threshold).asUInt(), moves);
            found = level == 0 ? reached : concat(delayed("found" + suffix, before, moves), reached);
            boolean last = level == unit.to().bits() - 1;
            value = last ? value : delayed("value" + suffix, compares, moves);
        }
        return found;
    }

    private UInt address(UInt set, UInt found, int level) {
        if (unit.sets() == 1) {
            return found;
        }
        return level == 0 ? set : concat(set, found);
    }
}
