package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.TopScores;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Keeps the best scores so far in order; an equal score that comes later goes behind. */
public final class TopScoresModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final TopScores unit;

    /** A place in the order; {@code taken} holds where there is a score in it. */
    private record Place(Bool taken, UInt score, UInt index) {}

    public TopScoresModule(TopScores unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("Finds the %d largest of %d scores, in order.".formatted(unit.count(), unit.channels()));
        in = entering(unit.from().bits());
        out = leaving(unit.outputs().getFirst().bits());
        Bool fire = wire().named("fire");
        Bool writes = reg(false).named("writes").comment("all scores are in, the places go out");
        Bool sorts = called("sorts", fire.and(writes.not()));
        Loop phase = loop("phase", 2, sorts);
        Bool compares = called("compares", sorts.and(phase.last()));
        Loop channel = loop("channel", unit.channels(), compares);
        Bool written = called("written", fire.and(writes));
        Loop rank = loop("rank", unit.count(), written);
        when(compares.and(channel.last()), () -> writes.set(true))
                .elseWhen(written.and(rank.last()), () -> writes.set(false));
        Bool moves = pipeline(2, written, out);
        Bool waits = writes.not().and(phase.first());
        fire.set(moves.and(waits.not().or(in.valid)));
        in.ready.set(moves.and(waits));

        // First step: a score comes in. Second: it is compared. In the cycle after that places move.
        UInt score = delayed("score", in.data, sorts.and(phase.first()));
        UInt index = delayed("index", channel.value(), compares);
        Bool first = delayed("first", channel.first(), compares);
        Bool compared = called("places_move", moves.and(delayed("compared", compares, moves)));
        Bool leaves = called("place_leaves", out.valid.and(out.ready));
        sort(score, index, first, compares, compared, leaves);
    }

    private void sort(UInt score, UInt index, Bool first, Bool compares, Bool compared, Bool leaves) {
        List<Place> places = new ArrayList<>();
        List<Bool> beaten = new ArrayList<>();
        for (int i = 0; i < unit.count(); i++) {
            Place place = new Place(
                    reg(false).named("taken_" + i),
                    reg(score.width()).named("score_" + i),
                    reg(index.width()).named("class_" + i));
            places.add(place);
            Bool larger = unit.from().signed() ? score.asSInt().gt(place.score().asSInt()) : score.gt(place.score());
            beaten.add(delayed("beaten_" + i, place.taken().not().or(larger), compares));
        }
        for (int i = 0; i < unit.count(); i++) {
            Place place = places.get(i);
            // The first score of an image beats whatever the last image left.
            Bool moved = i == 0 ? Bool.FALSE : beaten.get(i - 1).and(first.not());
            Bool takes = first.or(beaten.get(i));
            Place above = i == 0 ? place : places.get(i - 1);
            UInt nextScore = mux(moved, above.score(), score);
            UInt nextIndex = mux(moved, above.index(), index);
            int rank = i;
            when(compared.and(takes), () -> {
                place.taken()
                        .set(rank == 0 ? Bool.TRUE : first.not().and(moved.not().or(above.taken())));
                place.score().set(nextScore);
                place.index().set(nextIndex);
            });
            if (i + 1 < unit.count()) {
                Place below = places.get(i + 1);
                when(leaves, () -> {
                    place.score().set(below.score());
                    place.index().set(below.index());
                });
            }
        }
        Place best = places.getFirst();
        int bits = unit.to().bits();
        UInt code = unit.from().signed()
                ? best.score().asSInt().extend(bits).asUInt()
                : best.score().extend(bits);
        out.data.set(pack(List.of(best.index().extend(bits), code)));
    }
}
