package narrowband.benchmarks.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * A network of ours in libtorch, with our parameters: {@code [N, C, H, W]} tensors, the library's own convolutions and batch
 * norm, and the quantisers as a user of the library writes them, so that its automatic gradients are ours (gdnsq 5.1, 5.3):
 * clamp, and add the rounding error, detached, times the step.
 */
final class TorchNetwork {
    private static final float MOMENTUM = 0.1f;

    private final Graph graph;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> statistics = new HashMap<>();
    private final boolean training;

    /**
     * @param training whether parameters get gradients and batch norm takes the batch's statistics; else it is frozen
     */
    TorchNetwork(NDManager manager, Graph graph, Parameters values, boolean training) {
        this.graph = graph;
        this.training = training;
        for (Slice slice : values.layout().slices()) {
            NDArray array = manager.create(slice(values.values(), slice), shape(slice));
            if (slice.name().endsWith(".weight") && array.getShape().dimension() == 4) {
                // Ours are [outputs][row][column][input channel].
                array = array.transpose(0, 3, 1, 2).duplicate();
            }
            array.setRequiresGradient(training);
            parameters.put(slice.name(), array);
        }
        for (Slice slice : values.layout().statisticSlices()) {
            statistics.put(slice.name(), manager.create(slice(values.statistics(), slice), new Shape(slice.size())));
        }
    }

    private static float[] slice(float[] values, Slice slice) {
        float[] part = new float[slice.size()];
        System.arraycopy(values, slice.offset(), part, 0, part.length);
        return part;
    }

    private Shape shape(Slice slice) {
        String owner = slice.name().substring(0, slice.name().indexOf('.'));
        if (!slice.name().endsWith(".weight")) {
            boolean perFilter = graph.node(owner) instanceof Node.Convolution && slice.isRange();
            return perFilter ? new Shape(slice.size(), 1, 1, 1) : new Shape(slice.size());
        }
        return switch (graph.node(owner)) {
            case Node.Convolution c ->
                new Shape(
                        c.outputs(),
                        c.kernel(),
                        c.kernel(),
                        graph.shape(c.input()).channels() / c.groups());
            case Node.Dense dense ->
                new Shape(dense.outputs(), graph.shape(dense.input()).size());
            case Node other -> throw new IllegalStateException(other.name());
        };
    }

    /** All learned parameters by our names, in our order. */
    Map<String, NDArray> parameters() {
        return parameters;
    }

    /** Everything that outlives a step. */
    NDArray[] arrays() {
        return Stream.concat(parameters.values().stream(), statistics.values().stream())
                .toArray(NDArray[]::new);
    }

    /** The class scores; whatever the arrays of the pass are attached to is the pixels' manager. */
    NDArray scores(NDArray pixels) {
        Map<String, NDArray> values = new HashMap<>();
        NDArray last = pixels;
        for (Node node : graph.nodes()) {
            last = switch (node) {
                case Node.Image _ -> pixels;
                case Node.Normalise normalise -> normalised(normalise, values.get(normalise.input()));
                case Node.IdentityShortcut shortcut -> shortcut(shortcut, values.get(shortcut.input()));
                case Node.Convolution c -> convolution(c, values.get(c.input()));
                case Node.Dense dense -> dense(dense, values.get(dense.input()));
                case Node.BatchNorm norm -> normalise(norm, values.get(norm.input()));
                case Node.Relu relu ->
                    values.get(relu.input()).getNDArrayInternal().relu();
                case Node.MaxPool pool ->
                    Pool.maxPool2d(
                            values.get(pool.input()),
                            new Shape(pool.size(), pool.size()),
                            new Shape(pool.stride(), pool.stride()),
                            new Shape(pool.padding(), pool.padding()),
                            false);
                case Node.GlobalAveragePool pool -> Pool.globalAvgPool2d(values.get(pool.input()));
                case Node.Add add -> values.get(add.left()).add(values.get(add.right()));
                case Node.Quantise quantise -> quantise(quantise, values.get(quantise.input()));
            };
            values.put(node.name(), last);
        }
        return last;
    }

