package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.UInt;

/** Compares with all thresholds at once, then reads the level off the comparisons, which are ones up to it. */
final class ParallelThresholdsModule extends ThresholdingModule {
    ParallelThresholdsModule(Thresholding unit, ThresholdTable table, Fpga fpga) {
        super(unit, table, fpga, "all comparisons at once");
        Bool fire = wire().named("fire").comment("a word enters");
        Bool moves = pipeline(unit.stages(), fire, out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);
        UInt set = loop("set", unit.sets(), fire).value();
        UInt set1 = unit.sets() == 1 ? set : delayed("set1", set, moves);
        List<UInt> codes = new ArrayList<>();
        for (int lane = 0; lane < unit.lanes(); lane++) {
            UInt entered = delayed("value_" + lane, entering(in.data, lane), moves);
            boolean ahead = unit.looksUpAhead();
            UInt value = ahead ? delayed("compared_" + lane, entered, moves) : entered;
            List<Bool> reached = new ArrayList<>();
            for (int j = 0; j < table.levels(); j++) {
                String suffix = "_" + lane + "_" + (j + 1);
                int threshold = j;
                int ofLane = lane;
                List<BigInteger> bySet = IntStream.range(0, unit.sets())
                        .mapToObj(s -> threshold(s, ofLane, threshold))
                        .toList();
                boolean memory = !Thresholding.isTruthTable(bySet.size(), compared.bits(), fpga);
                UInt level = ahead
                        ? lookUpAhead(suffix, bySet, set1, memory, moves)
                        : lookUp("thresholds" + suffix, bySet, set1);
                reached.add(delayed("reached" + suffix, reached(value, level), moves));
            }
            codes.add(code(level(reached)));
        }
        out.data.set(pack(codes));
    }

    /** How many of an odd number of comparisons hold, those that do being the first ones. */
    private static UInt level(List<Bool> reached) {
        int middle = reached.size() / 2;
        UInt bit = reached.get(middle).asUInt();
        if (middle == 0) {
            return bit;
        }
        UInt below = level(reached.subList(0, middle));
        UInt above = level(reached.subList(middle + 1, reached.size()));
        return concat(bit, mux(reached.get(middle), above, below));
    }
}
