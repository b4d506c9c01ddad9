package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.SlidingWindow.Word;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;

/**
 * A window of several taps in a word. Column {@code x} of the image lies in bank {@code x mod kernelWidth}, so that the columns
 * of a kernel row, wherever it begins, lie in different banks; for a whole window each row of the line buffer has banks of its
 * own. What the banks give is rotated into the kernel's order.
 *
 * <p>Row {@code r} of the stream of images lies in row {@code r mod bufferRows} of the buffer. The walk keeps the buffer row
 * of the first kernel row, and counts rows above and below the image as if they were there.
 */
public final class BankedWindowModule extends WindowModule {
    private final int columns;
    private final int slots;
    private final boolean whole;
    /** Banks by row of the buffer (one for all rows where words are kernel rows) and by column modulo the kernel's width. */
    private final List<List<Ram>> banks = new ArrayList<>();

    public BankedWindowModule(SlidingWindow unit, Fpga fpga) {
        super(unit, fpga);
        columns = unit.kernelWidth();
        slots = unit.bufferRows();
        whole = unit.word() == Word.WINDOW;
        parameter("taps", unit.taps());
        int bits = in.data.width();
        for (int slot = 0; slot < (whole ? slots : 1); slot++) {
            List<Ram> row = new ArrayList<>();
            for (int column = 0; column < columns; column++) {
                Ram bank = ram(bits, unit.bankWords(), bufferStyle(unit.bankWords(), bits))
                        .ignoringCollisions()
                        .ignoringStart();
                row.add(bank.named(whole ? "bank_%d_%d".formatted(slot, column) : "bank_" + column));
            }
            banks.add(row);
        }
        fill();
        walk();
    }

    /** The words of a buffer row in each bank. */
    private int words() {
        return Math.ceilDiv(unit.input().width(), columns);
    }

    /** Takes rows in while there is room for a whole one. */
    private void fill() {
        Bool fills = wire().named("fills");
        Loop word = loop("fill_word", unit.rowWords(), fills);
        Bool begins = beginsRow(word, fills);
        in.ready.set(begins.not().or(rowIsFree));
        fills.set(in.fire());
        Bool rowFilled = called("fill_row_ends", fills.and(word.last()));
        taken.set(fills.and(begins));
        filled.set(rowFilled);

        Counter column = counter("fill_column", columns, 0);
        Counter slot = counter("fill_slot", slots, 0);
        UInt address = reg(bitsFor(unit.bankWords() - 1L), 0).named("fill_address");
        UInt nextStart = whole ? UInt.of(address.width(), 0) : nextRowStart(slot, rowFilled);
        when(rowFilled, () -> {
                    column.set(UInt.of(1, 0));
                    slot.set(slot.next(1));
                    address.set(nextStart);
                })
                .elseWhen(fills, () -> {
                    column.set(column.next(1));
                    when(column.value().eq(columns - 1L), () -> address.set(address.wrappingPlus(1)));
                });
        for (int row = 0; row < banks.size(); row++) {
            Bool here = whole ? fills.and(slot.value().eq(row)) : fills;
            for (int bank = 0; bank < columns; bank++) {
                Ram ram = banks.get(row).get(bank);
                ram.write(
                        address.trunc(ram.addressWidth()),
                        in.data,
                        here.and(column.value().eq(bank)));
            }
        }
    }

    /** The address of the first word of the buffer row behind the one that is filled; moves on by a row with {@code moves}. */
    private UInt nextRowStart(Counter slot, Bool moves) {
        UInt start = reg(bitsFor(unit.bankWords() - 1L), 0).named("fill_start");
        UInt next = mux(slot.value().eq(slots - 1L), UInt.of(start.width(), 0), start.wrappingPlus(words()));
        when(moves, () -> start.set(next));
        return next;
    }

    /** A number of 0..limit-1 that moves in steps and starts again. */
    private record Counter(UInt value, int limit) {
        /** The number {@code step} further on, 0 <= step < limit. */
        UInt next(int step) {
            if (step == 0 || limit == 1) {
                return value;
            }
            UInt sum = value.plus(step);
            return mux(sum.ge(limit), sum.wrappingMinus(limit), sum).trunc(value.width());
        }

        /** Sets the number; one that can only be 0 is no register. */
        void set(UInt next) {
            if (limit > 1) {
                value.set(next);
            }
        }
    }

