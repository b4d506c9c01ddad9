package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.DigitPair;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Bool;
import narrowband.hdl.Data;
import narrowband.hdl.Rom;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/** The bit-serial matrix-vector unit; see {@link MatrixVector} for the order of work. */
public final class MatrixVectorModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final MatrixVector unit;
    private final WeightCodes weights;

    public MatrixVectorModule(MatrixVector unit, WeightCodes weights, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        this.weights = weights;
        describe("Multiplies a %d x %d matrix of %d-bit weights with vectors of %s."
                .formatted(unit.rows(), unit.columns(), unit.weightBits(), unit.activation()));
        parameter("pe", unit.pe());
        parameter("simd", unit.simd());
        parameter("weight_digit", unit.weightDigit());
        parameter("activation_digit", unit.activationDigit());
        in = entering(unit.simd() * unit.activation().bits());
        out = leaving(unit.pe() * unit.accumulator().bits());
        List<DigitPair> pairs = unit.digitPairs();

        // Control: columns within digit pairs within row groups.
        Bool fire = wire().named("fire").comment("a step fires");
        Loop column = loop("column", unit.columnFolds(), fire);
        Bool columnsDone = called("columns_done", fire.and(column.last()));
        Loop pair = loop("pair", pairs.size(), columnsDone);
        Bool pairsDone = called("pairs_done", columnsDone.and(pair.last()));
        Loop row = loop("row", unit.rowFolds(), pairsDone);
        Bool reading = called("reading", pair.first().and(row.first()));
        Bool moves = pipeline(3, pairsDone, out);
        fire.set(moves.and(reading.not().or(in.valid)));
        in.ready.set(moves.and(reading));

        // Stage 1: operands.
        UInt vector = delayed("vector", operand(reading, column.value(), fire), moves);
        boolean frozen = unit.weights() == Weights.FROZEN;
        UInt weightWord = frozen ? set(row, column, moves) : weightWord(pairs, fire, column, pair, row, moves);
        UInt digit = unit.activationDigits() == 1
                ? UInt.of(1, 0)
                : delayed("digit", lookUp(pair.value(), activationDigits(pairs)), moves);
        UInt shift = mux(column.first(), lookUp(pair.value(), shifts(pairs)), UInt.of(1, 0));
        UInt shift1 = pairs.size() == 1 ? shift : delayed("shift1", shift, moves);
        Bool first1 = delayed("first1", pair.first().and(column.first()), moves);
        Bool works1 = delayed("works1", fire, moves);

        // Stage 2: products, summed over the lanes.
        List<UInt> planes = planes(vector, digit);
        UInt sum = weighted(planes.stream().map(Data::countOnes).toList()).named("activation_sum");
        UInt shift2 = pairs.size() == 1 ? shift1 : delayed("shift2", shift1, moves);
        Bool first2 = delayed("first2", first1, moves);
        Bool works2 = delayed("works2", works1, moves);

        // Stage 3: accumulators.
        int bits = unit.accumulator().bits();
        List<UInt> accumulators = new ArrayList<>();
        List<UInt> sums = frozen ? frozenSums(weightWord, planes, fpga) : storedSums(weightWord, planes);
        for (int pe = 0; pe < unit.pe(); pe++) {
            UInt product = delayed("product_" + pe, product(sums.get(pe), sum), moves);
            UInt accumulator = reg(bits, 0).named("accumulator_" + pe);
            UInt before = mux(first2, UInt.of(bits, 0), shifted(accumulator, shift2, pairs));
            when(moves.and(works2), () -> accumulator.set(before.wrappingPlus(product)));
            accumulators.add(accumulator);
        }
        out.data.set(pack(accumulators));
    }

    /** The vector's word of this step: from the input while reading, then from the copy that was kept. */
    private UInt operand(Bool reading, UInt column, Bool fire) {
        if (!unit.keepsVector()) {
            return in.data;
        }
        Bool keep = fire.and(reading);
        if (unit.columnFolds() == 1) {
            UInt kept = delayed("kept", in.data, keep);
            return mux(reading, in.data, kept);
        }
        var kept = ram(in.data.width(), unit.columnFolds(), smallStyle()).named("kept");
        kept.write(column, in.data, keep);
        return mux(reading, in.data, kept.read(column));
    }

    /** The weights of this step, one cycle later; the address runs along and jumps where a digit pair ends. */
    private UInt weightWord(List<DigitPair> pairs, Bool fire, Loop column, Loop pair, Loop row, Bool moves) {
        int words = Math.toIntExact(unit.weightWords());
        List<BigInteger> contents = new ArrayList<>();
        for (int r = 0; r < unit.rowFolds(); r++) {
            for (int digit = 0; digit < unit.weightDigits(); digit++) {
                for (int c = 0; c < unit.columnFolds(); c++) {
                    contents.add(storedWord(r, digit, c));
                }
            }
        }
        if (words == 1) {
            return UInt.of(unit.weightWordBits(), contents.getFirst());
        }
        int width = bitsFor(words - 1L);
        long rowWords = (long) unit.weightDigits() * unit.columnFolds();
        long[] next = new long[pairs.size()];
        for (int p = 0; p < next.length; p++) {
            next[p] = (long) pairs.get((p + 1) % next.length).weight() * unit.columnFolds();
        }
        long start = next[next.length - 1];
        UInt address = reg(width, start).named("address").comment("of the weight memory");
        UInt base = unit.rowFolds() == 1
                ? UInt.of(width, 0)
                : reg(width, 0).named("base").comment("address of this row group");
        UInt nextBase = unit.rowFolds() == 1
                ? UInt.of(width, 0)
                : mux(pair.last(), mux(row.last(), UInt.of(width, 0), base.wrappingPlus(rowWords)), base);
        when(
                fire,
                () -> when(column.last(), () -> {
                            address.set(nextBase.wrappingPlus(lookUp(pair.value(), next)));
                            if (unit.rowFolds() > 1) {
                                base.set(nextBase);
                            }
                        })
                        .otherwise(() -> address.set(address.wrappingPlus(1))));
        return rom(unit.weightWordBits(), contents, romStyle(words, unit.weightWordBits()))
                .named("weights")
                .readSync(address, moves)
                .named("weight_word");
    }

    /** A word of the weight memory: for each row, for each bit of the digit, one bit for each column. */
    private BigInteger storedWord(int rowFold, int digit, int columnFold) {
        BigInteger word = BigInteger.ZERO;
        for (int pe = 0; pe < unit.pe(); pe++) {
            for (int bit = 0; bit < unit.weightDigit(); bit++) {
                for (int lane = 0; lane < unit.simd(); lane++) {
                    int code = weights.code(rowFold * unit.pe() + pe, columnFold * unit.simd() + lane);
                    if ((code >> (digit * unit.weightDigit() + bit) & 1) != 0) {
                        word = word.setBit((pe * unit.weightDigit() + bit) * unit.simd() + lane);
                    }
                }
            }
        }
        return word;
    }

    /** The bit planes of the chosen activation digit, each with one bit for each lane. */
    private List<UInt> planes(UInt vector, UInt digit) {
        List<UInt> planes = new ArrayList<>();
        for (int bit = 0; bit < unit.activationDigit(); bit++) {
            List<UInt> choices = new ArrayList<>();
            for (int d = 0; d < unit.activationDigits(); d++) {
                List<UInt> lanes = new ArrayList<>();
                for (int lane = 0; lane < unit.simd(); lane++) {
                    int at = lane * unit.activation().bits() + d * unit.activationDigit() + bit;
                    lanes.add(vector.bits(at, at));
                }
                choices.add(pack(lanes));
            }
            planes.add(select(digit, choices).named("plane_" + bit));
        }
        return planes;
    }

    /** For each row, {@code sum(w * a)} of the weight digits in the word. */
    private List<UInt> storedSums(UInt weightWord, List<UInt> planes) {
        List<UInt> sums = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            List<UInt> byBit = new ArrayList<>();
            for (int bit = 0; bit < unit.weightDigit(); bit++) {
                int at = (pe * unit.weightDigit() + bit) * unit.simd();
                UInt weightPlane = weightWord.bits(at + unit.simd() - 1, at);
                byBit.add(weighted(planes.stream()
                        .map(plane -> plane.and(weightPlane).countOnes())
                        .toList()));
            }
            sums.add(weighted(byBit));
        }
        return sums;
    }

    /** Which of the sets of frozen weights counts in stage 2: the group of rows above the group of columns. */
    private UInt set(Loop row, Loop column, Bool moves) {
        if (unit.rowFolds() == 1 && unit.columnFolds() == 1) {
            return UInt.of(1, 0);
        }
        UInt set = unit.rowFolds() == 1
                ? column.value()
                : unit.columnFolds() == 1 ? row.value() : row.value().concat(column.value());
        return delayed("set", set, moves);
    }

    /** For each row, {@code sum(w * a)} of whole weights: truth tables of a few columns each, summed. */
    private List<UInt> frozenSums(UInt set, List<UInt> planes, Fpga fpga) {
        boolean oneSet = unit.rowFolds() == 1 && unit.columnFolds() == 1;
        int width = unit.tableColumns(fpga);
        List<List<List<UInt>>> terms = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            terms.add(new ArrayList<>());
            planes.forEach(plane -> terms.getLast().add(new ArrayList<>()));
        }
        for (int first = 0; first < unit.simd(); first += width) {
            int count = Math.min(width, unit.simd() - first);
            List<UInt> addresses = new ArrayList<>();
            for (int bit = 0; bit < planes.size(); bit++) {
                UInt columns = planes.get(bit).bits(first + count - 1, first);
                addresses.add((oneSet ? columns : set.concat(columns)).named("columns_%d_%d".formatted(first, bit)));
            }
            // Rows with equal weights share a table.
            Map<List<BigInteger>, List<UInt>> known = new HashMap<>();
            for (int pe = 0; pe < unit.pe(); pe++) {
                String name = "weights_%d_%d".formatted(pe, first);
                List<UInt> read =
                        known.computeIfAbsent(tableWords(pe, first, count), words -> readTable(name, words, addresses));
                for (int bit = 0; bit < read.size(); bit++) {
                    terms.get(pe).get(bit).add(read.get(bit));
                }
            }
        }
        return terms.stream()
                .map(byPlane ->
                        weighted(byPlane.stream().map(MatrixVectorModule::total).toList()))
                .toList();
    }

    /** What a truth table has at each address: the sum of the weight codes of those columns whose bit is 1. */
    private List<BigInteger> tableWords(int pe, int first, int count) {
        int columnBits = unit.columnFolds() == 1 ? 0 : bitsFor(unit.columnFolds() - 1L);
        int rowBits = unit.rowFolds() == 1 ? 0 : bitsFor(unit.rowFolds() - 1L);
        List<BigInteger> words = new ArrayList<>();
        for (int address = 0; address < 1 << (rowBits + columnBits + count); address++) {
            int set = address >> count;
            int columnFold = set & (1 << columnBits) - 1;
            int rowFold = set >> columnBits;
            long sum = 0;
            for (int i = 0; i < count && columnFold < unit.columnFolds() && rowFold < unit.rowFolds(); i++) {
                if ((address >> i & 1) != 0) {
                    sum += weights.code(rowFold * unit.pe() + pe, columnFold * unit.simd() + first + i);
                }
            }
            words.add(BigInteger.valueOf(sum));
        }
        return words;
    }

    private List<UInt> readTable(String name, List<BigInteger> words, List<UInt> addresses) {
        int bits = words.stream().mapToInt(BigInteger::bitLength).max().orElseThrow();
        if (bits == 0) {
            return addresses.stream().map(address -> UInt.of(1, 0)).toList();
        }
        Rom table = rom(bits, words, Style.LOGIC).named(name);
        return addresses.stream().map(table::read).toList();
    }

    /** The sum of all numbers, neighbours first. */
    private static UInt total(List<UInt> numbers) {
        List<UInt> level = numbers;
        while (level.size() > 1) {
            List<UInt> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                next.add(i + 1 < level.size() ? level.get(i).plus(level.get(i + 1)) : level.get(i));
            }
            level = next;
        }
        return level.getFirst();
    }

    /** {@code 2 * sum(w * a) - (2^weightDigit - 1) * sum(a)} modulo the accumulator's width. */
    private UInt product(UInt weightedSum, UInt sum) {
        UInt offset = sum.shiftLeft(unit.weightDigit()).minus(sum).asUInt();
        return fit(weightedSum.shiftLeft(1)).wrappingMinus(fit(offset));
    }

    /** The number modulo the accumulator's width. */
    private UInt fit(UInt value) {
        int bits = unit.accumulator().bits();
        return value.width() > bits ? value.trunc(bits) : value.extend(bits);
    }

    /** {@code sum(2^i * value_i)}. */
    private static UInt weighted(List<UInt> values) {
        UInt sum = values.getFirst();
        for (int i = 1; i < values.size(); i++) {
            sum = sum.plus(values.get(i).shiftLeft(i));
        }
        return sum;
    }

    private UInt shifted(UInt accumulator, UInt shift, List<DigitPair> pairs) {
        UInt result = accumulator;
        for (int distance : pairs.stream()
                .mapToInt(DigitPair::shift)
                .filter(d -> d > 0)
                .distinct()
                .toArray()) {
            result = mux(shift.eq(distance), accumulator.shiftLeft(distance).trunc(accumulator.width()), result);
        }
        return result;
    }

    private static long[] activationDigits(List<DigitPair> pairs) {
        return pairs.stream().mapToLong(DigitPair::activation).toArray();
    }

    private static long[] shifts(List<DigitPair> pairs) {
        return pairs.stream().mapToLong(DigitPair::shift).toArray();
    }
}
