package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.SharedEngine;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * The shared engine's array: for each row a bank of weights, a count of the columns where weight and activation are 1, and
 * an accumulator. A weight plane's bit means +1 or -1, so that a row adds twice that count less the number of activations
 * that are 1.
 */
final class EngineArray extends EnginePart {
    /** Columns that are counted in one stage; the next adds up these counts. */
    private static final int CHUNK = 16;

    final UInt operand5;
    final UInt row;
    final UInt weightWriteAddress;
    final UInt weightData;
    final UInt weightAddress4;
    final Bool negative5 = input();
    final Bool lanewise5 = input();
    final Bool valid7 = input();
    final Bool first7 = input();
    final Bool shift7 = input();
    final Bool ends8 = input();
    /** What tells of codes of a maximum; none where no pass takes one. */
    final Optional<Maximum> maximum;

    final Bool complete = output().comment("a position's values are there");
    final List<UInt> values = new ArrayList<>();

    /**
     * Where in a window a maximum is.
     *
     * @param starts8 in its first tap
     * @param tapEnds8 a tap's code is complete
     * @param taken8 the pass takes maxima
     */
    record Maximum(Bool starts8, Bool tapEnds8, Bool taken8) {}

    EngineArray(SharedEngine engine, Style weights) {
        int lanes = engine.lanes();
        int bits = engine.accumulatorBits();
        int words = 2 * Math.max(1, engine.tileWords());
        describe("%d rows and %d columns of one-bit products, and their accumulators.".formatted(lanes, lanes));
        operand5 = input(lanes).comment("a plane of activations");
        row = input(lanes);
        weightWriteAddress = input(UnitModule.bitsFor(words - 1L));
        weightData = input(lanes);
        weightAddress4 = input(UnitModule.bitsFor(words - 1L));
        maximum = engine.has(Head.MAXIMUM)
                ? Optional.of(
                        new Maximum(input().named("starts_8"), input().named("tap_ends_8"), input().named("maximum_8")))
                : Optional.empty();

        UInt ones6 = counts("ones", operand5);
        UInt operand6 = delayed(operand5).named("operand_6");
        Bool negative6 = delayed(negative5).named("negative_6");
        for (int p = 0; p < lanes; p++) {
            Ram bank = ram(lanes, words, weights).named("weights_" + p);
            bank.write(weightWriteAddress, weightData, row.bit(p));
            UInt plane5 = bank.readSync(weightAddress4).named("weights_5_" + p);
            UInt hits6 = counts("hits_" + p, operand5.and(plane5));
            SInt product = product(hits6, ones6, negative6);
            SInt code = mux(negative6, SInt.of(2, 0).minus(bit(operand6, p)).trunc(2), bit(operand6, p));
            SInt product7 = delayed(mux(lanewise5, code.extend(product.width()), product))
                    .named("product_7_" + p);
            UInt accumulator = reg(bits).named("accumulator_" + p);
            UInt doubled = accumulator.shiftLeft(1).trunc(bits);
            UInt before = mux(first7, UInt.of(bits, 0), mux(shift7, doubled, accumulator));
            when(valid7, () -> accumulator.set(before.wrappingPlus(fit(product7, bits))));
            UInt value = output(bits).named("value_" + p);
            values.add(value);
            value.set(maximum.map(m -> best(m, accumulator)).orElse(accumulator));
        }
        complete.set(maximum.map(this::complete).orElse(ends8));
    }

    /** The largest code of a window so far, where the pass takes maxima. */
    private UInt best(Maximum maximum, UInt accumulator) {
        UInt best = reg(accumulator.width()).named("best_" + values.size());
        Bool larger = maximum.starts8().or(accumulator.asSInt().gt(best.asSInt()));
        when(maximum.tapEnds8().and(larger), () -> best.set(accumulator));
        return mux(maximum.taken8(), best, accumulator);
    }

    /** A maximum is there one cycle later than a sum. */
    private Bool complete(Maximum maximum) {
        Bool ends9 = reg(false).named("ends_9");
        ends9.set(ends8);
        return mux(maximum.taken8(), ends9, ends8);
    }

    private static SInt bit(UInt word, int lane) {
        return word.bits(lane, lane).extend(2).asSInt();
    }

    private static UInt fit(SInt value, int bits) {
        return value.width() > bits
                ? value.trunc(bits).asUInt()
                : value.extend(bits).asUInt();
    }

    /** The ones of a word, one stage later: a count for each chunk, side by side. */
    private UInt counts(String name, UInt word) {
        List<UInt> counts = new ArrayList<>();
        for (int low = 0; low < word.width(); low += CHUNK) {
            int high = Math.min(low + CHUNK, word.width()) - 1;
            counts.add(word.bits(high, low).countOnes());
        }
        return delayed(pack(counts)).named(name + "_6");
    }

    /** {@code 2 * hits - ones}, or the same with its sign changed. */
    private SInt product(UInt hits6, UInt ones6, Bool negative6) {
        UInt hits = sum(hits6).shiftLeft(1);
        UInt ones = sum(ones6).extend(hits.width());
        return mux(negative6, ones, hits).minus(mux(negative6, hits, ones));
    }

    private UInt sum(UInt counts) {
        int width = UnitModule.bitsFor(Math.min(CHUNK, operand5.width()));
        UInt sum = counts.bits(width - 1, 0);
        for (int low = width; low < counts.width(); low += width) {
            sum = sum.plus(counts.bits(low + width - 1, low));
        }
        return sum.width() > UnitModule.bitsFor(operand5.width())
                ? sum.trunc(UnitModule.bitsFor(operand5.width()))
                : sum;
    }
}
