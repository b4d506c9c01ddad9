package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;
import narrowband.accel.network.WeightCodes;

/**
 * The bit-serial matrix-vector unit (MVU): multiplies a matrix of weight codes with each vector that streams in, {@code pe}
 * rows and {@code simd} columns at a time, one digit of the weights and one digit of the activations per cycle.
 *
 * <p>A digit of one bit is bit-serial; a digit as wide as its operand is bit-parallel. So the two digit sizes span the
 * styles of Umuroglu et al. (BISMO, FPL 2018): fully serial (1, 1), weight-serial (1, A), activation-serial (W, 1) and
 * bit-parallel (W, A).
 *
 * <p>Order of work for one vector: for each group of {@code pe} rows, for each pair of digits from the heaviest to the
 * lightest, for each group of {@code simd} columns. The vector is read during the first pair of the first group of rows, and
 * kept. Between pairs the accumulators shift left by the difference of the pairs' exponents (Horner). With weight planes
 * that are +1 or -1 (see {@code WeightCodes}) a step adds {@code 2 * sum(w * a) - (2^weightDigit - 1) * sum(a)} over its
 * lanes, {@code w} and {@code a} being unsigned digits.
 *
 * <p>Weights that never change need no memory. Frozen, they lie in truth tables (distributed arithmetic): a table has the
 * weighted sum of a few activation bits of neighbouring columns for each group of rows and columns, so that a weight costs
 * about as much as one bit of it would. Its digits are whole weights; it pays where few groups share the tables.
 *
 * <p>Pipeline, cut as {@link Pipelining} says: operands are fetched (one stage or two), multiplied and summed over the lanes
 * (one stage for groups of lanes, and as many as it takes to add up the groups), made products of signed weights,
 * accumulated.
 *
 * @param vectors vectors for one image
 * @param columns weights of a row; {@code simd} divides it
 * @param rows outputs; {@code pe} divides it
 * @param activation the type of the incoming codes; unsigned
 * @param weightDigit bits of a weight that a step takes; divides {@code weightBits}
 * @param activationDigit bits of an activation that a step takes; divides the activation's width
 * @param weights where the weights are
 * @param pipelining what a stage does at most
 */
