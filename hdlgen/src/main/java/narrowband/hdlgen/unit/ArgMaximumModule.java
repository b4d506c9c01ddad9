package narrowband.hdlgen.unit;

import narrowband.accel.design.ArgMaximum;
import narrowband.accel.design.Fpga;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Keeps the best score so far and where it was; a later equal score does not displace it. */
public final class ArgMaximumModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    public ArgMaximumModule(ArgMaximum unit, Fpga fpga) {
        super(unit, fpga);
        describe("Finds the index of the largest of %d scores.".formatted(unit.channels()));
        in = entering(unit.from().bits());
        out = leaving(unit.to().bits());
        Bool fire = wire().named("fire");
        Loop channel = loop("channel", unit.channels(), fire);
        Bool moves = pipeline(2, fire.and(channel.last()), out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);

        // Stage 1: a score and where it stands.
        UInt score = delayed("score", in.data, moves);
        UInt place = delayed("place", channel.value(), moves);
        Bool first = delayed("first", channel.first(), moves);
        Bool works = delayed("works", fire, moves);

        // Stage 2: the best so far.
        UInt best = reg(in.data.width()).named("best");
        UInt index = reg(out.data.width()).named("index");
        Bool larger = unit.from().signed() ? score.asSInt().gt(best.asSInt()) : score.gt(best);
        when(moves.and(works).and(first.or(larger)), () -> {
            best.set(score);
            index.set(place);
        });
        out.data.set(index);
    }
}
