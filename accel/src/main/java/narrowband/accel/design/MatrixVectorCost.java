package narrowband.accel.design;

import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.CodeType;

/**
 * What a matrix-vector unit takes, part by part. The constants are fitted to Yosys 0.23's counts of the units in {@code UnitSpecimen.fitted()} and reported on others
 * (tests/BENCHMARKS.md).
 */
final class MatrixVectorCost {
    /** Counters, addresses and handshakes. */
    private static final double CONTROL_LUTS = 60;

    private static final long CONTROL_REGISTERS = 40;

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
        boolean stored = unit.weights() != Weights.FROZEN;
        int groups = unit.laneGroups();
        double sums = stored ? storedSums() : frozenSums();
        double adders = unit.pe() * ((groups - 1) * (sumBits() + 1.0) + unit.offsetBits() + 1);
        // A carry chain takes an accumulator's bit and its choice in one table of six inputs.
        double accumulators = (double) unit.pe() * unit.accumulator().bits() * (wide || accumulatesOnce() ? 1 : 2);
        double luts = sums + adders + accumulators + activationSum() + select() + CONTROL_LUTS;
        long keptBits = (long) unit.simd() * unit.activation().bits();
        long sumRegisters = groups > 1 ? (groups + 1L) * sumBits() : sumBits();
        long registers = (long) unit.simd() * unit.activationDigit()
                + (long) unit.pe()
                        * (sumRegisters
                                + unit.offsetBits()
                                + 1
                                + unit.accumulator().bits())
                + CONTROL_REGISTERS;
        Resources logic = Resources.logic(luts, registers);
        return unit.keepsVector() ? logic.plus(kept(keptBits)) : logic;
    }

    /** Whether each step begins a new sum. */
    private boolean accumulatesOnce() {
        return unit.stepsPerRowFold() == 1;
    }

    /** Bits of the sum over a group of lanes. */
    private int sumBits() {
        long digits = ((1L << unit.weightDigit()) - 1) * ((1L << unit.activationDigit()) - 1);
        return CodeType.ofRange(0, digits * unit.groupLanes()).bits();
    }

    /** Products and their counts. */
    private double storedSums() {
        int planes = unit.weightDigit() * unit.activationDigit();
        double perLane = wide ? 1.4 : 2.5;
        double weighting = (planes - 1.0) * (bits(unit.groupLanes()) + 1) * unit.laneGroups();
        return unit.pe() * (perLane * planes * unit.simd() + weighting);
    }

    /** The sum of the activations, which all rows share. */
    private double activationSum() {
        double perLane = wide ? 1.0 : 2.0;
        int digit = unit.activationDigit();
        return perLane * digit * unit.simd()
                + (digit - 1.0) * (bits(unit.groupLanes()) + 1)
                + (unit.laneGroups() - 1.0) * sumBits();
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
    private Resources kept(long bits) {
        int words = unit.columnFolds();
        return words == 1 || fpga.distributedRam().exists()
                ? Resources.distributedRam(words, bits, fpga)
                : Resources.logic(0.7 * (words - 1) * bits, words * bits);
    }

    /** Truth tables, and the adders that sum what they give. */
    private double frozenSums() {
        int set = MatrixVector.setBits(unit.rowFolds(), unit.columnFolds());
        int lanes = unit.tableColumns(fpga);
        int group = unit.groupLanes();
        double tables = Math.ceilDiv(group, lanes) * (unit.simd() / group) + Math.ceilDiv(unit.simd() % group, lanes);
        int sum = CodeType.ofRange(0, ((1L << unit.weightBits()) - 1) * lanes).bits();
        // With narrow weights and few columns, several rows have the same table.
        double sets = (double) unit.rowFolds() * unit.columnFolds();
        double distinct = Math.min(unit.pe(), Math.pow(2, unit.weightBits() * lanes * sets));
        double perTable = Math.max(1, Math.pow(2, set + lanes - fpga.lutInputs()));
        int digit = unit.activationDigit();
        double adders =
                digit * (tables - unit.laneGroups()) * (sum + 1) + (digit - 1.0) * (sumBits() + 1) * unit.laneGroups();
        return (wide ? 0.85 : 1.0) * digit * distinct * tables * sum * perTable + unit.pe() * adders;
    }

    private static int bits(int count) {
        return CodeType.ofRange(0, count).bits();
    }
}
