package narrowband.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Unit;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.unit.DepthwiseConvolutionModule;
import narrowband.hdlgen.unit.MatrixVectorModule;
import narrowband.hdlgen.unit.UnitModule;

/**
 * A unit to be synthesised alone, and its estimate held against what comes out. The sets are frozen: the estimates' constants are fitted to the one, and reported on the other.
 *
 * @param operations binary operations of a step; 0 for units that are not counted in them
 * @param module the unit's hardware
 */
record UnitSpecimen(String description, Unit unit, long operations, Function<Fpga, UnitModule> module) {
    /** Shapes of which the constants of the estimates are made. */
    static List<UnitSpecimen> fitted() {
        return List.of(
                matrixVector(64, 1024, 2, 2, 4, 256, 1, 1, Weights.STORED),
                matrixVector(64, 576, 2, 3, 4, 64, 1, 1, Weights.STORED),
                matrixVector(16, 144, 3, 4, 2, 36, 1, 1, Weights.STORED),
                matrixVector(64, 288, 4, 2, 8, 32, 1, 2, Weights.STORED),
                matrixVector(32, 288, 4, 4, 4, 32, 4, 1, Weights.STORED),
                matrixVector(64, 256, 2, 2, 8, 16, 2, 2, Weights.STORED),
                matrixVector(4, 120, 4, 3, 4, 120, 4, 1, Weights.FROZEN),
                matrixVector(16, 72, 2, 4, 4, 72, 2, 1, Weights.FROZEN),
                matrixVector(8, 96, 3, 2, 8, 48, 3, 2, Weights.FROZEN),
                depthwise(64, 9, 2, 2, 4),
                depthwise(32, 9, 4, 4, 8));
    }

    /** Shapes that nothing was fitted to. */
    static List<UnitSpecimen> heldOut() {
        return List.of(
                matrixVector(64, 512, 1, 2, 8, 128, 1, 1, Weights.STORED),
                matrixVector(32, 288, 2, 3, 4, 48, 1, 1, Weights.STORED),
                matrixVector(48, 240, 4, 4, 6, 20, 1, 4, Weights.STORED),
                matrixVector(40, 360, 3, 3, 5, 40, 3, 1, Weights.STORED),
                matrixVector(48, 216, 4, 4, 3, 27, 2, 2, Weights.STORED),
                matrixVector(8, 100, 4, 4, 8, 100, 4, 1, Weights.FROZEN),
                matrixVector(12, 50, 3, 3, 4, 50, 3, 1, Weights.FROZEN),
                depthwise(48, 9, 3, 3, 8),
                depthwise(36, 25, 2, 4, 4));
    }

    static UnitSpecimen matrixVector(
            int rows,
            int columns,
            int weightBits,
            int activationBits,
            int pe,
            int simd,
            int weightDigit,
            int activationDigit,
            Weights where) {
        WeightCodes weights = weights(weightBits, rows, columns);
        CodeType activation = CodeType.unsigned(activationBits);
        IntegerNetwork network = new IntegerNetwork(
                "specimen",
                List.of(
                        new Layer.Input("in", Shape.vector(columns), activation, Scale.uniform(1)),
                        new Layer.Dense("dense", "in", weights, Scale.uniform(1))));
        MatrixVector unit = new MatrixVector(
                "unit",
                "dense",
                1,
                columns,
                rows,
                simd,
                pe,
                activation,
                weightBits,
                weightDigit,
                activationDigit,
                network.tensor("dense").type(),
                where);
        return new UnitSpecimen(
                "matrix-vector %dx%d, W%dA%d, PE %d, SIMD %d, digits %dx%d%s"
                        .formatted(
                                rows,
                                columns,
                                weightBits,
                                activationBits,
                                pe,
                                simd,
                                weightDigit,
                                activationDigit,
                                where == Weights.FROZEN ? ", frozen" : ""),
                unit,
                unit.binaryOperationsPerStep(),
                fpga -> new MatrixVectorModule(unit, weights, fpga));
    }

    private static UnitSpecimen depthwise(int channels, int taps, int weightBits, int activationBits, int lanes) {
        WeightCodes weights = weights(weightBits, channels, taps);
        CodeType activation = CodeType.unsigned(activationBits);
        long largest = (long) taps * ((1L << weightBits) - 1) * activation.max();
        DepthwiseConvolution unit = new DepthwiseConvolution(
                "unit",
                "depthwise",
                4,
                taps,
                channels,
                lanes,
                activation,
                weightBits,
                CodeType.ofRange(-largest, largest));
        return new UnitSpecimen(
                "depthwise %d channels, %d taps, W%dA%d, %d lanes"
                        .formatted(channels, taps, weightBits, activationBits, lanes),
                unit,
                0,
                fpga -> new DepthwiseConvolutionModule(unit, weights, fpga));
    }

    /** Random weights, as trained ones lie: normal, with a standard deviation of a fifth of the range. */
    private static WeightCodes weights(int bits, int outputs, int inputs) {
        Random random = new Random(bits * 1_000_003L + outputs * 1_009L + inputs);
        int top = (1 << bits) - 1;
        int[] codes = new int[outputs * inputs];
        for (int i = 0; i < codes.length; i++) {
            double level = 0.5 + 0.2 * random.nextGaussian();
            codes[i] = Math.clamp(Math.round(level * top), 0, top);
        }
        return new WeightCodes(bits, outputs, inputs, codes);
    }
}
