package narrowband.hdlgen.unit;

import java.util.stream.IntStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.WidthConverter;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Gathers narrow words, the first in the low bits, or splits a wide one from its low bits on. */
public final class WidthConverterModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    public WidthConverterModule(WidthConverter unit, Fpga fpga) {
        super(unit, fpga);
        describe("Turns words of %d lanes into words of %d lanes."
                .formatted(unit.from().lanes(), unit.toLanes()));
        in = entering(unit.from().bits());
        out = leaving(unit.toLanes() * unit.from().element().bits());
        Bool fire = wire().named("fire");
        Loop part = loop("part", unit.ratio(), fire);
        if (unit.gathers()) {
            gather(fire, part);
        } else {
            split(fire, part, unit.shifts(fpga));
        }
    }

    private void gather(Bool fire, Loop part) {
        Bool moves = pipeline(1, fire.and(part.last()), out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);
        UInt word = reg(out.data.width()).named("word");
        when(fire, () -> word.set(concat(in.data, word.bits(word.width() - 1, in.data.width()))));
        out.data.set(word);
    }

    private void split(Bool fire, Loop part, boolean shifts) {
        Bool moves = pipeline(1, fire, out);
        fire.set(moves.and(part.first().not().or(in.valid)));
        in.ready.set(moves.and(part.first()));
        if (shifts) {
            shift(fire, part.first());
            return;
        }
        UInt word = delayed("word", in.data, fire.and(part.first()));
        UInt chosen = delayed("chosen", part.value(), moves);
        int width = out.data.width();
        out.data.set(select(
                chosen,
                IntStream.range(0, in.data.width() / width)
                        .mapToObj(i -> word.bits((i + 1) * width - 1, i * width))
                        .toList()));
    }

    /** The word moves down by a part with each step; what comes in at its upper end is not used. */
    private void shift(Bool fire, Bool first) {
        int width = out.data.width();
        int above = in.data.width() - width;
        UInt word = reg(in.data.width()).named("word");
        UInt below = mux(first, in.data.trunc(above), word.bits(word.width() - 1, width));
        when(fire, () -> word.set(concat(in.data.bits(in.data.width() - 1, above), below)));
        out.data.set(word.trunc(width));
    }
}
