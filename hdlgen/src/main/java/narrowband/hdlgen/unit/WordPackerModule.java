package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.WordPacker;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Gathers the words of a vector, and sends the last of them off with what there is. */
public final class WordPackerModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    public WordPackerModule(WordPacker unit, Fpga fpga) {
        super(unit, fpga);
        describe("Puts %d words of a vector of %d side by side.".formatted(unit.ratio(), unit.vectorWords()));
        in = entering(unit.from().bits());
        out = leaving(unit.outputs().getFirst().bits());
        Bool fire = wire().named("fire");
        Loop word = loop("word", unit.vectorWords(), fire);
        UInt place = reg(bitsFor(unit.ratio() - 1L), 0).named("place").comment("in the wide word");
        Bool ends = called("ends", word.last().or(place.eq(unit.ratio() - 1L)));
        when(fire, () -> place.set(mux(ends, UInt.of(place.width(), 0), place.wrappingPlus(1))));
        Bool moves = pipeline(1, fire.and(ends), out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);
        List<UInt> parts = new ArrayList<>();
        for (int p = 0; p < unit.ratio(); p++) {
            UInt part = reg(in.data.width()).named("part_" + p);
            Bool here = place.eq(p);
            when(fire.and(here), () -> part.set(in.data));
            if (p > 0) {
                when(fire.and(place.eq(0)), () -> part.set(0));
            }
            parts.add(part);
        }
        out.data.set(pack(parts));
    }
}