public record MatrixVector(
        String name,
        String layer,
        long vectors,
        int columns,
        int rows,
        int simd,
        int pe,
        CodeType activation,
        int weightBits,
        int weightDigit,
        int activationDigit,
        CodeType accumulator,
        Weights weights,
        Pipelining pipelining)
        implements Unit {
    /** The most groups of rows and columns, as address bits, that frozen weights may be divided into. */
    private static final int WIDEST_SET = 8;

    /** Where the weights of a unit are. */
    public enum Weights {
        /** In a memory, from which each step reads its digits. */
        STORED,
        /** The same, and a processor can write others into it while the accelerator rests. */
        RELOADABLE,
        /** In truth tables. */
        FROZEN
    }

    public MatrixVector {
        requireDivides("simd", simd, "columns", columns);
        requireDivides("pe", pe, "rows", rows);
        requireDivides("weightDigit", weightDigit, "weightBits", weightBits);
        requireDivides("activationDigit", activationDigit, "activation bits", activation.bits());
        if (weights == Weights.FROZEN && weightDigit != weightBits) {
            throw new InvalidInputException(
                    "Layer %s: weightDigit is %d, but frozen weights are taken whole, %d bits at a time."
                            .formatted(layer, weightDigit, weightBits));
        }
        if (weights == Weights.FROZEN && setBits(rows / pe, columns / simd) > WIDEST_SET) {
            throw new InvalidInputException(
                    "Layer %s: frozen weights are divided into %d groups of rows and %d of columns, which is more than truth tables are made for; choose a larger pe or simd, or stored weights."
                            .formatted(layer, rows / pe, columns / simd));
        }
        if (activation.signed()) {
            throw new InvalidInputException(
                    "Layer %s: its activations are signed (%s); a matrix-vector unit takes unsigned codes. A shared engine takes a signed image."
                            .formatted(layer, activation));
        }
    }

    /** The unit of a layer with weights. */
    static MatrixVector of(IntegerNetwork network, Layer layer, MatrixVectorFolding folding, Fpga fpga) {
        Tensor from = network.inputOf(layer);
        Tensor out = network.tensor(layer.name());
        WeightCodes weights = network.weights().get(layer.name());
        return new MatrixVector(
                layer.name() + "_mvu",
                layer.name(),
                out.shape().positions(),
                weights.inputs(),
                out.shape().channels(),
                folding.simd(),
                folding.pe(),
                from.type(),
                weights.bits(),
                folding.weightDigit(),
                folding.activationDigit(),
                out.type(),
                folding.weights(),
                Pipelining.on(fpga));
    }

    /** Address bits that choose among the groups of rows and columns. */
    static int setBits(int rowFolds, int columnFolds) {
        return addressBits(rowFolds) + addressBits(columnFolds);
    }

    private static int addressBits(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }

    /** Columns whose activation bits share a truth table of frozen weights: as many as fill a look-up table. */
    public int tableColumns(Fpga fpga) {
        return Math.clamp(fpga.lutInputs() - setBits(rowFolds(), columnFolds()), 1, simd);
    }

    /** Whether the truth tables of frozen weights would take one look-up table for each bit of what they give. */
    static boolean canFreeze(IntegerNetwork network, Layer layer, int pe, int simd, Fpga fpga) {
        WeightCodes weights = network.weights().get(layer.name());
        return setBits(weights.outputs() / pe, weights.inputs() / simd) < fpga.lutInputs();
    }

    private static void requireDivides(String part, int divisor, String whole, int number) {
        if (divisor < 1 || number % divisor != 0) {
            throw new IllegalArgumentException("%s %d must divide %s %d".formatted(part, divisor, whole, number));
        }
    }

    /**
     * One pair of digits.
     *
     * @param weight index of the weight digit, 0 the least significant
     * @param activation index of the activation digit
     * @param shift bits by which the accumulators shift left before this pair is added; 0 for the first
     */
    public record DigitPair(int weight, int activation, int shift) {}

    /** Groups of rows. */
    public int rowFolds() {
        return rows / pe;
    }

    /** Groups of columns. */
    public int columnFolds() {
        return columns / simd;
    }

    public int weightDigits() {
        return weightBits / weightDigit;
    }

    public int activationDigits() {
        return activation.bits() / activationDigit;
    }

    /** All pairs of digits in the order of work: falling exponent, and for one exponent falling weight digit. */
    public List<DigitPair> digitPairs() {
        record Weighted(int weight, int activation, int exponent) {}
        List<Weighted> pairs = new ArrayList<>();
        for (int w = 0; w < weightDigits(); w++) {
            for (int a = 0; a < activationDigits(); a++) {
                pairs.add(new Weighted(w, a, w * weightDigit + a * activationDigit));
            }
        }
        pairs.sort(Comparator.comparingInt(Weighted::exponent)
                .thenComparingInt(Weighted::weight)
                .reversed());
        List<DigitPair> schedule = new ArrayList<>();
        int exponent = pairs.getFirst().exponent();
        for (Weighted pair : pairs) {
            schedule.add(new DigitPair(pair.weight(), pair.activation(), exponent - pair.exponent()));
            exponent = pair.exponent();
        }
        return schedule;
    }

    /** Cycles for one group of rows. */
    public int stepsPerRowFold() {
        return weightDigits() * activationDigits() * columnFolds();
    }

    /** Words of the weight memory: one for each group of rows, weight digit and group of columns, in this order. */
    public long weightWords() {
        return (long) rowFolds() * weightDigits() * columnFolds();
    }

    /** Bits of a word of the weight memory. */
    public int weightWordBits() {
        return pe * simd * weightDigit;
    }

    /** The words of the weight memory for the given weights, in order of their addresses. */
    public List<BigInteger> weightMemory(WeightCodes codes) {
        List<BigInteger> words = new ArrayList<>();
        for (int row = 0; row < rowFolds(); row++) {
            for (int digit = 0; digit < weightDigits(); digit++) {
                for (int column = 0; column < columnFolds(); column++) {
                    words.add(weightWord(codes, row, digit, column));
                }
            }
        }
        return words;
    }

    /** For each row, for each bit of the digit, one bit for each column. */
    private BigInteger weightWord(WeightCodes codes, int rowFold, int digit, int columnFold) {
        BigInteger word = BigInteger.ZERO;
        for (int row = 0; row < pe; row++) {
            for (int bit = 0; bit < weightDigit; bit++) {
                for (int lane = 0; lane < simd; lane++) {
                    int code = codes.code(rowFold * pe + row, columnFold * simd + lane);
                    if ((code >> (digit * weightDigit + bit) & 1) != 0) {
                        word = word.setBit((row * weightDigit + bit) * simd + lane);
                    }
                }
            }
        }
        return word;
    }

    /** Lanes of a group that is summed by itself. */
    public int groupLanes() {
        int most = weights == Weights.FROZEN ? pipelining.frozenLanes() : pipelining.lanes();
        boolean table = weights == Weights.FROZEN && pipelining.tablesApart();
        return Math.clamp(table ? most - setBits(rowFolds(), columnFolds()) : most, 1, simd);
    }

    /** Groups of lanes. */
    public int laneGroups() {
        return Math.ceilDiv(simd, groupLanes());
    }

    /** Numbers that a row's products of a step are first summed to: one for each group of lanes, or for each of its pairs of bit planes. */
    public int partialSums() {
        int weightPlanes = weights == Weights.FROZEN ? 1 : weightDigit;
        return laneGroups() * (pipelining.planesApart() ? weightPlanes * activationDigit : 1);
    }

    /** Likewise for the sum of the activations. */
    public int partialActivationSums() {
        return laneGroups() * (pipelining.planesApart() ? activationDigit : 1);
    }

    /** Whether what the weights' codes count too much is worked out in a stage of its own. */
    public boolean scalesOffsetApart() {
        return pipelining.planesApart() && weightDigit > 1;
    }

    /** Stages behind the first sums that add them up, and the offset beside them. */
    public int summingStages() {
        return Math.max(
                pipelining.stagesToSum(partialSums()),
                pipelining.stagesToSum(partialActivationSums()) + (scalesOffsetApart() ? 1 : 0));
    }

    /** Whether stored weights lie in tables so deep that they are read in two stages where there are two. */
    public boolean readsWeightsInParts(Fpga fpga) {
        return weights == Weights.STORED
                && pipelining.holdsWeights()
                && weightWords() > fpga.partWords(weightWords())
                && !fpga.prefersBlockRom(weightWords(), weightWordBits());
    }

    /** Stages until operands are there. */
    public int fetchingStages() {
        return pipelining.readsAhead() ? 2 : 1;
    }

    /** Pipeline stages from a step to the word that it makes: first sums, a product and an accumulator are one each. */
    public int stages() {
        return fetchingStages() + 1 + summingStages() + 2;
    }

    /** Bits of the largest {@code (2^weightDigit - 1) * sum(a)} of a step; a product has a sign beside them. */
    public int offsetBits() {
        long digit = (1L << activationDigit) - 1;
        return CodeType.ofRange(0, ((1L << weightDigit) - 1) * digit * simd).bits();
    }

    /** Whether the vector is used again after it was read. */
    public boolean keepsVector() {
        return rowFolds() > 1 || weightDigits() * activationDigits() > 1;
    }

    /** Whether block RAM keeps the vector. */
    public boolean keepsVectorInBlockRam(Fpga fpga) {
        return keepsVector()
                && pipelining.readsAhead()
                && fpga.prefersBlockRamToCells(columnFolds(), (long) simd * activation.bits());
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(simd, activation, vectors * columnFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(pe, accumulator, vectors * rowFolds()));
    }

    @Override
    public Timing timing() {
        int folds = columnFolds();
        int steps = stepsPerRowFold();
        Program first = steps == folds
                ? sequence(repeat(folds - 1L, Step.READ), Step.READ_WRITE)
                : sequence(repeat(folds, Step.READ), repeat(steps - folds - 1L, Step.WORK), Step.WRITE);
        Program others = repeat(rowFolds() - 1L, sequence(repeat(steps - 1L, Step.WORK), Step.WRITE));
        return Timing.of(repeat(vectors, sequence(first, others)), stages());
    }

    /** Binary operations (an AND and its share of the sum count as two) in a step. */
    public long binaryOperationsPerStep() {
        return 2L * pe * simd * weightDigit * activationDigit;
    }

    @Override
    public Resources resources(Fpga fpga) {
        return new MatrixVectorCost(this, fpga).logic().plus(weightMemory(fpga));
    }

    private Resources weightMemory(Fpga fpga) {
        return switch (weights) {
            case STORED -> Resources.rom(weightWords(), weightWordBits(), fpga);
            // The word that is put together piece by piece, and its address.
            case RELOADABLE ->
                Resources.buffer(weightWords(), weightWordBits(), fpga)
                        .plus(Resources.logic(16, weightWordBits() + 16));
            case FROZEN -> Resources.NONE;
        };
    }
}
