package narrowband.training.device;

import java.util.List;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.Objective.Distillation;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.kernels.Kernels;
import narrowband.training.kernels.ScalarKernels;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Graph.WeightRanges;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient of every layer, by every parameter, against central differences: each network holds a few kinds of layers in
 * unusual forms, in floating point and with all quantisers.
 */
class LayerGradientTest {
    private static final int BATCH = 5;
    private static final int CLASSES = 4;

    /** Networks, each of which is read from top to bottom. */
    private enum Network {
        /** Kernels of 1 to 5 rows, strides, paddings, channels that fill vectors and channels that do not. */
        CONVOLUTIONS(new Shape(6, 9, 3)) {
            @Override
            void build(Graph.Builder net) {
                String x = convolution(net, "wide", "image", 16, 5, 1, 2);
                x = convolution(net, "blocked", x, 16, 3, 1, 1);
                x = convolution(net, "blocked_stride", x, 16, 3, 2, 1);
                x = convolution(net, "bare", x, 7, 3, 1, 0);
                x = convolution(net, "padded", x, 5, 1, 1, 1);
                x = convolution(net, "even", x, 6, 2, 2, 1);
                net.add(new Node.Dense("dense", x, CLASSES, true));
            }
        },
        /** Channels by themselves, and pools whose windows overlap, are padded or leave pixels out. */
        DEPTHWISE_AND_POOLS(new Shape(9, 9, 2)) {
            @Override
            void build(Graph.Builder net) {
                String x = convolution(net, "conv", "image", 16, 3, 1, 1);
                x = net.add(new Node.MaxPool("overlapping", x, 3, 2, 1));
                x = depthwise(net, "depthwise", x, 16, 3, 1, 1);
                x = depthwise(net, "depthwise_stride", x, 16, 3, 2, 1);
                x = convolution(net, "pointwise", x, 5, 1, 1, 0);
                x = depthwise(net, "depthwise_few", x, 5, 2, 1, 1);
                x = net.add(new Node.MaxPool("rest", x, 3, 3, 0));
                x = net.add(new Node.GlobalAveragePool("mean", x));
                net.add(new Node.Dense("dense", x, CLASSES, true));
            }
        },
        /** Additions: with the identity, with a shortcut that adds channels, with a convolution. */
        RESIDUAL(new Shape(8, 8, 3)) {
            @Override
            void build(Graph.Builder net) {
                String x = convolution(net, "first", "image", 8, 3, 1, 1);
                x = block(net, "same", x, x, 8, 1);
                String shorter = net.add(new Node.IdentityShortcut("shorter", x, 2, 3, 5));
                x = block(net, "more", x, shorter, 16, 2);
                net.add(new Node.Convolution("beside", x, 16, 1, 2, 0));
                String beside = net.add(new Node.BatchNorm("beside_norm", "beside"));
                x = block(net, "weighted", x, beside, 16, 2);
                x = net.add(new Node.GlobalAveragePool("mean", x));
                net.add(new Node.Dense("dense", x, CLASSES, true));
            }
        },
        /** Nothing but dense layers. */
        DENSE(new Shape(5, 4, 2)) {
            @Override
            void build(Graph.Builder net) {
                String x = net.hidden("hidden1", "image", 33);
                x = net.hidden("hidden2", x, 16);
                net.add(new Node.Dense("dense", x, CLASSES, true));
            }
        };

        private final Shape image;

        Network(Shape image) {
            this.image = image;
        }

        abstract void build(Graph.Builder net);

        Graph graph() {
            Graph.Builder net = new Graph.Builder("layers", image);
            net.add(new Node.Image("image"));
            build(net);
            return net.build();
        }

        private static String activation(Graph.Builder net, String layer) {
            net.add(new Node.BatchNorm(layer + "_norm", layer));
            return net.add(new Node.Relu(layer + "_relu", layer + "_norm"));
        }

        private static String convolution(
                Graph.Builder net, String layer, String in, int outputs, int kernel, int stride, int padding) {
            net.add(new Node.Convolution(layer, in, outputs, kernel, stride, padding));
            return activation(net, layer);
        }

        private static String depthwise(
                Graph.Builder net, String layer, String in, int channels, int kernel, int stride, int padding) {
            net.add(new Node.Convolution(layer, in, channels, kernel, stride, padding, channels));
            return activation(net, layer);
        }

        private static String block(Graph.Builder net, String block, String in, String left, int outputs, int stride) {
            net.add(new Node.Convolution(block + "_conv", in, outputs, 3, stride, 1));
            net.add(new Node.BatchNorm(block + "_norm", block + "_conv"));
            net.add(new Node.Add(block + "_sum", left, block + "_norm"));
            return net.add(new Node.Relu(block, block + "_sum"));
        }
    }

