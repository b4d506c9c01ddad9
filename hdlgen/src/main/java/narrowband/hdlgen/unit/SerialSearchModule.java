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
 * A binary search, one bit a cycle, in a heap of thresholds: node 1 is the middle one, node {@code n} is followed by
 * {@code 2n} below it and {@code 2n + 1} from it on; below the leaves the path is the level.
 */
final class SerialSearchModule extends ThresholdingModule {
    SerialSearchModule(Thresholding unit, ThresholdTable table, Fpga fpga) {
        super(unit, table, fpga, "a binary search, one bit a cycle");
        int bits = unit.to().bits();
        Bool fire = wire().named("fire").comment("a step fires");
        Loop step = loop("step", bits, fire);
        Bool enters = called("enters", fire.and(step.last()));
        Bool moves = pipeline(2, enters, out);
        fire.set(moves.and(step.first().not().or(in.valid)));
        in.ready.set(moves.and(step.first()));
        UInt set = loop("set", unit.sets(), enters).value();
        UInt set1 = unit.sets() == 1 ? set : delayed("set1", set, moves);

        List<UInt> codes = new ArrayList<>();
        for (int lane = 0; lane < unit.lanes(); lane++) {
            UInt value = delayed("value_" + lane, entering(in.data, lane), fire.and(step.first()));
            UInt node = reg(bits).named("node_" + lane).comment("of the heap, compared with in this cycle");
            Bool reached = wire().named("reached_" + lane);
            UInt level = concat(node.trunc(bits - 1), reached);
            UInt next = mux(step.first(), UInt.of(bits, 1), level);
            when(moves, () -> node.set(next));
            List<BigInteger> heap = heap(lane);
            UInt threshold = Thresholding.isTruthTable(heap.size(), compared.bits(), fpga)
                    ? lookUp("thresholds_" + lane, heap, address(set1, node))
                    : rom(compared.bits(), heap, romStyle(heap.size(), compared.bits()))
                            .named("thresholds_" + lane)
                            .readSync(address(set, next), moves)
                            .named("threshold_" + lane);
            reached.set(reached(value, threshold));
            codes.add(code(delayed("level_" + lane, level, moves)));
        }
        out.data.set(pack(codes));
    }

    private UInt address(UInt set, UInt node) {
        return unit.sets() == 1 ? node : concat(set, node);
    }

    /** For each set, a heap from node 0, which is none, on. */
    private List<BigInteger> heap(int lane) {
        List<BigInteger> words = new ArrayList<>();
        for (int set = 0; set < unit.sets(); set++) {
            words.add(BigInteger.ZERO);
            for (int level = 0; level < unit.to().bits(); level++) {
                for (int prefix = 0; prefix < 1 << level; prefix++) {
                    int code = (2 * prefix + 1) << (unit.to().bits() - 1 - level);
                    words.add(threshold(set, lane, code - 1));
                }
            }
        }
        return words;
    }
}
