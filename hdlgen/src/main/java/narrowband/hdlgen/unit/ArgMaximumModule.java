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
        Loop phase = loop("phase", 2, fire);
        Bool compares = called("compares", fire.and(phase.last()));
        Loop channel = loop("channel", unit.channels(), compares);
        Bool moves = pipeline(2, compares.and(channel.last()), out);
        fire.set(moves.and(phase.last().or(in.valid)));
        in.ready.set(moves.and(phase.first()));

        // First step: a score comes in. Second: it is compared. In the cycle after that it may displace the best.
        UInt score = delayed("score", aboveLowest(in.data, unit.from()), fire.and(phase.first()));
        UInt best = reg(in.data.width()).named("best");
        UInt index = reg(out.data.width()).named("index");
        UInt place = delayed("place", channel.value(), compares);
        Bool wins = delayed("wins", channel.first().or(score.gt(best)), compares);
        Bool compared = delayed("compared", compares, moves);
        when(moves.and(compared).and(wins), () -> {
            best.set(score);
            index.set(place);
        });
        out.data.set(index);
    }
}
