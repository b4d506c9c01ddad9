package narrowband.training.device;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.kernels.Kernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;

/** A graph made runnable on the JVM: its memory, and its programs forward, backward and for evaluation. */
final class JvmNetwork {
    private static final float PIXEL_STEP = 1 / 256f;
    private static final double MOMENTUM = 0.1;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final Tensors tensors;
    private final Workers workers;
    private final Program forward;
    private final Program evaluation;
    private final Program backward;
    /** The images of the call in progress. */
    private byte[] pixels = {};

    JvmNetwork(Graph graph, Parameters parameters, Kernels kernels, Workers workers, int batch, boolean training) {
        this.tensors = new Tensors(graph, parameters, kernels, batch, training);
        this.workers = workers;
        List<Operation> operations =
                graph.nodes().stream().map(node -> operation(node, training)).toList();
        Program.Builder evaluate = new Program.Builder();
        evaluate.onChunk(this::convert);
        operations.forEach(operation -> operation.evaluate(evaluate));
        evaluation = evaluate.build();
        Program.Builder ahead = new Program.Builder();
        Program.Builder back = new Program.Builder();
        if (training) {
            ahead.onChunk(this::convert);
            operations.forEach(operation -> operation.forward(ahead));
            for (int i = operations.size() - 1; i >= 0; i--) {
                sumShares(back, graph.nodes().get(i));
                operations.get(i).backward(back);
            }
        }
        tensors.allocateScratch(workers.count());
        forward = ahead.build();
        backward = back.build();
    }

    private Operation operation(Node node, boolean training) {
        if (tensors.isFused(node)) {
            return new PlainOperations.Nothing();
        }
        if ((node instanceof Node.Quantise || node instanceof Node.Relu)
                && tensors.graph.node(node.inputs().getFirst()) instanceof Node before
                && tensors.isFused(before)) {
            return before instanceof Node.BatchNorm norm
                    ? new FusedNormalisation(tensors, norm, node)
                    : new FusedAddition(tensors, (Node.Add) before, node, training);
        }
        return switch (node) {
            case Node.Image _ -> new PlainOperations.Nothing();
            case Node.Weighted layer -> new ConvolutionOperation(tensors, layer, training);
            case Node.BatchNorm layer -> new BatchNormOperation(tensors, layer);
            case Node.Normalise layer -> new PlainOperations.Normalise(tensors, layer);
            case Node.IdentityShortcut layer -> new PlainOperations.IdentityShortcut(tensors, layer);
            case Node.Relu layer -> new PlainOperations.Rectify(tensors, layer);
            case Node.MaxPool layer -> new PlainOperations.MaxPool(tensors, layer);
            case Node.GlobalAveragePool layer -> new PlainOperations.AveragePool(tensors, layer);
            case Node.Add layer -> new PlainOperations.Add(tensors, layer);
            case Node.Quantise layer -> new QuantiseOperation(tensors, layer, training);
        };
    }

    /** Adds up the gradients that the consumers of one tensor left. */
    private void sumShares(Program.Builder program, Node node) {
        String name = node.name();
        if (tensors.graph.consumers(name) < 2 || !tensors.needsGradient(name)) {
            return;
        }
        List<float[]> shares = tensors.graph.nodes().stream()
                .filter(consumer -> consumer.inputs().contains(name))
                .map(consumer -> tensors.shareFrom(consumer.name(), name))
                .toList();
        float[] sum = tensors.gradient(name);
        program.onChunk(chunk -> {
            int offset = tensors.offset(chunk, name);
            int count = tensors.count(chunk, name);
            tensors.kernels.add(shares.get(0), shares.get(1), offset, count, sum);
            for (int i = 2; i < shares.size(); i++) {
                tensors.kernels.add(sum, shares.get(i), offset, count, sum);
            }
        });
    }

    private void load(byte[] batch, int count) {
        tensors.take(count);
        pixels = batch;
    }

    /** Turns a chunk's pixels into numbers. */
    private void convert(int chunk) {
        String image = tensors.graph.nodes().getFirst().name();
        float[] out = tensors.value(image);
        int offset = tensors.offset(chunk, image);
        for (int i = offset; i < offset + tensors.count(chunk, image); i++) {
            out[i] = (pixels[i] & 0xff) * PIXEL_STEP;
        }
    }

    /** The scores as training computes them; running statistics move. */
    float[] forward(byte[] pixels, int count) {
        return observe(pixels, count, MOMENTUM);
    }

    float[] observe(byte[] pixels, int count, double weight) {
        load(pixels, count);
        tensors.momentum = weight;
        forward.run(workers, tensors.chunks());
        return scores();
    }

    float[] evaluate(byte[] pixels, int count) {
        load(pixels, count);
        evaluation.run(workers, tensors.chunks());
        return scores();
    }

    private float[] scores() {
        return tensors.value(tensors.graph.output().name());
    }

    /** Where the gradient of the scores goes before {@link #backward}. */
    float[] scoreGradient() {
        return tensors.gradient(tensors.graph.output().name());
    }

    /** The gradients of all parameters, from the last {@link #forward} and the gradient of its scores. */
    float[] backward() {
        return backward(StepNoise.NONE);
    }

    /** As {@link #backward()}, with noise in the gradients of steps. */
    float[] backward(StepNoise noise) {
        tensors.noise = noise;
        Arrays.fill(tensors.gradient, 0);
        backward.run(workers, tensors.chunks());
        return tensors.gradient;
    }

    float[] sample(String layer, int count) {
        int size = tensors.images() * tensors.shape(layer).size();
        float[] sample = new float[Math.min(count, size)];
        for (int i = 0; i < sample.length; i++) {
            // Moved within its share by the golden ratio: even steps would meet the same channels again and again.
            double place = (i + i * GOLDEN % 1) * size / sample.length;
            sample[i] = value(layer, (int) place);
        }
        return sample;
    }

    /** A value that a layer yielded in the last evaluation; where it was not kept, it is computed again. */
    private float value(String layer, int index) {
        if (tensors.hasValue(layer)) {
            return tensors.value(layer)[index];
        }
        return switch (tensors.graph.node(layer)) {
            case Node.Add add -> value(add.left(), index) + value(add.right(), index);
            case Node.BatchNorm norm -> {
                int channel = index % tensors.shape(layer).channels();
                double factor = tensors.parameters.get(layer + ".scale", channel)
                        / Math.sqrt(
                                tensors.parameters.statistic(layer + ".variance", channel) + Node.BatchNorm.EPSILON);
                double centred = value(norm.input(), index) - tensors.parameters.statistic(layer + ".mean", channel);
                yield (float) (factor * centred + tensors.parameters.get(layer + ".shift", channel));
            }
            case Node other -> throw new IllegalStateException("the tensor of layer " + other.name() + " is not kept");
        };
    }

    Map<String, Float> maxima() {
        Map<String, Float> maxima = new TreeMap<>();
        for (Node node : tensors.graph.nodes()) {
            if (!tensors.hasValue(node.name())) {
                continue;
            }
            float[] values = tensors.value(node.name());
            float max = 0;
            int count = tensors.images() * tensors.shape(node.name()).size();
            for (int i = 0; i < count; i++) {
                max = Math.max(max, Math.abs(values[i]));
            }
            maxima.put(node.name(), max);
        }
        return maxima;
    }
}
