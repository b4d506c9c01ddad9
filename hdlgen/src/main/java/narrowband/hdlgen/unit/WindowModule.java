package narrowband.hdlgen.unit;

import java.util.stream.IntStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SlidingWindow;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** What sliding windows share: their streams, and the counters over which filling and walking wait for each other. */
abstract sealed class WindowModule extends UnitModule permits SlidingWindowModule, BankedWindowModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    final SlidingWindow unit;
    final UInt freeRows;
    final UInt readyRows;

    /** 1 where the first word of a row comes in; the subclass sets it. */
    final Bool taken;

    /** 1 where the last word of a row comes in; the subclass sets it. */
    final Bool filled;

    /** How many rows are released in this cycle; the subclass sets it. */
    final UInt released;

    WindowModule(SlidingWindow unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("Turns an image of %s into its %dx%d windows, stride %d, padding %d."
                .formatted(unit.input(), unit.kernelHeight(), unit.kernelWidth(), unit.stride(), unit.padding()));
        parameter("lanes", unit.lanes());
        parameter("buffer_rows", unit.bufferRows());
        in = entering(unit.inputs().getFirst().bits());
        out = leaving(unit.outputs().getFirst().bits());
        int counterBits = bitsFor(unit.bufferRows());
        freeRows = reg(counterBits, unit.bufferRows()).named("free_rows").comment("rows that may be filled");
        readyRows = reg(counterBits, 0).named("ready_rows").comment("complete rows that are not yet released");
        taken = wire().named("row_taken");
        filled = wire().named("row_filled");
        released = wire(counterBits).named("released").comment("rows that are released in this cycle");
        freeRows.set(freeRows.wrappingPlus(released).wrappingMinus(taken.asUInt()));
        readyRows.set(readyRows.wrappingPlus(filled.asUInt()).wrappingMinus(released));
    }

    static WindowModule of(SlidingWindow unit, Fpga fpga) {
        return unit.word() == SlidingWindow.Word.TAP
                ? new SlidingWindowModule(unit, fpga)
                : new BankedWindowModule(unit, fpga);
    }

    /** The rows that an output row waits for. */
    final UInt neededRows(UInt outputRow) {
        return lookUp(outputRow, table(true));
    }

    /** The rows that are released when an output row ends. */
    final UInt releasedRows(UInt outputRow) {
        return lookUp(outputRow, table(false));
    }

    private long[] table(boolean needed) {
        return IntStream.range(0, unit.windows().height())
                .mapToLong(y -> needed ? unit.neededRows(y) : unit.releasedRows(y))
                .toArray();
    }
}