    private static NDArray normalised(Node.Normalise layer, NDArray x) {
        int channels = layer.mean().size();
        float[] factor = new float[channels];
        float[] constant = new float[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = layer.factor(c);
            constant[c] = layer.constant(c);
        }
        Shape perChannel = new Shape(1, channels, 1, 1);
        NDManager manager = x.getManager();
        return x.mul(manager.create(factor, perChannel)).add(manager.create(constant, perChannel));
    }

    private static NDArray shortcut(Node.IdentityShortcut layer, NDArray x) {
        NDArray strided = x.get(":, :, ::%d, ::%d".formatted(layer.stride(), layer.stride()));
        Shape shape = strided.getShape();
        NDManager manager = x.getManager();
        NDArray before = manager.zeros(new Shape(shape.get(0), layer.before(), shape.get(2), shape.get(3)));
        NDArray after = manager.zeros(new Shape(shape.get(0), layer.after(), shape.get(2), shape.get(3)));
        return NDArrays.concat(new NDList(before, strided, after), 1);
    }

    private NDArray parameter(String layer, String kind) {
        return parameters.get(layer + "." + kind);
    }

    private NDArray convolution(Node.Convolution layer, NDArray x) {
        Shape stride = new Shape(layer.stride(), layer.stride());
        Shape padding = new Shape(layer.padding(), layer.padding());
        return Conv2d.conv2d(x, weights(layer), null, stride, padding, new Shape(1, 1), layer.groups())
                .singletonOrThrow();
    }

    private NDArray dense(Node.Dense layer, NDArray x) {
        NDArray flat = x.reshape(x.getShape().get(0), -1);
        NDArray product = flat.matMul(weights(layer).transpose());
        if (!layer.bias()) {
            return product;
        }
        NDArray bias = parameter(layer.name(), "bias");
        if (graph.isQuantised()) {
            NDArray unit = step(graph.quantiserBefore(layer).grid())
                    .mul(step(layer.name()))
                    .div(2)
                    .stopGradient();
            NDArray held = bias.stopGradient();
            bias = bias.add(held.div(unit).add(0.5).floor().mul(unit).sub(held));
        }
        return product.add(bias);
    }

    private NDArray step(String quantiser) {
        NDArray exponent = parameter(quantiser, "range").sub(parameter(quantiser, "bits"));
        return exponent.mul(Math.log(2)).exp();
    }

    private NDArray range(String quantiser) {
        return parameter(quantiser, "range").mul(Math.log(2)).exp();
    }

    private NDArray weights(Node.Weighted layer) {
        NDArray w = parameter(layer.name(), "weight");
        if (!graph.isQuantised()) {
            return w;
        }
        NDArray step = step(layer.name());
        NDArray bound = range(layer.name()).sub(step).div(2);
        NDArray clamped = w.minimum(bound).maximum(bound.neg());
        NDArray inSteps = clamped.stopGradient().div(step.stopGradient());
        NDArray error = inSteps.floor().addi(0.5f).subi(inSteps);
        return clamped.add(error.mul(step));
    }

    private NDArray quantise(Node.Quantise layer, NDArray x) {
        NDArray step = step(layer.grid());
        NDArray range = range(layer.grid());
        NDArray clamped = x.minimum(range.sub(step))
                .maximum(layer.signed() ? range.neg() : range.mul(0).stopGradient());
        NDArray inSteps = clamped.stopGradient().div(step.stopGradient());
        NDArray error = inSteps.add(0.5f).floor().subi(inSteps);
        return clamped.add(error.mul(step));
    }

    private NDArray normalise(Node.BatchNorm layer, NDArray x) {
        NDList result = BatchNorm.batchNorm(
                x,
                statistics.get(layer.name() + ".mean"),
                statistics.get(layer.name() + ".variance"),
                parameter(layer.name(), "scale"),
                parameter(layer.name(), "shift"),
                1,
                MOMENTUM,
                (float) Node.BatchNorm.EPSILON,
                training);
        return result.singletonOrThrow();
    }
}
