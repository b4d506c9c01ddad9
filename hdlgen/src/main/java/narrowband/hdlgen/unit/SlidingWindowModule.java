package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SlidingWindow;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * The line buffer and its two processes: one fills rows as they come, one walks the windows of complete rows. All addresses
 * run along and wrap by comparison; nothing is multiplied.
 */
public final class SlidingWindowModule extends WindowModule {
    /** The line buffer: one memory, or parts of a deep one. */
    private final List<Ram> rows = new ArrayList<>();

    /** Words of the line buffer. */
    private final int depth;

    private final int addressBits;
    /** The step that ends a kernel row. */
    private Bool rowEnds;
    /** Whether a step that ends a kernel row ends a window too. */
    private Bool windowEnds;
    /** Whether it ends a row of windows. */
    private Bool windowRowEnds;
    /** The step that does. */
    private Bool outputRowEnds;

    public SlidingWindowModule(SlidingWindow unit, Fpga fpga) {
        super(unit, fpga);
        int bits = unit.lanes() * unit.element().bits();
        depth = unit.bankWords();
        addressBits = bitsFor(depth - 1L);
        if (unit.readsInParts(fpga)) {
            for (int first = 0; first < depth; first += Fpga.PART_WORDS) {
                rows.add(memory(bits, Math.min(Fpga.PART_WORDS, depth - first), smallStyle(), "rows_" + rows.size()));
            }
        } else {
            rows.add(memory(bits, depth, bufferStyle(depth, bits), "rows"));
        }
        fill();
        walk();
    }

    private Ram memory(int bits, int words, Style style, String name) {
        return ram(bits, words, style).ignoringCollisions().ignoringStart().named(name);
    }

    private void write(UInt address, Bool fills) {
        if (rows.size() == 1) {
            rows.getFirst().write(address, in.data, fills);
            return;
        }
        UInt chosen = part(address, Fpga.PART_WORDS);
        for (int part = 0; part < rows.size(); part++) {
            Ram memory = rows.get(part);
            memory.write(address.trunc(memory.addressWidth()), in.data, fills.and(chosen.eq(part)));
        }
    }

    /** The word at an address, in a register but for the choice among parts. */
    private UInt read(UInt address, Bool moves) {
        if (rows.size() == 1) {
            return rows.getFirst().readSync(address, moves).named("row_word");
        }
        List<UInt> read = new ArrayList<>();
        for (Ram part : rows) {
            read.add(part.readSync(address.trunc(part.addressWidth()), moves).named("row_word_" + read.size()));
        }
        return ofPart("rows", Fpga.PART_WORDS, read, address, moves);
    }

    /** Takes rows in while there is room for a whole one. */
    private void fill() {
        Bool fills = wire().named("fills");
        Loop word = loop("fill_word", unit.rowWords(), fills);
        UInt address = reg(addressBits, 0).named("fill_address");
        Bool begins = beginsRow(word, fills);
        in.ready.set(begins.not().or(rowIsFree));
        fills.set(in.fire());
        when(
                fills,
                () -> address.set(mux(address.eq(depth - 1L), UInt.of(address.width(), 0), address.wrappingPlus(1))));
        write(address, fills);
        taken.set(fills.and(begins));
        filled.set(fills.and(word.last()));
    }

    /** Walks the windows of one output row after the other, each as soon as all its rows are complete. */
    private void walk() {
        Loop channel = loop("channel", unit.channelFolds(), fire);
        Loop column = around(channel, "kernel_column", unit.kernelWidth());
        Loop row = around(column, "kernel_row", unit.kernelHeight());
        Loop windowColumn = around(row, "window_column", unit.windows().width());
        Loop windowRow = around(windowColumn, "window_row", unit.windows().height());
        // A step that ends a kernel row, a window, a row of windows.
        rowEnds = called("kernel_row_ends", column.ends());
        windowEnds = row.over();
        windowRowEnds = windowColumn.over();
        outputRowEnds = called("output_row_ends", windowColumn.ends());
        Bool moves = goOut(windowRow, windowColumn);

        UInt slot = slot(windowRow);
        SInt offset = offset(column.over());
        UInt address = delayed("address", slot.wrappingPlus(modulo(offset.asUInt(), slot.width())), fire);
        UInt word = read(address, moves);
        if (unit.padding() > 0) {
            Bool inRow = offset.isNegative().not().and(offset.lt(unit.rowWords()));
            Bool inside = delayed("is_inside", insideRows(windowRow.last()).and(inRow), fire);
            Bool shown = delayed("shown", inside, moves).comment("0 for padding");
            word = mux(shown, word, UInt.of(word.width(), 0));
        }
        out.data.set(delayed("tap", word, moves));
    }

