package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fork;
import narrowband.accel.design.Fpga;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** One register in front of several outputs, which take its word in the same cycle. */
public final class ForkModule extends UnitModule {
    final Stream<UInt> in;
    private final List<Stream<UInt>> outs = new ArrayList<>();

    public ForkModule(Fork unit, Fpga fpga) {
        super(unit, fpga);
        describe("Copies a stream to %d.".formatted(unit.copies()));
        int bits = unit.stream().bits();
        in = entering(bits);
        for (int copy = 0; copy < unit.copies(); copy++) {
            outs.add(leaving(bits).named("out_" + copy));
        }
        Bool valid = reg(false).named("valid");
        Bool moves = moves(in.valid, outs);
        when(moves, () -> valid.set(in.valid));
        in.ready.set(moves);
        UInt word = delayed("word", in.data, moves);
        for (int copy = 0; copy < unit.copies(); copy++) {
            outs.get(copy).valid.set(valid.and(allReady(copy)));
            outs.get(copy).data.set(word);
        }
    }

    /** Whether all outputs but for one have room. */
    private Bool allReady(int except) {
        Bool ready = Bool.TRUE;
        for (int copy = 0; copy < outs.size(); copy++) {
            if (copy != except) {
                ready = ready.and(outs.get(copy).ready);
            }
        }
        return ready;
    }
}
