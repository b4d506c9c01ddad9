package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import narrowband.accel.design.EnginePass;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.ir.MemoryBlock.Style;

/** What the parts of a shared engine have in common: loops whose length a pass tells, and the table of passes. */
abstract class EnginePart extends Module {
    /**
     * A loop that counts down, with its end known ahead.
     *
     * @param value turns still to come after this one
     * @param last whether this is the last turn
     */
    record Countdown(UInt value, Bool last) {}

    /** A loop that starts when {@code load} holds, and starts again where it ends. */
    final Countdown countdown(String name, UInt limit, Bool load, Bool advance) {
        UInt value = reg(limit.width()).named(name + "_left");
        Bool last = reg(false).named(name + "_last");
        Bool starts = load.or(advance.and(last));
        when(starts, () -> {
                    value.set(limit);
                    last.set(limit.eq(0));
                })
                .elseWhen(advance, () -> {
                    value.set(value.wrappingMinus(1));
                    last.set(value.eq(1));
                });
        return new Countdown(value, last);
    }

    /** A value of the stage before {@code from}, in stage {@code to}. */
    final <T extends Value<T>> T later(String name, T value, int from, int to) {
        T result = value;
        for (int stage = from; stage <= to; stage++) {
            result = delayed(result).named(name + "_" + stage);
        }
        return result;
    }

    /** A wire of this name that carries a condition. */
    final Bool called(String wire, Bool value) {
        Bool named = wire().named(wire);
        named.set(value);
        return named;
    }

    /** Columns of numbers, one row for each pass. */
    final class PassTable {
        private final List<EnginePass> passes;
        private final Map<String, long[]> columns = new LinkedHashMap<>();
        private final Map<String, Integer> widths = new LinkedHashMap<>();
        private final Map<String, UInt> fields = new LinkedHashMap<>();

        PassTable(List<EnginePass> passes) {
            this.passes = passes;
        }

        /** A column of numbers from 0 up, as wide as its largest. */
        PassTable with(String name, ToLongFunction<EnginePass> number) {
            long largest = passes.stream().mapToLong(number).max().orElseThrow();
            return with(name, UnitModule.bitsFor(largest), number);
        }

        /** A column of truths. */
        PassTable flag(String name, Predicate<EnginePass> truth) {
            return with(name, 1, pass -> truth.test(pass) ? 1 : 0);
        }

        /** A column of numbers modulo 2^width. */
        PassTable with(String name, int width, ToLongFunction<EnginePass> number) {
            long mask = (1L << width) - 1;
            columns.put(
                    name,
                    passes.stream()
                            .mapToLong(pass -> number.applyAsLong(pass) & mask)
                            .toArray());
            widths.put(name, width);
            return this;
        }

        /** Reads the row of a pass: at once, or one cycle later. */
        void read(UInt pass, boolean atOnce) {
            int width = 0;
            Map<String, Integer> places = new LinkedHashMap<>();
            for (Map.Entry<String, long[]> column : columns.entrySet()) {
                long[] numbers = column.getValue();
                int bits = widths.get(column.getKey());
                if (Arrays.stream(numbers).distinct().count() == 1) {
                    fields.put(column.getKey(), UInt.of(bits, numbers[0]));
                } else {
                    places.put(column.getKey(), width);
                    width += bits;
                }
            }
            if (width == 0) {
                return;
            }
            List<BigInteger> rows = new ArrayList<>();
            for (int row = 0; row < passes.size(); row++) {
                BigInteger word = BigInteger.ZERO;
                for (Map.Entry<String, Integer> place : places.entrySet()) {
                    word = word.or(
                            BigInteger.valueOf(columns.get(place.getKey())[row]).shiftLeft(place.getValue()));
                }
                rows.add(word);
            }
            var table = rom(width, rows, atOnce && passes.size() <= 1024 ? Style.LOGIC : Style.AUTO)
                    .named("passes");
            UInt word = (atOnce ? table.read(pass) : table.readSync(pass)).named("pass_word");
            places.forEach((name, at) ->
                    fields.put(name, word.bits(at + widths.get(name) - 1, at).named("pass_" + name)));
        }

        UInt number(String name) {
            return fields.get(name);
        }

        Bool truth(String name) {
            return fields.get(name).bit(0);
        }
    }

    /** The number of the present pass: goes on when {@code next} holds, from the last to the first. */
    final UInt passNumber(int count, int reset, Bool next) {
        if (count == 1) {
            return UInt.of(1, 0);
        }
        UInt pass = reg(UnitModule.bitsFor(count - 1L), reset).named("pass");
        when(next, () -> pass.set(mux(pass.eq(count - 1L), UInt.of(pass.width(), 0), pass.wrappingPlus(1))));
        return pass;
    }
}
