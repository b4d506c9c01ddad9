package narrowband.accel.design;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.LinearThresholds;
import narrowband.accel.network.Tensor;
import narrowband.accel.network.WeightCodes;

/** Random legal foldings, for property tests in all modules. */
public final class RandomFoldings {
    /** More groups of frozen weights are legal, and slow to run. */
    private static final int MOST_SETS = 48;

    private RandomFoldings() {}

    /** One of each fabric whose units differ. */
    private static final List<Fpga> FPGAS =
            List.of(Fpga.named("xc7a35t"), Fpga.named("ice40hx8k"), Fpga.named("ecp5-25k"));

    /** A random accelerator for the network, on a random FPGA; adders' FIFOs still hold a whole image. */
    public static Accelerator accelerator(IntegerNetwork network, Random random) {
        Folding folding = folding(network, random);
        return Dataflow.layOut(network, member(FPGAS, random), 100, folding);
    }

    public static Folding folding(IntegerNetwork network, Random random) {
        Map<String, MatrixVectorFolding> layers = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            if (network.weights().containsKey(layer.name())) {
                Tensor from = network.inputOf(layer);
                WeightCodes weights = network.weights().get(layer.name());
                if (layer instanceof Layer.Convolution convolution && DepthwiseConvolution.carries(convolution)) {
                    int lanes = divisor(weights.outputs(), random);
                    layers.put(
                            layer.name(),
                            MatrixVectorFolding.depthwise(
                                    lanes, weights.bits(), from.type().bits()));
                    continue;
                }
                int pe = divisor(network.tensor(layer.name()).shape().channels(), random);
                int simd = member(
                        MatrixVectorFolding.simdChoices(layer, from.shape().channels()), random);
                int activationDigit = divisor(from.type().bits(), random);
                int sets = weights.outputs() / pe * (weights.inputs() / simd);
                layers.put(
                        layer.name(),
                        sets <= MOST_SETS && random.nextBoolean()
                                ? new MatrixVectorFolding(pe, simd, weights.bits(), activationDigit, Weights.FROZEN)
                                : new MatrixVectorFolding(
                                        pe,
                                        simd,
                                        divisor(weights.bits(), random),
                                        activationDigit,
                                        random.nextInt(3) > 0 ? Weights.STORED : Weights.RELOADABLE));
            }
        }
        return new Folding(1 + random.nextInt(200), layers, thresholds(network, random));
    }

    /** Random ways for about two thirds of the layers of thresholds; the designer chooses the others'. */
    private static Map<String, ThresholdFolding> thresholds(IntegerNetwork network, Random random) {
        Map<String, ThresholdFolding> choices = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.Threshold threshold && random.nextInt(3) > 0) {
                Tensor from = network.inputOf(layer);
                List<Method> methods = new ArrayList<>(List.of(Method.PIPELINED, Method.PARALLEL));
                if (threshold.type().bits() > 1) {
                    methods.add(Method.SERIAL);
                }
                if (LinearThresholds.of(threshold.table(), from.type()).isPresent()) {
                    methods.add(Method.MULTIPLY);
                }
                choices.put(
                        layer.name(),
                        new ThresholdFolding(divisor(from.shape().channels(), random), member(methods, random)));
            }
        }
        return choices;
    }

    /** A random divisor of a number. */
    static int divisor(int number, Random random) {
        return member(
                IntStream.rangeClosed(1, number)
                        .filter(d -> number % d == 0)
                        .boxed()
                        .toList(),
                random);
    }

    private static <T> T member(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
