package narrowband.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Pipelining;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.design.TopScores;
import narrowband.accel.design.Unit;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.unit.DepthwiseConvolutionModule;
import narrowband.hdlgen.unit.IdentityShortcutModule;
import narrowband.hdlgen.unit.MatrixVectorModule;
import narrowband.hdlgen.unit.TopScoresModule;
import narrowband.hdlgen.unit.UnitModule;

/**
 * A unit to be synthesised alone, and its estimate held against what comes out. The sets are frozen: the estimates' constants are fitted to the one, and reported on the other.
 *
 * @param unit the unit as it is made for an FPGA
 * @param operations binary operations of a step; 0 for units that are not counted in them
 * @param module the unit's hardware
 */
record UnitSpecimen(String description, Function<Fpga, Unit> unit, long operations, Function<Fpga, UnitModule> module) {
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
                depthwise(32, 9, 4, 4, 8),
                shortcut(32, 16, 8, 2, 4),
                shortcut(24, 12, 6, 3, 12),
                topScores(10, 5, 12),
                topScores(100, 2, 16),
                thresholds(Method.SERIAL, 13, 32, 1, 6),
                thresholds(Method.SERIAL, 12, 64, 1, 5),
                thresholds(Method.SERIAL, 15, 24, 1, 7),
                thresholds(Method.SERIAL, 11, 128, 2, 6),
                thresholds(Method.SERIAL, 12, 40, 1, 6),
                thresholds(Method.SERIAL, 14, 20, 1, 7),
                thresholds(Method.MULTIPLY, 12, 8, 1, 5),
                thresholds(Method.MULTIPLY, 12, 24, 3, 6),
                thresholds(Method.MULTIPLY, 10, 4, 4, 7),
                thresholds(Method.MULTIPLY, 12, 12, 1, 7),
                thresholds(Method.MULTIPLY, 12, 2, 2, 6));
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
                depthwise(36, 25, 2, 4, 4),
                thresholds(Method.PARALLEL, 11, 12, 6, 2),
                thresholds(Method.PARALLEL, 9, 8, 8, 3),
                thresholds(Method.PIPELINED, 13, 12, 12, 3),
                thresholds(Method.PIPELINED, 11, 24, 3, 4),
                thresholds(Method.SERIAL, 12, 16, 2, 3),
                thresholds(Method.SERIAL, 14, 48, 1, 6),
                thresholds(Method.MULTIPLY, 13, 16, 2, 6),
                thresholds(Method.MULTIPLY, 11, 6, 6, 7),
                window(20, 3, 8, 3, 1, 1, 8),
                window(24, 3, 12, 2, 2, 1, 36),
                window(18, 5, 4, 4, 1, 2, 100),
                window(30, 3, 24, 2, 1, 1, 6),
                shortcut(16, 32, 16, 2, 2),
                shortcut(28, 8, 4, 4, 8),
                topScores(10, 3, 14),
                topScores(1000, 5, 18));
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
        Function<Fpga, MatrixVector> unit = fpga -> new MatrixVector(
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
                where,
                Pipelining.on(fpga));
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
                unit::apply,
                2L * pe * simd * weightDigit * activationDigit,
                fpga -> new MatrixVectorModule(unit.apply(fpga), weights, fpga));
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
                fpga -> unit,
                0,
                fpga -> new DepthwiseConvolutionModule(unit, weights, fpga));
    }

    /** Thresholds of 2 positions or more, such as a batch norm and a uniform quantiser give. */
    private static UnitSpecimen thresholds(Method method, int fromBits, int channels, int lanes, int bits) {
        Random random = new Random(fromBits * 1_009L + channels * 31L + bits);
        CodeType from = CodeType.signed(fromBits);
        int levels = (1 << bits) - 1;
        int[][] rows = new int[channels][];
        for (int row = 0; row < channels; row++) {
            double step = random.nextDouble(0.3, 1.2) * from.max() / levels;
            double first = random.nextGaussian() * from.max() / 6 - step * levels / 2;
            rows[row] = IntStream.range(0, levels)
                    .map(j -> (int) Math.ceil(first + j * step))
                    .toArray();
        }
        Layer layer =
                new Layer.Threshold("act", "in", new ThresholdTable(rows), CodeType.unsigned(bits), Scale.uniform(1));
        return laidOut(
                "thresholds %s, %d bits to %d, %d channels, %d lanes"
                        .formatted(method.name().toLowerCase(Locale.ROOT), fromBits, bits, channels, lanes),
                new Layer.Input("in", new Shape(2, 2, channels), from, Scale.uniform(1)),
                layer,
                new Folding(1000, Map.of(), Map.of("act", new ThresholdFolding(lanes, method))),
                Thresholding.class);
    }

    private static UnitSpecimen window(
            int side, int kernel, int channels, int bits, int stride, int padding, int simd) {
        Layer layer = new Layer.Convolution(
                "conv",
                "in",
                weights(2, 4, kernel * kernel * channels),
                kernel,
                kernel,
                stride,
                padding,
                1,
                Scale.uniform(1));
        return laidOut(
                "window %dx%d of %dx%dx%d, A%d, stride %d, padding %d, %d codes a word"
                        .formatted(kernel, kernel, side, side, channels, bits, stride, padding, simd),
                new Layer.Input("in", new Shape(side, side, channels), CodeType.unsigned(bits), Scale.uniform(1)),
                layer,
                new Folding(1000, Map.of("conv", new MatrixVectorFolding(4, simd, 2, bits))),
                SlidingWindow.class);
    }

    private static UnitSpecimen shortcut(int side, int channels, int more, int bits, int lanes) {
        IdentityShortcut unit = new IdentityShortcut(
                "unit", "in", new Shape(side, side, channels), 2, more, more, lanes, CodeType.unsigned(bits));
        return new UnitSpecimen(
                "identity shortcut %dx%dx%d, %d more on each side, A%d, %d lanes"
                        .formatted(side, side, channels, more, bits, lanes),
                _ -> unit,
                0,
                fpga -> new IdentityShortcutModule(unit, fpga));
    }

    private static UnitSpecimen topScores(int channels, int count, int bits) {
        CodeType code = CodeType.signed(bits);
        TopScores unit = new TopScores("unit", "in", channels, count, code, code);
        return new UnitSpecimen(
                "top %d of %d scores, %d bits".formatted(count, channels, bits),
                _ -> unit,
                0,
                fpga -> new TopScoresModule(unit, fpga));
    }

    /** A unit of a kind, as the designer lays it out for a layer. */
    private static UnitSpecimen laidOut(
            String description, Layer.Input input, Layer layer, Folding folding, Class<? extends Unit> kind) {
        IntegerNetwork network = new IntegerNetwork("specimen", List.of(input, layer));
        Unit unit = Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, folding).units().stream()
                .filter(kind::isInstance)
                .findFirst()
                .orElseThrow();
        return new UnitSpecimen(description, fpga -> unit, 0, fpga -> UnitModule.of(unit, network, fpga));
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
