package narrowband.accel.design;

import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.CodeType;

/**
 * What a matrix-vector unit takes, part by part. The constants are fitted to Yosys 0.23's counts of the units in {@code SpecimenSets.fitted()} and reported on others
 * (tests/BENCHMARKS.md).
 */
final class MatrixVectorCost {
    /** Counters, addresses and handshakes. */
    private static final double CONTROL_LUTS = 60;

    private static final long CONTROL_REGISTERS = 40;

    /** Whether it holds a word, works, begins a sum, and by how much that shifts. */
    private static final long CONTROL_REGISTERS_OF_STAGE = 4;

    private final MatrixVector unit;
    private final Fpga fpga;
    private final boolean wide;

    MatrixVectorCost(MatrixVector unit, Fpga fpga) {
        this.unit = unit;
        this.fpga = fpga;
        wide = fpga.lutInputs() >= 6;
    }

    /** All of the unit but the memory of its weights. */
    Resources logic() {
        int pe = unit.pe();
        Summing rows = summing(unit.partialSums(), partialBits(), sumBits());
        Summing shared = summing(unit.partialActivationSums(), partialActivationBits(), unit.offsetBits());
        double sums = unit.weights() == Weights.FROZEN ? frozenSums() : storedSums();
        // A carry chain takes an accumulator's bit and its choice in one table of six inputs.
        double accumulators = unit.accumulator().bits() * (wide || accumulatesOnce() ? 1.0 : 2.0);
        double luts = sums
                + pe * (rows.luts() + unit.offsetBits() + 1 + accumulators)
                + activationSum()
                + shared.luts()
                + (unit.weightDigit() > 1 ? unit.offsetBits() : 0)
                + select()
                + CONTROL_LUTS;
        long registers = pe
                        * (rows.registers()
                                + unit.offsetBits()
                                + 1L
                                + unit.accumulator().bits())
                + shared.registers()
                + operandRegisters()
                + CONTROL_REGISTERS
                + CONTROL_REGISTERS_OF_STAGE * unit.stages();
        Resources logic = Resources.logic(luts, registers);
        return unit.keepsVector() ? logic.plus(kept()) : logic;
    }

    /**
     * Partial sums added up over the stages behind them.
     *
     * @param bits of each
     * @param last bits of the sum of all
     */
    private record Summing(int numbers, int bits, int last, int stages, int most) {
        /** Adders: one less than there are numbers, on the way about as wide as what is between the first and the last. */
        double luts() {
            return (numbers - 1) * (bits + 1.7);
        }

        long registers() {
            long registers = 0;
            int left = numbers;
            int width = bits;
            for (int stage = 0; stage < stages; stage++) {
                registers += (long) left * width;
                int next = Math.ceilDiv(left, most);
                width = Math.min(last, width + MatrixVectorCost.bits(Math.ceilDiv(left, next) - 1));
                left = next;
            }
            return registers + last;
        }
    }

    private Summing summing(int numbers, int bits, int last) {
        return new Summing(
                numbers, bits, last, unit.summingStages(), unit.pipelining().sums());
    }

    /** Operands, those that arrive ahead, and weights that are held back. */
    private long operandRegisters() {
        long planes = (long) unit.simd() * unit.activationDigit();
        if (!unit.pipelining().readsAhead()) {
            return planes;
        }
        boolean held = unit.pipelining().holdsWeights()
                && unit.weights() != Weights.FROZEN
                && fpga.prefersBlockRom(unit.weightWords(), unit.weightWordBits());
        long words = unit.weightWords();
        long parts = unit.readsWeightsInParts(fpga) ? Math.ceilDiv(words, fpga.partWords(words)) : 0;
        return 2 * planes + (held ? 1 : parts) * unit.weightWordBits();
    }

    /** Whether each step begins a new sum. */
    private boolean accumulatesOnce() {
        return unit.stepsPerRowFold() == 1;
    }

    /** Bits of the sum over all lanes. */
    private int sumBits() {
        long digits = ((1L << unit.weightDigit()) - 1) * ((1L << unit.activationDigit()) - 1);
        return CodeType.ofRange(0, digits * unit.simd()).bits();
    }

