package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Adder;
import narrowband.accel.design.Fpga;
import narrowband.accel.network.CodeType;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Takes a word from each side in the same cycle and adds lane by lane. */
public final class AdderModule extends UnitModule {
    final Stream<UInt> left;
    final Stream<UInt> right;
    final Stream<UInt> out;

    public AdderModule(Adder unit, Fpga fpga) {
        super(unit, fpga);
        describe("Adds %s and %s lane by lane."
                .formatted(unit.left().element(), unit.right().element()));
        left = entering(unit.left().bits());
        right = entering(unit.right().bits());
        out = leaving(unit.left().lanes() * unit.to().bits());
        Bool fire = wire().named("fire");
        Bool moves = pipeline(1, fire, out);
        fire.set(moves.and(left.valid).and(right.valid));
        left.ready.set(moves.and(right.valid));
        right.ready.set(moves.and(left.valid));
        List<UInt> sums = new ArrayList<>();
        for (int i = 0; i < unit.left().lanes(); i++) {
            sums.add(widened(left.data, i, unit.left().element(), unit.to())
                    .wrappingPlus(widened(right.data, i, unit.right().element(), unit.to())));
        }
        out.data.set(delayed("sum", pack(sums), moves));
    }

    /** A lane as a pattern of the wider type. */
    static UInt widened(UInt word, int i, CodeType from, CodeType to) {
        UInt code = lane(word, i, from.bits());
        return from.signed() ? code.asSInt().extend(to.bits()).asUInt() : code.extend(to.bits());
    }
}
