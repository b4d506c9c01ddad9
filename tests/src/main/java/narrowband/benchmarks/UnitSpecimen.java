package narrowband.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import narrowband.accel.design.Adder;
import narrowband.accel.design.ArgMaximum;
import narrowband.accel.design.BiasAdder;
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
import narrowband.accel.design.Pooling;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.design.TopScores;
import narrowband.accel.design.Unit;
import narrowband.accel.design.WidthConverter;
import narrowband.accel.design.WordPacker;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.unit.AdderModule;
import narrowband.hdlgen.unit.ArgMaximumModule;
import narrowband.hdlgen.unit.BiasAdderModule;
import narrowband.hdlgen.unit.DepthwiseConvolutionModule;
import narrowband.hdlgen.unit.IdentityShortcutModule;
import narrowband.hdlgen.unit.MatrixVectorModule;
import narrowband.hdlgen.unit.PoolingModule;
import narrowband.hdlgen.unit.TopScoresModule;
import narrowband.hdlgen.unit.UnitModule;
import narrowband.hdlgen.unit.WidthConverterModule;
import narrowband.hdlgen.unit.WordPackerModule;

/**
 * A unit to be synthesised alone, and its estimate held against what comes out.
 *
 * @param unit the unit as it is made for an FPGA
 * @param operations binary operations of a step; 0 for units that are not counted in them
 * @param module the unit's hardware
 */
record UnitSpecimen(String description, Function<Fpga, Unit> unit, long operations, Function<Fpga, UnitModule> module) {
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

    static UnitSpecimen depthwise(int channels, int taps, int weightBits, int activationBits, int lanes) {
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
    static UnitSpecimen thresholds(Method method, int fromBits, int channels, int lanes, int bits) {
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

    static UnitSpecimen window(int side, int kernel, int channels, int bits, int stride, int padding, int simd) {
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

    static UnitSpecimen shortcut(int side, int channels, int more, int bits, int lanes) {
        IdentityShortcut unit = new IdentityShortcut(
                "unit", "in", new Shape(side, side, channels), 2, more, more, lanes, CodeType.unsigned(bits));
        return new UnitSpecimen(
                "identity shortcut %dx%dx%d, %d more on each side, A%d, %d lanes"
                        .formatted(side, side, channels, more, bits, lanes),
                _ -> unit,
                0,
                fpga -> new IdentityShortcutModule(unit, fpga));
    }

    static UnitSpecimen topScores(int channels, int count, int bits) {
        CodeType code = CodeType.signed(bits);
        TopScores unit = new TopScores("unit", "in", channels, count, code, code);
        return new UnitSpecimen(
                "top %d of %d scores, %d bits".formatted(count, channels, bits),
                _ -> unit,
                0,
                fpga -> new TopScoresModule(unit, fpga));
    }

    static UnitSpecimen pooling(Pooling.Operation operation, int channels, int positions, int bits, int lanes) {
        CodeType from = CodeType.unsigned(bits);
        CodeType to = operation == Pooling.Operation.MAXIMUM ? from : CodeType.ofRange(0, positions * from.max());
        Pooling unit = new Pooling("unit", "in", operation, 16, positions, channels, lanes, from, to);
        return new UnitSpecimen(
                "%s of %d positions, %d channels, A%d, %d lanes"
                        .formatted(operation.name().toLowerCase(Locale.ROOT), positions, channels, bits, lanes),
                _ -> unit,
                0,
                fpga -> new PoolingModule(unit, fpga));
    }

    /** Two streams of one type of code. */
    static UnitSpecimen adder(int lanes, int bits, int words) {
        StreamType stream = new StreamType(lanes, CodeType.signed(bits), words);
        Adder unit = new Adder("unit", "in", stream, stream, CodeType.signed(bits + 1));
        return new UnitSpecimen(
                "adder of %d lanes of %d bits".formatted(lanes, bits),
                _ -> unit,
                0,
                fpga -> new AdderModule(unit, fpga));
    }

    static UnitSpecimen converter(int from, int to, int bits) {
        WidthConverter unit = new WidthConverter(
                "unit", "in", new StreamType(from, CodeType.unsigned(bits), Math.max(from, to) * 16L), to);
        return new UnitSpecimen(
                "width converter from %d lanes of %d bits to %d".formatted(from, bits, to),
                _ -> unit,
                0,
                fpga -> new WidthConverterModule(unit, fpga));
    }

    static UnitSpecimen packer(int lanes, int bits, int vectorWords, int ratio) {
        WordPacker unit = new WordPacker(
                "unit", "in", new StreamType(lanes, CodeType.unsigned(bits), vectorWords * 16L), vectorWords, ratio);
        return new UnitSpecimen(
                "packer of %d words of %d lanes of %d bits, %d a vector".formatted(ratio, lanes, bits, vectorWords),
                _ -> unit,
                0,
                fpga -> new WordPackerModule(unit, fpga));
    }

    static UnitSpecimen biasAdder(int channels, int lanes, int bits) {
        CodeType from = CodeType.signed(bits);
        Random random = new Random(channels * 1_009L + bits);
        List<Integer> biases = IntStream.range(0, channels)
                .mapToObj(_ -> random.nextInt(from.min(), from.max() + 1))
                .toList();
        BiasAdder unit = new BiasAdder("unit", "in", 16, channels, lanes, from, CodeType.signed(bits + 1));
        return new UnitSpecimen(
                "bias adder of %d channels of %d bits, %d lanes".formatted(channels, bits, lanes),
                _ -> unit,
                0,
                fpga -> new BiasAdderModule(unit, biases, fpga));
    }

    static UnitSpecimen argMaximum(int channels, int bits) {
        ArgMaximum unit =
                new ArgMaximum("unit", "in", channels, CodeType.signed(bits), CodeType.ofRange(0, channels - 1L));
        return new UnitSpecimen(
                "largest of %d scores of %d bits".formatted(channels, bits),
                _ -> unit,
                0,
                fpga -> new ArgMaximumModule(unit, fpga));
    }

    /** A unit of a kind, as the designer lays it out for a layer. */
    static UnitSpecimen laidOut(
            String description, Layer.Input input, Layer layer, Folding folding, Class<? extends Unit> kind) {
        IntegerNetwork network = new IntegerNetwork("specimen", List.of(input, layer));
        Function<Fpga, Unit> unit =
                fpga -> Dataflow.layOut(network, fpga, fpga.clockMegahertz(), folding).units().stream()
                        .filter(kind::isInstance)
                        .findFirst()
                        .orElseThrow();
        return new UnitSpecimen(description, unit, 0, fpga -> UnitModule.of(unit.apply(fpga), network, fpga));
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
