package narrowband.hdlgen.unit;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SlidingWindow;
import narrowband.hdl.Bool;
import narrowband.hdl.SInt;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** What sliding windows share: their streams, and the counters over which filling and walking wait for each other. */
abstract sealed class WindowModule extends UnitModule permits SlidingWindowModule, BankedWindowModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    final SlidingWindow unit;
    /** Whether a row may be filled. */
    final Bool rowIsFree;

    /** Whether all rows are complete that the present output row waits for. */
    final Bool rowsAreReady;

    /** 1 where the first word of a row comes in; the subclass sets it. */
    final Bool taken;

    /** 1 where the last word of a row comes in; the subclass sets it. */
    final Bool filled;

    /** A word goes out: the walk moves on, and the step that it had asked for fires. */
    final Bool fire;

    /** Rows that may be filled, less one. */
    private final SInt spareRows;
    /** Complete rows that are not yet released, less those that the present output row waits for. */
    private final SInt surplusRows;

    WindowModule(SlidingWindow unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("Turns an image of %s into its %dx%d windows, stride %d, padding %d."
                .formatted(unit.input(), unit.kernelHeight(), unit.kernelWidth(), unit.stride(), unit.padding()));
        parameter("lanes", unit.lanes());
        parameter("buffer_rows", unit.bufferRows());
        in = entering(unit.inputs().getFirst().bits());
        out = leaving(unit.outputs().getFirst().bits());
        // Signs are read at once; comparisons would come before everything that a step moves.
        int counterBits = bitsFor(unit.bufferRows()) + 1;
        spareRows = signedReg(counterBits, unit.bufferRows() - 1L)
                .named("spare_rows")
                .comment("rows that may be filled, less one");
        surplusRows = signedReg(counterBits, -unit.neededRows(0))
                .named("surplus_rows")
                .comment("complete rows, less those that the present output row waits for");
        rowIsFree = spareRows.isNegative().not();
        rowsAreReady = surplusRows.isNegative().not();
        taken = wire().named("row_taken");
        filled = wire().named("row_filled");
        fire = wire().named("fire").comment("a word of a window goes out");
    }

    /**
     * The walk is a step ahead of what goes out: addresses and all that depends on where it stands are registers when the step
     * fires, and memories are read at addresses that may not be filled yet, for words that nobody takes. So the first step after a reset is none, and only has the first word asked for.
     *
     * @param windowRow the walk's loop over rows of windows
     * @param windowColumn the loop within it
     * @return whether the pipeline moves
     */
    final Bool goOut(Loop windowRow, Loop windowColumn) {
        Bool begins = reg(true).named("begins").comment("no word has been asked for");
        Bool endsRow = reg(false).named("row_ends").comment("the next word is the last of its output row");
        Bool startsRow = reg(false).named("row_starts").comment("the next word is the first of its output row");
        when(fire, () -> {
            begins.set(false);
            endsRow.set(windowColumn.over());
            startsRow.set(endsRow.or(begins));
        });
        Bool moves = pipeline(SlidingWindow.STAGES, fire.and(begins.not()), out);
        fire.set(moves.and(startsRow.not().or(rowsAreReady)));
        countRows(windowRow, windowColumn.ends(), called("window_row_ends", fire.and(endsRow)));
        return moves;
    }

    /** Whether the word that may come in is the first of its row. */
    final Bool beginsRow(Loop word, Bool fills) {
        if (unit.rowWords() == 1) {
            return Bool.TRUE;
        }
        Bool begins = reg(true).named("fill_begins").comment("the next word is the first of its row");
        when(fills, () -> begins.set(word.last()));
        return begins;
    }

    private void countRows(Loop outputRow, Bool walkEndsRow, Bool rowEnds) {
        int height = unit.windows().height();
        long[] released =
                IntStream.range(0, height).mapToLong(unit::releasedRows).toArray();
        long[] more = IntStream.range(0, height)
                .mapToLong(y -> unit.releasedRows(y) + unit.neededRows((y + 1) % height) - unit.neededRows(y))
                .toArray();
        UInt freed = asked("released_rows", along("next_released_rows", outputRow, walkEndsRow, released), released);
        UInt asked = asked("asked_rows", along("next_asked_rows", outputRow, walkEndsRow, more), more)
                .comment("by which the need of the next output row is further on");
        // Events come late: what each of them leads to is there when they do.
        int width = spareRows.width();
        SInt spare = spareRows.wrappingPlus(signed(freed, width)).named("spare_rows_freed");
        spareRows.set(mux(rowEnds, lessOne(spare, taken), lessOne(spareRows, taken)));
        SInt one = SInt.of(width, 1);
        SInt needed = surplusRows.wrappingMinus(signed(asked, width)).named("surplus_rows_asked");
        surplusRows.set(mux(
                filled,
                mux(rowEnds, needed.wrappingPlus(one), surplusRows.wrappingPlus(one)),
                mux(rowEnds, needed, surplusRows)));
    }

    private SInt lessOne(SInt rows, Bool one) {
        return mux(one, rows.wrappingMinus(SInt.of(rows.width(), 1)), rows);
    }

    /** What was so where the walk stood when it asked for the word that goes out; no register where it is always the same. */
    private UInt asked(String name, UInt walked, long[] table) {
        return LongStream.of(table).distinct().count() == 1 ? walked : delayed(name, walked, fire);
    }

    private static SInt signed(UInt value, int width) {
        return value.extend(width).asSInt();
    }

    static WindowModule of(SlidingWindow unit, Fpga fpga) {
        return unit.word() == SlidingWindow.Word.TAP
                ? new SlidingWindowModule(unit, fpga)
                : new BankedWindowModule(unit, fpga);
    }
}