    private Counter counter(String name, int limit, int start) {
        return new Counter(
                limit == 1 ? UInt.of(1, 0) : reg(bitsFor(limit - 1L), start).named(name), limit);
    }

    /** Walks the windows of one output row after the other, each as soon as all its rows are complete. */
    private void walk() {
        Loop row = loop("kernel_row", whole ? 1 : unit.kernelHeight(), fire);
        Bool windowEnds = called("window_ends", row.ends());
        Loop windowColumn = around(row, "window_column", unit.windows().width());
        Bool rowEnds = called("output_row_ends", windowColumn.ends());
        Loop windowRow = around(windowColumn, "window_row", unit.windows().height());
        Bool moves = goOut(windowRow, windowColumn);

        // Columns: the window begins at column x = columns * quotient + remainder.
        SInt left = left(windowEnds, rowEnds);
        Counter remainder = counter("remainder", columns, Math.floorMod(-unit.padding(), columns));
        SInt quotient = quotient(remainder, windowEnds, rowEnds);

        // Rows: the first kernel row lies in buffer row base, the present one (of several words) in buffer row slot.
        SInt top = top(rowEnds, windowRow);
        Counter base = counter("base", slots, Math.floorMod(-unit.padding(), slots));
        UInt nextBase = baseAfter(base, windowRow).named("next_base");
        when(rowEnds, () -> base.set(nextBase));
        UInt start = whole ? UInt.of(1, 0) : slotStart(base, nextBase, windowEnds, rowEnds);

        // All banks of one column are read at one address.
        List<UInt> addresses = new ArrayList<>();
        for (int bank = 0; bank < columns; bank++) {
            UInt skipped = remainder.value().gt(bank).asUInt();
            UInt word = quotient.asUInt().wrappingPlus(skipped);
            UInt address = whole ? word : start.wrappingPlus(modulo(word, start.width()));
            int width = banks.getFirst().get(bank).addressWidth();
            addresses.add(delayed("address_" + bank, modulo(address, width), fire));
        }
        List<List<UInt>> words = new ArrayList<>();
        for (List<Ram> slot : banks) {
            List<UInt> bankWords = new ArrayList<>();
            for (int bank = 0; bank < columns; bank++) {
                bankWords.add(slot.get(bank).readSync(addresses.get(bank), moves));
            }
            words.add(bankWords);
        }
        UInt turn = columns == 1 ? UInt.of(1, 0) : shownWith("column_turn", remainder.value(), moves);
        UInt rowTurn = whole ? shownWith("row_turn", base.value(), moves) : UInt.of(1, 0);
        List<Bool> insideColumns = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            insideColumns.add(delayed(
                    "inside_column_" + column, within(left, column, unit.input().width()), fire));
        }
        SInt present = whole ? top : presentRow(top, windowEnds, rowEnds, windowRow);
        List<UInt> taps = new ArrayList<>();
        for (int i = 0; i < (whole ? unit.kernelHeight() : 1); i++) {
            Bool insideRow =
                    delayed("inside_row_" + i, within(present, i, unit.input().height()), fire);
            List<UInt> kernelRow = new ArrayList<>();
            for (int bank = 0; bank < columns; bank++) {
                kernelRow.add(
                        whole
                                ? turned(bankColumn(words, bank), rowTurn, i)
                                : words.getFirst().get(bank));
            }
            for (int column = 0; column < columns; column++) {
                Bool shown =
                        delayed("shown_%d_%d".formatted(i, column), insideRow.and(insideColumns.get(column)), moves);
                UInt tap = turned(kernelRow, turn, column);
                taps.add(mux(shown, tap, UInt.of(tap.width(), 0)));
            }
        }
        out.data.set(delayed("window", pack(taps), moves));
    }

    /** What was so where the walk stood, when the banks' words are there. */
    private UInt shownWith(String name, UInt walked, Bool moves) {
        return delayed(name, delayed(name + "_asked", walked, fire), moves);
    }

    private static List<UInt> bankColumn(List<List<UInt>> words, int bank) {
        return words.stream().map(row -> row.get(bank)).toList();
    }

    /** The option at {@code turn + index}, counted round. */
    private static UInt turned(List<UInt> options, UInt turn, int index) {
        List<UInt> rotated = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            rotated.add(options.get((i + index) % options.size()));
        }
        return options.size() == 1 ? options.getFirst() : select(turn, rotated);
    }

    /** The window's first column: negative on the left of the image. */
    private SInt left(Bool windowEnds, Bool rowEnds) {
        int largest = unit.input().width() + unit.kernelWidth() + unit.stride() + unit.padding();
        SInt left = signedReg(bitsFor(largest) + 1, -unit.padding())
                .named("left")
                .comment("the window's first column in the image");
        when(rowEnds, () -> left.set(SInt.of(left.width(), -unit.padding())))
                .elseWhen(windowEnds, () -> left.set(left.wrappingPlus(SInt.of(unit.stride()))));
        return left;
    }

    private SInt quotient(Counter remainder, Bool windowEnds, Bool rowEnds) {
        int step = unit.stride() % columns;
        int first = Math.floorDiv(-unit.padding(), columns);
        int largest = Math.max(words() + unit.stride() + 1, unit.padding());
        SInt quotient = signedReg(bitsFor(largest) + 1, first).named("quotient").comment("left / kernel width");
        Bool carries = remainder.value().plus(step).ge(columns);
        SInt advanced = quotient.wrappingPlus(SInt.of(unit.stride() / columns));
        SInt next = step == 0 ? advanced : mux(carries, advanced.wrappingPlus(SInt.of(1)), advanced);
        when(rowEnds, () -> {
                    quotient.set(SInt.of(quotient.width(), first));
                    remainder.set(UInt.of(Math.floorMod(-unit.padding(), columns)));
                })
                .elseWhen(windowEnds, () -> {
                    quotient.set(next);
                    remainder.set(remainder.next(step));
                });
        return quotient;
    }

    /** Whether {@code start + index}, an index at least 0, is one of 0..size-1. */
    private static Bool within(SInt start, int index, int size) {
        Bool notBefore = index == 0 ? start.isNegative().not() : start.ge(-index);
        return notBefore.and(start.lt((long) size - index));
    }

    /** The input row of the first kernel row: negative above the image. */
    private SInt top(Bool rowEnds, Loop windowRow) {
        SInt top = signedReg(rowBits(), -unit.padding()).named("top").comment("the window's first row in the image");
        when(rowEnds, () -> top.set(nextTop(top, windowRow)));
        return top;
    }

    private SInt nextTop(SInt top, Loop windowRow) {
        return mux(windowRow.last(), SInt.of(top.width(), -unit.padding()), top.wrappingPlus(SInt.of(unit.stride())));
    }

    private int rowBits() {
        return bitsFor(unit.input().height() + unit.kernelHeight() + unit.stride() + unit.padding()) + 1;
    }

    /** The input row of the present kernel row. */
    private SInt presentRow(SInt top, Bool windowEnds, Bool rowEnds, Loop windowRow) {
        SInt present = signedReg(rowBits(), -unit.padding()).named("input_row").comment("of the present kernel row");
        when(rowEnds, () -> present.set(nextTop(top, windowRow)))
                .elseWhen(windowEnds, () -> present.set(top))
                .elseWhen(fire, () -> present.set(present.wrappingPlus(SInt.of(1))));
        return present;
    }

    /** The buffer row of the first kernel row of the next output row, which after the last one is in the next image. */
    private UInt baseAfter(Counter base, Loop windowRow) {
        int within = unit.stride() % slots;
        int across = Math.floorMod(unit.input().height() - (unit.windows().height() - 1) * unit.stride(), slots);
        return mux(windowRow.last(), base.next(across), base.next(within));
    }

    /** The address of the buffer row of the present kernel row. */
    private UInt slotStart(Counter base, UInt nextBase, Bool windowEnds, Bool rowEnds) {
        int first = Math.floorMod(-unit.padding(), slots);
        Counter slot = counter("slot", slots, first);
        when(rowEnds, () -> slot.set(nextBase))
                .elseWhen(windowEnds, () -> slot.set(base.value()))
                .elseWhen(fire, () -> slot.set(slot.next(1)));
        long[] starts = new long[slots];
        for (int i = 0; i < slots; i++) {
            starts[i] = (long) i * words();
        }
        return lookUp(slot.value(), starts)
                .extend(bitsFor(unit.bankWords() - 1L))
                .named("slot_start");
    }
}