    /** Bits of one of the sums that are added up. */
    private int partialBits() {
        long weight = unit.pipelining().planesApart() && unit.weights() != Weights.FROZEN
                ? 1
                : (1L << unit.weightDigit()) - 1;
        return CodeType.ofRange(0, weight * partialActivation()).bits();
    }

    private int partialActivationBits() {
        return CodeType.ofRange(0, partialActivation()).bits();
    }

    private long partialActivation() {
        return unit.groupLanes() * (unit.pipelining().planesApart() ? 1 : (1L << unit.activationDigit()) - 1);
    }

    /** Products and their counts, over groups of lanes. */
    private double storedSums() {
        int planes = unit.weightDigit() * unit.activationDigit();
        return unit.pe() * (perProduct() * planes * unit.simd() + weighting(planes));
    }

    /** The sum of the activations over groups of lanes, which all rows share. */
    private double activationSum() {
        int digit = unit.activationDigit();
        return perOne() * digit * unit.simd() + weighting(digit);
    }

    /** Counts of planes of different weight, added where they are not kept apart. */
    private double weighting(int planes) {
        return unit.pipelining().planesApart() ? 0 : (planes - 1.0) * (bits(unit.groupLanes()) + 1) * unit.laneGroups();
    }

    /** Tables that multiply and count, for each lane. */
    private double perProduct() {
        return wide ? 1.3 : 2.1;
    }

    /** Tables that count alone. */
    private double perOne() {
        return wide ? 1.0 : 0.75;
    }

    /** The choice of an activation's digit, and between the vector as it comes and as it was kept. */
    private double select() {
        if (!unit.keepsVector()) {
            return 0;
        }
        int digits = unit.activationDigits();
        double tables;
        if (wide) {
            tables = digits <= 2 ? 1 : digits <= 4 ? 2 : 0.45 * digits;
        } else {
            tables = digits <= 3 ? digits : 0.75 * digits;
        }
        return tables * unit.simd() * unit.activationDigit();
    }

    /** The copy of the vector; without LUT RAM it lies in registers, and a word is chosen among them. */
    private Resources kept() {
        int words = unit.columnFolds();
        long bits = (long) unit.simd() * unit.activation().bits();
        if (unit.keepsVectorInBlockRam(fpga)) {
            return new Resources(0, 0, fpga.blockRamsFor(words, bits));
        }
        Resources fetched = Resources.logic(0, words > 1 && unit.pipelining().readsAhead() ? bits : 0);
        return fetched.plus(
                words == 1 || fpga.distributedRam().exists()
                        ? Resources.distributedRam(words, bits, fpga)
                        : Resources.logic(0.7 * (words - 1) * bits, words * bits));
    }

    /** Truth tables, and the adders that sum what they give over groups of lanes. */
    private double frozenSums() {
        int set = MatrixVector.setBits(unit.rowFolds(), unit.columnFolds());
        int lanes = unit.tableColumns(fpga);
        int digit = unit.activationDigit();
        double sets = (double) unit.rowFolds() * unit.columnFolds();
        // With narrow weights and few columns, several rows have the same table.
        double distinct = Math.min(unit.pe(), Math.pow(2, unit.weightBits() * lanes * sets));
        double perTable = Math.max(1, Math.pow(2, set + lanes - fpga.lutInputs()));
        int sum = CodeType.ofRange(0, ((1L << unit.weightBits()) - 1) * lanes).bits();
        double tables = 0;
        double adders = 0;
        for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
            int group = Math.min(unit.groupLanes(), unit.simd() - first);
            // An adder of six-input tables takes a second table in, of one column less.
            int pair = wide ? 2 * lanes - 1 : lanes;
            int numbers = Math.ceilDiv(group, pair);
            int pairs = wide ? numbers - (group % pair != 0 && group % pair <= lanes ? 1 : 0) : 0;
            tables += numbers * sum + pairs * (sum + 1.0);
            adders += (numbers - 1.0) * (sum + 2.0);
        }
        double weighting = unit.pipelining().planesApart() ? 0 : (digit - 1.0) * (sumBits() + 1) * unit.laneGroups();
        // Some bits of a table are alike in fewer inputs, or in other tables.
        return (wide ? 0.85 : 1.0) * digit * distinct * tables * perTable + unit.pe() * (digit * adders + weighting);
    }

    private static int bits(int count) {
        return CodeType.ofRange(0, count).bits();
    }
}