    /** The address at which the input row of the current kernel row begins. */
    private UInt slot(Loop windowRow) {
        UInt top = reg(addressBits, 0).named("top").comment("address of the oldest row that is kept");
        UInt slot = reg(addressBits, 0).named("slot").comment("address of the kernel row's input row");
        long[] releasedWords = IntStream.range(0, unit.windows().height())
                .mapToLong(y -> (long) unit.releasedRows(y) * unit.rowWords())
                .toArray();
        UInt freedWords = along("released_words", windowRow, outputRowEnds, releasedWords);
        UInt nextTop = further(
                "next_top", top, freedWords, releasedWords[0], unit.windows().width() * unit.windowWords());
        UInt rowWords = UInt.of(bitsFor(unit.rowWords()), unit.rowWords());
        UInt nextSlot = further("next_slot", slot, rowWords, unit.rowWords(), unit.kernelWidth() * unit.channelFolds());
        when(outputRowEnds, () -> top.set(nextTop));
        when(
                rowEnds,
                () -> when(windowRowEnds, () -> slot.set(nextTop))
                        .elseWhen(windowEnds, () -> slot.set(top))
                        .elseWhen(
                                unit.padding() == 0
                                        ? Bool.TRUE
                                        : currentRow().isNegative().not(),
                                () -> slot.set(nextSlot)));
        return slot;
    }

    /**
     * An address that lies further on in the buffer, worked out in as many cycles as there are.
     *
     * @param first how much further from the address 0, with which the buffer begins
     * @param steps from a change of the address to the next
     */
    private UInt further(String name, UInt address, UInt words, long first, int steps) {
        UInt sum = ahead(name + "_sum", address.plus(words), first, steps >= 3);
        return ahead(name, wrapped(sum), first % depth, steps >= 2);
    }

    private UInt wrapped(UInt address) {
        UInt beyond = address.wrappingMinus(depth);
        return mux(address.ge(depth), beyond, address).trunc(addressBits);
    }

    private SInt currentRow;

    /** The input row of the current kernel row: negative above the image. */
    private SInt currentRow() {
        if (currentRow == null) {
            int largest = Math.max(unit.padding(), unit.input().height() + unit.kernelHeight() + unit.stride());
            currentRow = signedReg(bitsFor(largest) + 1, -unit.padding()).named("input_row");
        }
        return currentRow;
    }

    private Bool insideRows(Bool lastRow) {
        SInt input = currentRow();
        SInt first = signedReg(input.width(), -unit.padding())
                .named("first_input_row")
                .comment("of the current windows");
        SInt next = mux(lastRow, SInt.of(input.width(), -unit.padding()), first.wrappingPlus(SInt.of(unit.stride())));
        when(outputRowEnds, () -> first.set(next));
        when(
                rowEnds,
                () -> when(windowRowEnds, () -> input.set(next))
                        .elseWhen(windowEnds, () -> input.set(first))
                        .otherwise(() -> input.set(input.wrappingPlus(SInt.of(1)))));
        return input.isNegative().not().and(input.lt(unit.input().height()));
    }

    /** The word within the input row: negative on the left of the image. */
    private SInt offset(Bool rowEnds) {
        long left = -(long) unit.padding() * unit.channelFolds();
        long step = (long) unit.stride() * unit.channelFolds();
        long largest =
                unit.rowWords() + (long) (unit.padding() + unit.kernelWidth() + unit.stride()) * unit.channelFolds();
        SInt offset = signedReg(bitsFor(largest) + 1, left).named("offset").comment("word within the input row");
        SInt first = signedReg(offset.width(), left).named("first_offset").comment("of the current window");
        SInt next = ahead(
                        "next_offset",
                        first.wrappingPlus(SInt.of(step)).asUInt(),
                        (left + step) & ((1L << first.width()) - 1),
                        unit.windowWords() > 1)
                .asSInt();
        SInt start = mux(windowRowEnds, SInt.of(offset.width(), left), next);
        when(fire.and(windowEnds), () -> first.set(start));
        when(
                fire,
                () -> when(windowEnds, () -> offset.set(start))
                        .elseWhen(rowEnds, () -> offset.set(first))
                        .otherwise(() -> offset.set(offset.wrappingPlus(SInt.of(1)))));
        return offset;
    }
}
