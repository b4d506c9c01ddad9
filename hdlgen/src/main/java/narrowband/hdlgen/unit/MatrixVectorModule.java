package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.DigitPair;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdlgen.unit.PartialSums.Term;

/** The bit-serial matrix-vector unit; see {@link MatrixVector} for the order of work. */
public final class MatrixVectorModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final MatrixVector unit;
    private final WeightCodes weights;
    private final Fpga fpga;

    public MatrixVectorModule(MatrixVector unit, WeightCodes weights, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        this.weights = weights;
        this.fpga = fpga;
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
        Loop pair = around(column, "pair", pairs.size());
        Loop row = around(pair, "row", unit.rowFolds());
        Bool columnsDone = called("columns_done", column.ends());
        Bool pairsDone = called("pairs_done", pair.ends());
        boolean once = unit.rowFolds() == 1 && pairs.size() == 1;
        Bool reading = once ? Bool.TRUE : reg(true).named("reading").comment("the vector comes in");
        if (!once) {
            when(columnsDone, () -> reading.set(pair.last().and(row.last())));
        }
        Bool moves = pipeline(unit.stages(), pairsDone, out);
        fire.set(moves.and(reading.not().or(in.valid)));
        in.ready.set(moves.and(reading));

        // Operands.
        UInt digit = ofPair("digit", pairs.stream().mapToLong(DigitPair::activation), pair, columnsDone);
        List<UInt> planes = new ArrayList<>();
        for (UInt plane : planes(reading, column.value(), fire, digit, pairs.getFirst(), moves)) {
            planes.add(delayed("plane_" + planes.size(), plane, moves));
        }
        boolean frozen = unit.weights() == Weights.FROZEN;
        UInt weightWord = frozen ? set(row, column, moves) : weightWord(pairs, fire, column, pair, row, moves);

        // Sums over the lanes.
        List<PartialSums> sums = frozen
                ? new FrozenSums(this, unit, weights, weightWord, planes, fpga).byRow()
                : storedSums(weightWord, planes);
        UInt offset = offset(planes, moves);
        // The last two stages: products; accumulators.
        Bool columnsBegin = unit.columnFolds() == 1
                ? Bool.TRUE
                : reg(true).named("columns_begin").comment("the next step has the first columns");
        Bool sumBegins = unit.stepsPerRowFold() == 1
                ? Bool.TRUE
                : reg(true).named("sum_begins").comment("the next step is the first of its rows");
        when(fire, () -> {
            if (unit.columnFolds() > 1) {
                columnsBegin.set(column.over());
            }
            if (unit.stepsPerRowFold() > 1) {
                sumBegins.set(pair.over());
            }
        });
        UInt shiftNow = ofPair("shift_of_pair", pairs.stream().mapToLong(DigitPair::shift), pair, columnsDone);
        UInt shift = mux(columnsBegin, shiftNow, UInt.of(1, 0));
        Bool first = sumBegins;
        Bool works = fire;
        for (int stage = 1; stage < unit.stages(); stage++) {
            shift = pairs.size() == 1 ? shift : delayed("shift" + stage, shift, moves);
            first = unit.stepsPerRowFold() == 1 ? first : delayed("first" + stage, first, moves);
            works = delayed("works" + stage, works, moves);
        }
        Bool accumulates = called("accumulates", moves.and(works));
        int bits = unit.accumulator().bits();
        List<UInt> accumulators = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            UInt sum = delayed("sum_" + pe, after(unit.summingStages(), sums.get(pe), "sums_" + pe, moves), moves);
            UInt product = delayed("product_" + pe, productLessOne(sum, offset), moves);
            UInt accumulator = reg(bits).named("accumulator_" + pe);
            UInt before = mux(first, UInt.of(bits, 0), shifted(accumulator, shift, pairs));
            // A sum, written as a difference: synthesis may swap a sum's sides, and then needs a table more for each
            // bit.
            when(accumulates, () -> accumulator.set(modulo(product, bits).wrappingMinus(before.not())));
            accumulators.add(accumulator);
        }
        out.data.set(pack(accumulators));
    }

    private UInt after(int stages, PartialSums sums, String name, Bool moves) {
        return sums.after(stages, unit.pipelining().sums(), this, name, moves);
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

    /** The present word of the vector as it was kept while it was read; where there is a stage for it, one cycle later. */
    private UInt kept(UInt column, Bool keep, Bool moves) {
        if (unit.columnFolds() == 1) {
            return delayed("kept", in.data, keep);
        }
        boolean later = unit.pipelining().readsAhead();
        Style style = unit.keepsVectorInBlockRam(fpga) ? Style.BLOCK : smallStyle();
        // What is read while the vector comes in is not used.
        var kept = ram(in.data.width(), unit.columnFolds(), style)
                .ignoringCollisions()
                .ignoringStart()
                .named("kept");
        kept.write(column, in.data, keep);
        return later ? kept.readSync(column, moves).named("fetched") : kept.read(column);
    }

    /** The weights of this step when its operands are there; the address runs along and jumps where a digit pair ends. */
    private UInt weightWord(List<DigitPair> pairs, Bool fire, Loop column, Loop pair, Loop row, Bool moves) {
        int words = Math.toIntExact(unit.weightWords());
        List<BigInteger> contents = unit.weightMemory(weights);
        boolean reloadable = unit.weights() == Weights.RELOADABLE;
        if (words == 1) {
            return reloadable
                    ? reloadable(contents, UInt.of(1, 0), moves)
                    : UInt.of(unit.weightWordBits(), contents.getFirst());
        }
        Style style = reloadable ? bufferStyle(words, unit.weightWordBits()) : romStyle(words, unit.weightWordBits());
        boolean holds = unit.pipelining().holdsWeights() && style == Style.BLOCK;
        UInt address = address(words, pairs, fire, column, pair, row);
        if (unit.readsWeightsInParts(fpga)) {
            return delayed(
                    "weight_word", readInParts("weights", unit.weightWordBits(), contents, address, moves), moves);
        }
        UInt asked = unit.pipelining().readsAhead() && !holds ? delayed("asked", address, moves) : address;
        UInt word = reloadable
                ? reloadable(contents, asked, moves)
                : rom(unit.weightWordBits(), contents, style)
                        .ignoringStart()
                        .named("weights")
                        .readSync(asked, moves)
                        .named("weight_word");
        return holds ? delayed("held_weights", word, moves) : word;
    }

    /** The address of a step's weights; where it jumps to is worked out ahead if there is a cycle for it. */
    private UInt address(int words, List<DigitPair> pairs, Bool fire, Loop column, Loop pair, Loop row) {
        int width = bitsFor(words - 1L);
        int steps = unit.stepsPerRowFold();
        long rowWords = (long) unit.weightDigits() * unit.columnFolds();
        long[] next = new long[pairs.size()];
        for (int p = 0; p < next.length; p++) {
            next[p] = (long) pairs.get((p + 1) % next.length).weight() * unit.columnFolds();
        }
        UInt address = reg(width, next[next.length - 1]).named("address").comment("of the weight memory");
        UInt base = UInt.of(width, 0);
        UInt nextBase = base;
        if (unit.rowFolds() > 1) {
            UInt rows = reg(width, 0).named("base").comment("address of this row group");
            UInt behind = mux(row.last(), UInt.of(width, 0), rows.wrappingPlus(rowWords));
            UInt rowsBehind = ahead("next_base", behind, rowWords, steps >= 3);
            when(pair.ends(), () -> rows.set(rowsBehind));
            base = rows;
            nextBase = rowsBehind;
        }
        UInt jump = ahead(
                "jump",
                mux(pair.last(), nextBase, base).wrappingPlus(lookUp(pair.value(), next)),
                (pairs.size() == 1 && unit.rowFolds() > 1 ? rowWords : 0) + next[0],
                unit.columnFolds() >= 2);
        UInt successor = fpga.outrunsBlockRam() ? successor(address) : address.wrappingPlus(1);
        when(fire, () -> address.set(mux(column.last(), jump, successor)));
        return address;
    }

    /**
     * One more, bit by bit: each turns where all below are 1. Said as a sum, synthesis makes a carry chain, finds that its first bit is
     * the inverse of the address's, and reads tables by way of the chain.
     */
    private static UInt successor(UInt number) {
        List<UInt> bits = new ArrayList<>();
        bits.add(number.bits(0, 0).not());
        for (int bit = 1; bit < number.width(); bit++) {
            bits.add(number.bits(bit, bit)
                    .xor(number.trunc(bit).eq((1L << bit) - 1).asUInt()));
        }
        return pack(bits);
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
    private List<UInt> planes(Bool reading, UInt column, Bool fire, UInt digit, DigitPair firstPair, Bool moves) {
        boolean later = unit.pipelining().readsAhead();
        List<UInt> entering = new ArrayList<>();
        for (UInt plane : planes(in.data, firstPair.activation())) {
            entering.add(later ? delayed("arrived_" + entering.size(), plane, moves) : plane);
        }
        if (!unit.keepsVector()) {
            return entering;
        }
        UInt kept = kept(column, fire.and(reading), moves);
        Bool enters = later ? delayed("arrives", reading, moves) : reading;
        UInt chosen = later && unit.activationDigits() > 1 ? delayed("digit_asked", digit, moves) : digit;
        List<List<UInt>> byDigit = new ArrayList<>();
        for (int d = 0; d < unit.activationDigits(); d++) {
            byDigit.add(planes(kept, d));
        }
        List<UInt> planes = new ArrayList<>();
        for (int bit = 0; bit < unit.activationDigit(); bit++) {
            int plane = bit;
            List<UInt> choices =
                    byDigit.stream().map(planesOf -> planesOf.get(plane)).toList();
            planes.add(mux(enters, entering.get(bit), select(chosen, choices)));
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

    /** {@code (2^weightDigit - 1) * sum(a)}, what the weights' codes count too much, in a register beside that of the rows' sums. */
    private UInt offset(List<UInt> planes, Bool moves) {
        List<Term> sums = new ArrayList<>();
        for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
            int low = first;
            sums.addAll(counts(planes.stream().map(plane -> group(plane, low)).toList(), 0));
        }
        int stages = unit.summingStages() - (unit.scalesOffsetApart() ? 1 : 0);
        UInt sum = after(stages, new PartialSums(sums), "activations", moves);
        UInt scaled = unit.weightDigit() == 1
                ? sum
                : scaled(unit.scalesOffsetApart() ? delayed("activation_sum", sum, moves) : sum);
        return delayed("offset", scaled, moves);
    }

    private UInt scaled(UInt sum) {
        return sum.shiftLeft(unit.weightDigit()).minus(sum).asUInt().trunc(unit.offsetBits());
    }

    /** How many ones words have, of which the later ones weigh more: apart, or all together where a stage takes them so. */
    private List<Term> counts(List<UInt> words, int shift) {
        List<Term> counts = new ArrayList<>();
        for (UInt word : words) {
            counts.add(new Term(word.countOnes(), shift + counts.size(), word.width()));
        }
        return unit.pipelining().planesApart() ? counts : List.of(PartialSums.sum(counts));
    }

    /** The lanes of a group among bits of all lanes. */
    private UInt group(UInt lanes, int first) {
        return lanes.bits(Math.min(first + unit.groupLanes(), unit.simd()) - 1, first);
    }

    /** For each row, {@code sum(w * a)} of the weight digits in the word, over groups of lanes. */
    private List<PartialSums> storedSums(UInt weightWord, List<UInt> planes) {
        List<PartialSums> sums = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            List<Term> terms = new ArrayList<>();
            for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
                int low = first;
                List<Term> group = new ArrayList<>();
                for (int bit = 0; bit < unit.weightDigit(); bit++) {
                    int at = (pe * unit.weightDigit() + bit) * unit.simd();
                    UInt weightPlane = group(weightWord.bits(at + unit.simd() - 1, at), low);
                    group.addAll(counts(
                            planes.stream()
                                    .map(plane -> group(plane, low).and(weightPlane))
                                    .toList(),
                            bit));
                }
                terms.addAll(unit.pipelining().planesApart() ? group : List.of(PartialSums.sum(group)));
            }
            sums.add(new PartialSums(terms));
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
        return delayed("set", unit.pipelining().readsAhead() ? delayed("set_asked", set, moves) : set, moves);
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
