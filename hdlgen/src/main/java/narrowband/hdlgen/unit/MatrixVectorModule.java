package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.DigitPair;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Bool;
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
        Bool moves = pipeline(unit.stages(), pairsDone, out);
        fire.set(moves.and(reading.not().or(in.valid)));
        in.ready.set(moves.and(reading));

        // Stage 1: operands.
        UInt digit = ofPair("digit", pairs.stream().mapToLong(DigitPair::activation), pair, columnsDone);
        List<UInt> planes = new ArrayList<>();
        for (UInt plane :
                planes(reading, column.value(), fire, digit, pairs.getFirst().activation())) {
            planes.add(delayed("plane_" + planes.size(), plane, moves));
        }
        boolean frozen = unit.weights() == Weights.FROZEN;
        UInt weightWord = frozen ? set(row, column, moves) : weightWord(pairs, fire, column, pair, row, moves);

        // Stage 2, and 3 where lanes are summed in groups: sums over the lanes.
        List<List<UInt>> partialSums = frozen ? frozenSums(weightWord, planes, fpga) : storedSums(weightWord, planes);
        UInt offset =
                offset(summed("activation_sum", activationSums(planes), moves)).named("offset");
        UInt offsetThen = delayed("offset_of_rows", offset, moves);
        // The last two stages: products; accumulators.
        UInt shiftNow = ofPair("shift_of_pair", pairs.stream().mapToLong(DigitPair::shift), pair, columnsDone);
        UInt shift = mux(column.first(), shiftNow, UInt.of(1, 0));
        Bool first = pair.first().and(column.first());
        Bool works = fire;
        for (int stage = 1; stage < unit.stages(); stage++) {
            shift = pairs.size() == 1 ? shift : delayed("shift" + stage, shift, moves);
            first = delayed("first" + stage, first, moves);
            works = delayed("works" + stage, works, moves);
        }
        Bool accumulates = called("accumulates", moves.and(works));
        int bits = unit.accumulator().bits();
        List<UInt> accumulators = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            UInt sum = delayed("sum_" + pe, summed("sums_" + pe, partialSums.get(pe), moves), moves);
            UInt product = delayed("product_" + pe, productLessOne(sum, offsetThen), moves);
            UInt accumulator = reg(bits).named("accumulator_" + pe);
            UInt before = mux(first, UInt.of(bits, 0), shifted(accumulator, shift, pairs));
            // A sum, written as a difference: synthesis may swap a sum's sides, and then needs a table more for each
            // bit.
            when(accumulates, () -> accumulator.set(modulo(product, bits).wrappingMinus(before.not())));
            accumulators.add(accumulator);
        }
        out.data.set(pack(accumulators));
    }

    /** What a table has for the present digit pair, known from a register; {@code columnsDone} ends a pair. */
    private UInt ofPair(String name, LongStream byPair, Loop pair, Bool columnsDone) {
        long[] table = byPair.toArray();
        long largest = LongStream.of(table).max().orElseThrow();
        if (largest == 0) {
            return UInt.of(1, 0);
        }
        long[] next = new long[table.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = table[(i + 1) % next.length];
        }
        UInt value = reg(bitsFor(largest), table[0]).named(name);
        when(columnsDone, () -> value.set(lookUp(pair.value(), next)));
        return value;
    }

    /** The sum of sums over groups of lanes, which where there are several have a stage of their own. */
    private UInt summed(String name, List<UInt> partialSums, Bool moves) {
        if (partialSums.size() == 1) {
            return partialSums.getFirst();
        }
        List<UInt> kept = new ArrayList<>();
        for (UInt sum : partialSums) {
            kept.add(delayed(name + "_" + kept.size(), sum, moves));
        }
        return total(kept);
    }

    /** The present word of the vector as it was kept while it was read. */
    private UInt kept(UInt column, Bool keep) {
        if (unit.columnFolds() == 1) {
            return delayed("kept", in.data, keep);
        }
        var kept = ram(in.data.width(), unit.columnFolds(), smallStyle()).named("kept");
        kept.write(column, in.data, keep);
        return kept.read(column);
    }

    /** The weights of this step, one cycle later; the address runs along and jumps where a digit pair ends. */
    private UInt weightWord(List<DigitPair> pairs, Bool fire, Loop column, Loop pair, Loop row, Bool moves) {
        int words = Math.toIntExact(unit.weightWords());
        List<BigInteger> contents = unit.weightMemory(weights);
        boolean reloadable = unit.weights() == Weights.RELOADABLE;
        if (words == 1) {
            return reloadable
                    ? reloadable(contents, UInt.of(1, 0), moves)
                    : UInt.of(unit.weightWordBits(), contents.getFirst());
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
        return reloadable
                ? reloadable(contents, address, moves)
                : rom(unit.weightWordBits(), contents, romStyle(words, unit.weightWordBits()))
                        .named("weights")
                        .readSync(address, moves)
                        .named("weight_word");
    }

    private UInt reloadable(List<BigInteger> contents, UInt address, Bool moves) {
        int bits = unit.weightWordBits();
        ReloadableMemory memory = instance(
                "weights",
                new ReloadableMemory(
                        unit.name() + "_weights", bits, contents, bufferStyle(Math.max(2, contents.size()), bits)));
        memory.address.set(address);
        memory.enable.set(moves);
        LoadPort port = loading();
        memory.start.set(port.start());
        memory.next.set(port.next());
        memory.data.set(port.data());
        return memory.word;
    }

    /** The bit planes of this step's activation digit, each with one bit for each lane: the first digit comes in, the others were kept. */
    private List<UInt> planes(Bool reading, UInt column, Bool fire, UInt digit, int firstDigit) {
        List<UInt> entering = planes(in.data, firstDigit);
        if (!unit.keepsVector()) {
            return entering;
        }
        UInt kept = kept(column, fire.and(reading));
        List<List<UInt>> byDigit = new ArrayList<>();
        for (int d = 0; d < unit.activationDigits(); d++) {
            byDigit.add(planes(kept, d));
        }
        List<UInt> planes = new ArrayList<>();
        for (int bit = 0; bit < unit.activationDigit(); bit++) {
            int plane = bit;
            List<UInt> choices =
                    byDigit.stream().map(planesOf -> planesOf.get(plane)).toList();
            planes.add(mux(reading, entering.get(bit), select(digit, choices)));
        }
        return planes;
    }

    /** The bit planes of one digit of all lanes. */
    private List<UInt> planes(UInt vector, int digit) {
        List<UInt> planes = new ArrayList<>();
        for (int bit = 0; bit < unit.activationDigit(); bit++) {
            List<UInt> lanes = new ArrayList<>();
            for (int lane = 0; lane < unit.simd(); lane++) {
                int at = lane * unit.activation().bits() + digit * unit.activationDigit() + bit;
                lanes.add(vector.bits(at, at));
            }
            planes.add(pack(lanes));
        }
        return planes;
    }

    /** {@code sum(a)} for each group of lanes. */
    private List<UInt> activationSums(List<UInt> planes) {
        List<UInt> sums = new ArrayList<>();
        for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
            int low = first;
            sums.add(weighted(
                    planes.stream().map(plane -> group(plane, low).countOnes()).toList()));
        }
        return sums;
    }

    /** The lanes of a group among bits of all lanes. */
    private UInt group(UInt lanes, int first) {
        return lanes.bits(Math.min(first + unit.groupLanes(), unit.simd()) - 1, first);
    }

    /** For each row, {@code sum(w * a)} of the weight digits in the word for each group of lanes. */
    private List<List<UInt>> storedSums(UInt weightWord, List<UInt> planes) {
        List<List<UInt>> sums = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            List<UInt> groups = new ArrayList<>();
            for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
                int low = first;
                List<UInt> byBit = new ArrayList<>();
                for (int bit = 0; bit < unit.weightDigit(); bit++) {
                    int at = (pe * unit.weightDigit() + bit) * unit.simd();
                    UInt weightPlane = group(weightWord.bits(at + unit.simd() - 1, at), low);
                    byBit.add(weighted(planes.stream()
                            .map(plane -> group(plane, low).and(weightPlane).countOnes())
                            .toList()));
                }
                groups.add(weighted(byBit));
            }
            sums.add(groups);
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

    /** For each row, {@code sum(w * a)} of whole weights for each group of lanes: truth tables of a few columns each, summed. */
    private List<List<UInt>> frozenSums(UInt set, List<UInt> planes, Fpga fpga) {
        List<List<UInt>> sums = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            sums.add(new ArrayList<>());
        }
        for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
            List<UInt> group = frozenGroup(set, planes, first, fpga);
            for (int pe = 0; pe < unit.pe(); pe++) {
                sums.get(pe).add(group.get(pe));
            }
        }
        return sums;
    }

    private List<UInt> frozenGroup(UInt set, List<UInt> planes, int groupFirst, Fpga fpga) {
        boolean oneSet = unit.rowFolds() == 1 && unit.columnFolds() == 1;
        int width = unit.tableColumns(fpga);
        int groupEnd = Math.min(groupFirst + unit.groupLanes(), unit.simd());
        List<List<List<UInt>>> terms = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            terms.add(new ArrayList<>());
            planes.forEach(plane -> terms.getLast().add(new ArrayList<>()));
        }
        for (int first = groupFirst; first < groupEnd; first += width) {
            int count = Math.min(width, groupEnd - first);
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

    /** {@code (2^weightDigit - 1) * sum(a)}, what the weights' codes count too much. */
    private UInt offset(UInt sum) {
        return unit.weightDigit() == 1
                ? sum
                : sum.shiftLeft(unit.weightDigit()).minus(sum).asUInt().trunc(unit.offsetBits());
    }

    /** {@code 2 * sum(w * a) - (2^weightDigit - 1) * sum(a) - 1}, with a sign: subtracting one more takes nothing but inverses. */
    private UInt productLessOne(UInt weightedSum, UInt offset) {
        int bits = unit.offsetBits() + 1;
        return fit(weightedSum.shiftLeft(1), bits)
                .wrappingPlus(fit(offset, bits).not());
    }

    /** The number modulo 2^bits. */
    private static UInt fit(UInt value, int bits) {
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
}
