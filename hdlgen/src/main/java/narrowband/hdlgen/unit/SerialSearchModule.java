package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * A binary search, one bit a cycle, in a heap of thresholds: node 1 is the middle one, node {@code n} is followed by
 * {@code 2n} below it and {@code 2n + 1} from it on; below the leaves the path is the level. The thresholds of both followers
 * are read while a node is compared, so that no comparison waits for a memory.
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

        List<UInt> codes = new ArrayList<>();
        for (int lane = 0; lane < unit.lanes(); lane++) {
            UInt value = delayed("value_" + lane, entering(in.data, lane), fire.and(step.first()));
            UInt node = reg(bits).named("node_" + lane).comment("of the heap, compared with in this cycle");
            Bool reached = wire().named("reached_" + lane);
            UInt level = concat(node.trunc(bits - 1), reached);
            when(moves, () -> node.set(mux(step.first(), UInt.of(bits, 1), level)));
            // The parent of the node that comes next; node 1 follows none.
            UInt parent = mux(step.first(), UInt.of(bits - 1, 0), node.trunc(bits - 1));
            UInt pair = pair("thresholds_" + lane, heap(lane), address(set, parent), moves);
            UInt below = pair.trunc(compared.bits());
            UInt above = pair.bits(2 * compared.bits() - 1, compared.bits());
            reached.set(reached(value, mux(node.bit(0), above, below).named("threshold_" + lane)));
            codes.add(code(delayed("level_" + lane, level, moves)));
        }
        out.data.set(pack(codes));
    }

    private UInt address(UInt set, UInt parent) {
        return unit.sets() == 1 ? parent : concat(set, parent);
    }

    /** Two neighbours of the heap, a cycle later: the second in the high bits. */
    private UInt pair(String name, List<BigInteger> heap, UInt address, Bool moves) {
        List<BigInteger> pairs = new ArrayList<>();
        for (int word = 0; word < heap.size(); word += 2) {
            pairs.add(heap.get(word + 1).shiftLeft(compared.bits()).or(heap.get(word)));
        }
        int width = 2 * compared.bits();
        if (Thresholding.isTruthTable(pairs.size(), width, fpga)) {
            return delayed(
                    name + "_read", rom(width, pairs, Style.LOGIC).named(name).read(address), moves);
        }
        return romOf(width, pairs).named(name).readSync(address, moves).named(name + "_read");
    }

    /** For each set, a heap from node 0, which is none, on. */
    private List<BigInteger> heap(int lane) {
        List<BigInteger> words = new ArrayList<>();
        for (int set = 0; set < unit.sets(); set++) {
            words.add(BigInteger.ZERO);
            for (int level = 0; level < unit.to().bits(); level++) {
                words.addAll(searched(set, lane, level));
            }
        }
        return words;
    }
}