    private static Batch images(Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Batch batch = new Batch(BATCH, shape.size());
        random.nextBytes(batch.pixels());
        for (int i = 0; i < BATCH; i++) {
            batch.labels()[i] = random.nextInt(CLASSES);
        }
        return batch;
    }

    /** Weights and batch norms in general position; ranges and widths such that a part of all values clamps. */
    private static Parameters parameters(Graph graph, long seed) {
        Parameters parameters = Parameters.initial(graph, seed);
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = parameters.values();
        for (Slice slice : parameters.layout().slices()) {
            boolean ofWeights = parameters.layout().has(slice.name().replaceAll("\\.[a-z]+$", ".weight"));
            for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
                values[i] = slice.isBits()
                        ? (float) random.nextDouble(2, 5)
                        : slice.isRange() ? (float) random.nextDouble(-1, 1) + (ofWeights ? 0.3f : 0.5f) : values[i];
                values[i] += slice.name().endsWith(".weight") ? 0.02f : 0;
                values[i] += slice.isBits() || slice.isRange() ? 0 : (float) (0.1 * random.nextGaussian());
            }
        }
        // A coarse quantiser behind a fine one, not finer than that: of codes that all clamp, batch norm hides the
        // range.
        for (Node.Quantise quantiser : graph.quantisers()) {
            if (graph.node(quantiser.input()) instanceof Node.Quantise fine) {
                parameters.set(quantiser.name() + ".range", 0, parameters.get(fine.name() + ".range", 0) - 0.3f);
                parameters.set(quantiser.name() + ".bits", 0, parameters.get(fine.name() + ".bits", 0) - 0.9f);
            }
        }
        return parameters;
    }

    private static void check(Graph graph, Kernels kernels, Objective objective, long seed) {
        Parameters parameters = parameters(graph, seed);
        Batch batch = images(graph.imageShape(), seed);
        try (Workers workers = new Workers(2)) {
            JvmNetwork network = new JvmNetwork(graph, parameters, kernels, workers, BATCH, true);
            GradientCheck check = new GradientCheck(graph, network, parameters, batch, objective);
            for (Slice slice : parameters.layout().slices()) {
                check.assertIsTheDifference(slice);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOLUTIONS, NONE, 1",
        "DEPTHWISE_AND_POOLS, JEFFREYS, 0",
        "RESIDUAL, FORWARD_KL, 0",
        "DENSE, JEFFREYS, 0.5"
    })
    void inFloatingPoint(Network network, Distillation distillation, double labelWeight) {
        Objective objective = new Objective(distillation, labelWeight);
        check(network.graph(), new VectorKernels(), objective, 1);
        check(network.graph(), new ScalarKernels(), objective, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOLUTIONS, MID_RISE, CHANNEL, NARROW",
        "CONVOLUTIONS, HALF_INTEGER, LAYER, NARROW",
        "CONVOLUTIONS, AFFINE, CHANNEL, NARROW",
        "DEPTHWISE_AND_POOLS, MID_RISE, LAYER, NARROW",
        "DEPTHWISE_AND_POOLS, HALF_INTEGER, CHANNEL, NARROW",
        "DEPTHWISE_AND_POOLS, AFFINE, LAYER, NARROW",
        "RESIDUAL, MID_RISE, CHANNEL, NARROW",
        "RESIDUAL, MID_RISE, CHANNEL, WIDE",
        "RESIDUAL, HALF_INTEGER, CHANNEL, WIDE",
        "DENSE, MID_RISE, LAYER, NARROW",
        "DENSE, HALF_INTEGER, CHANNEL, NARROW",
        "DENSE, AFFINE, CHANNEL, NARROW"
    })
    void quantised(Network network, WeightGrid grid, WeightRanges ranges, Residuals residuals) {
        for (boolean normalised : new boolean[] {false, true}) {
            Graph graph = network.graph();
            int channels = graph.imageShape().channels();
            List<Double> mean = List.of(0.5, 0.4, 0.45).subList(0, channels);
            List<Double> deviation = List.of(0.3, 0.25, 0.2).subList(0, channels);
            Graph quantised = QuantisedGraph.of(normalised ? graph.normalised(mean, deviation) : graph, residuals)
                    .with(ranges)
                    .with(grid);
            check(quantised, new VectorKernels(), Objective.JEFFREYS, normalised ? 3 : 4);
        }
    }
}
