package narrowband.accel.design;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/** Random legal foldings, for property tests in all modules. */
public final class RandomFoldings {
    private RandomFoldings() {}

    /** A random accelerator for the network; adders' FIFOs still hold a whole image. */
    public static Accelerator accelerator(IntegerNetwork network, Random random) {
        return Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, folding(network, random));
    }

    public static Folding folding(IntegerNetwork network, Random random) {
        Map<String, MatrixVectorFolding> layers = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            if (network.weights().containsKey(layer.name())) {
                Tensor from = network.inputOf(layer);
                layers.put(
                        layer.name(),
                        new MatrixVectorFolding(
                                divisor(network.tensor(layer.name()).shape().channels(), random),
                                member(
                                        MatrixVectorFolding.simdChoices(
                                                layer, from.shape().channels()),
                                        random),
                                divisor(network.weights().get(layer.name()).bits(), random),
                                divisor(from.type().bits(), random)));
            }
        }
        return new Folding(1 + random.nextInt(200), layers);
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

    private static int member(List<Integer> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
