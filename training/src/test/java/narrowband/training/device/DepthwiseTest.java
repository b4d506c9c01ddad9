package narrowband.training.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.IntegerDomainEvaluator;
import narrowband.training.lowering.Lowering;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions of each channel by itself, from their gradients to integers, in a network of MobileNet's blocks behind a pool
 * with overlapping, padded windows.
 */
class DepthwiseTest {
    private static final int BATCH = 6;
    private static final Shape IMAGE = new Shape(9, 9, 3);

    private static Graph separable(int channels) {
        Graph.Builder net = new Graph.Builder("separable", IMAGE);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, channels, 3, 1, true);
        x = net.add(new Node.MaxPool("pool", x, 3, 2, 1));
        for (int block = 1; block <= 2; block++) {
            String layer = "depthwise" + block;
            net.add(new Node.Convolution(layer, x, channels, 3, block, 1, channels));
            net.add(new Node.BatchNorm(layer + "_norm", layer));
            x = net.add(new Node.Relu(layer + "_relu", layer + "_norm"));
            x = net.convolution("pointwise" + block, x, channels, 1, 1, true);
        }
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, 4, true));
        return net.build();
    }

    private static Batch images(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Batch batch = new Batch(BATCH, IMAGE.size());
        random.nextBytes(batch.pixels());
        for (int i = 0; i < BATCH; i++) {
            batch.labels()[i] = random.nextInt(4);
        }
        return batch;
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "5, 2"})
    void gradientsOfDepthwiseWeightsAreDifferences(int channels, long seed) {
        Graph graph = separable(channels);
        Parameters parameters = Parameters.initial(graph, seed);
        Batch batch = images(seed);
        try (Workers workers = new Workers(2)) {
            JvmNetwork network = new JvmNetwork(graph, parameters, new VectorKernels(), workers, BATCH, true);
            GradientCheck check = new GradientCheck(graph, network, parameters, batch);
            for (String name : List.of("depthwise1.weight", "depthwise2.weight", "conv1.weight")) {
                check.assertIsTheDifference(parameters.layout().parameter(name));
            }
        }
    }

    /** Each output of a depthwise layer sees one channel: 9 weights, and so many multiply-accumulates for each output. */
    @Test
    void aDepthwiseLayerHasTheWeightsOfOneChannelForEachOutput() {
        Graph graph = separable(16);
        Weighted layer = (Weighted) graph.node("depthwise2");
        assertThat(graph.fanIn(layer)).isEqualTo(9);
        // Stride 2 over 9x9 leaves 5x5, stride 2 over these 3x3.
        assertThat(graph.multiplyAccumulates(layer)).isEqualTo(3 * 3 * 16 * 9);
        assertThat(Parameters.initial(graph, 1)
                        .layout()
                        .parameter("depthwise2.weight")
                        .size())
                .isEqualTo(16 * 9);
    }

    @Test
    void groupsThatAreNeitherOneNorAllAreRefused() {
        assertThatThrownBy(() -> new Node.Convolution("conv", "image", 16, 3, 1, 1, 4))
                .hasMessageContaining("conv")
                .hasMessageContaining("4 groups");
        Graph.Builder net = new Graph.Builder("wrong", IMAGE);
        net.add(new Node.Image("image"));
        net.add(new Node.Convolution("conv", "image", 16, 3, 1, 1, 16));
        assertThatThrownBy(net::build).hasMessageContaining("16 groups for 3 channels");
    }

    /** The integer reference, which convolves groups in its own way, gives the codes of the trained network, layer by layer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void depthwiseLayersLowerExactly(long seed) {
        Graph graph = QuantisedGraph.of(separable(8));
        Parameters parameters = Parameters.initial(graph, seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (Weighted layer : graph.weighted()) {
            Slice range = parameters.layout().parameter(layer.name() + ".range");
            int bits = random.nextInt(1, 5);
            new WeightQuantiser(layer.outputs(), graph.fanIn(layer), range.size())
                    .calibrate(
                            parameters.values(),
                            parameters
                                    .layout()
                                    .parameter(layer.name() + ".weight")
                                    .offset(),
                            range.offset(),
                            bits);
            parameters.set(layer.name() + ".bits", 0, bits);
        }
        for (Node.Quantise quantiser : graph.quantisers()) {
            parameters.set(quantiser.name() + ".range", 0, (float) random.nextDouble(-1, 1));
            parameters.set(quantiser.name() + ".bits", 0, random.nextInt(1, 5));
        }
        FrozenNetwork frozen = FrozenNetwork.of(graph, parameters);
        IntegerNetwork integer = Lowering.lower(frozen);
        IntegerDomainEvaluator trained = new IntegerDomainEvaluator(frozen);
        ReferenceExecutor reference = new ReferenceExecutor(integer);
        for (int n = 0; n < 10; n++) {
            int[] image = random.ints(IMAGE.size(), 0, 256).toArray();
            var codes = trained.run(image);
            reference
                    .run(image)
                    .forEach((layer, expected) -> assertThat(codes.get(layer))
                            .as("layer %s, seed %d", layer, seed)
                            .isEqualTo(expected));
        }
    }
}
