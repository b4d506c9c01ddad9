package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.IdentityShortcut;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Walks over the positions that come in, drops those between the ones that pass, and puts zeros around what passes. */
public final class IdentityShortcutModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final IdentityShortcut unit;

    public IdentityShortcutModule(IdentityShortcut unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("Passes one of %d positions in each direction, %d channels of zeros before its own and %d after."
                .formatted(unit.stride(), unit.channelsBefore(), unit.channelsAfter()));
        parameter("stride", unit.stride());
        parameter("lanes", unit.lanes());
        in = entering(unit.inputs().getFirst().bits());
        out = leaving(unit.outputs().getFirst().bits());

        Bool fire = wire().named("fire");
        Bool ends = wire().named("ends").comment("the last word of a position");
        Passage passage = passage(called("next", fire.and(ends)));
        Bool moves = pipeline(1, fire.and(passage.now()), out);
        Bool reads;
        UInt passing;
        if (unit.wordsBefore() + unit.words() + unit.wordsAfter() == 1) {
            ends.set(true);
            reads = Bool.TRUE;
            passing = in.data;
        } else {
            UInt word = word(fire, ends, passage);
            reads = called("reads", comesIn(word));
            passing = mux(reads, in.data, UInt.of(in.data.width(), 0));
        }
        fire.set(moves.and(reads.not().or(in.valid)));
        in.ready.set(moves.and(reads));
        out.data.set(surrounded(delayed("passing", passing, moves)));
    }

    /** Whether the position under way passes, and whether the next one will. */
    private record Passage(Bool now, Bool next) {}

    /** @param next whether a position's last word fires */
    private Passage passage(Bool next) {
        if (unit.stride() == 1) {
            return new Passage(Bool.TRUE, Bool.TRUE);
        }
        Loop column = loop("column", unit.from().width(), next);
        Bool nextRow = called("next_row", next.and(column.last()));
        Loop row = loop("row", unit.from().height(), nextRow);
        UInt columnPhase = phase("column_phase", next, column.last());
        UInt rowPhase = phase("row_phase", nextRow, row.last());
        Bool sameRow = column.last().not();
        Bool passes = called(
                "next_passes",
                after(columnPhase, column.last())
                        .eq(0)
                        .and(mux(sameRow, rowPhase, after(rowPhase, row.last())).eq(0)));
        Bool now = reg(true).named("passes").comment("the position passes");
        when(next, () -> now.set(passes));
        return new Passage(now, passes);
    }

    /** Counts from one row or column that passes to the next, anew where they end. */
    private UInt phase(String name, Bool steps, Bool ends) {
        UInt phase = reg(bitsFor(unit.stride() - 1L), 0).named(name);
        when(steps, () -> phase.set(after(phase, ends)));
        return phase;
    }

    private UInt after(UInt phase, Bool ends) {
        return mux(ends.or(phase.eq(unit.stride() - 1L)), UInt.of(phase.width(), 0), phase.wrappingPlus(1));
    }

    /** Counts the words of a position with its zeros; of one that is dropped, only those that come in. */
    private UInt word(Bool fire, Bool ends, Passage passage) {
        int before = unit.wordsBefore();
        int all = before + unit.words() + unit.wordsAfter();
        UInt word = reg(bitsFor(all - 1L), 0).named("word_index");
        UInt start = mux(passage.next(), UInt.of(word.width(), 0), UInt.of(word.width(), before));
        when(fire, () -> word.set(mux(ends, start, word.wrappingPlus(1))));
        ends.set(mux(passage.now(), word.eq(all - 1L), word.eq(before + unit.words() - 1L)));
        return word;
    }

    /** Whether the word is one of those that come in. */
    private Bool comesIn(UInt word) {
        int before = unit.wordsBefore();
        Bool begun = before == 0 ? Bool.TRUE : word.ge(before);
        return unit.wordsAfter() == 0 ? begun : begun.and(word.lt((long) before + unit.words()));
    }

    /** A word that goes out: as it came in, or a whole position with its zeros beside it. */
    private UInt surrounded(UInt word) {
        if (!unit.isWhole()) {
            return word;
        }
        List<UInt> parts = new ArrayList<>();
        zeros(unit.channelsBefore(), parts);
        parts.add(word);
        zeros(unit.channelsAfter(), parts);
        return pack(parts);
    }

    private void zeros(int channels, List<UInt> parts) {
        if (channels > 0) {
            parts.add(UInt.of(channels * unit.type().bits(), 0));
        }
    }
}
