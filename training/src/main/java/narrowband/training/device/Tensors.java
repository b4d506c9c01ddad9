package narrowband.training.device;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.kernels.Kernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * The memory of a network on the JVM, allocated once: arrays {@code [N, H, W, C]}, one for each tensor that going back needs, and
 * as many for gradients, or for the tensors of a network that is not trained, as are needed at a time. A tensor that several layers
 * take in gets a gradient from each, which are added up.
 */
final class Tensors {
    /** Images of a chunk; part of the meaning of a run, since sums are made chunk by chunk. */
    static final int CHUNK = 4;

    final Graph graph;
    final Parameters parameters;
    final Kernels kernels;
    /** Gradients of all parameters. */
    final float[] gradient;

    private final int batch;
    private final Map<String, float[]> values = new HashMap<>();
    private final Map<String, float[]> gradients = new HashMap<>();
    private final Map<String, float[]> shares = new HashMap<>();
    /** Images of the call in progress. */
    private int images;

    private int scratchImage;
    private int scratchGradient;
    private float[][] imageScratch = {};
    private float[][] gradientScratch = {};
    /** The weight of the batch in running statistics. */
    double momentum;

    /** What the pass backwards in progress adds to the gradients of steps. */
    StepNoise noise = StepNoise.NONE;

    Tensors(Graph graph, Parameters parameters, Kernels kernels, int batch, boolean training) {
        this.graph = graph;
        this.parameters = parameters;
        this.kernels = kernels;
        this.batch = batch;
        this.gradient = new float[training ? parameters.values().length : 0];
        if (training) {
            for (Node node : graph.nodes()) {
                if (!isFused(node)) {
                    values.put(node.name(), new float[batch * shape(node.name()).size()]);
                }
            }
            BufferPool pool = new BufferPool();
            gradients.put(graph.output().name(), pool.take(size(graph.output().name())));
            for (Node node : graph.nodes().reversed()) {
                planGradients(node, pool);
            }
        } else {
            planValues();
        }
    }

    private int size(String layer) {
        return batch * shape(layer).size();
    }

    /** Without training, a tensor is needed until its last consumer has run; the scores stay. */
    private void planValues() {
        BufferPool pool = new BufferPool();
        Map<String, Integer> consumers = new HashMap<>();
        graph.nodes().forEach(node -> node.inputs().forEach(input -> consumers.merge(input, 1, Integer::sum)));
        for (Node node : graph.nodes()) {
            if (isFused(node)) {
                continue;
            }
            values.put(node.name(), pool.take(size(node.name())));
            for (String input : inputs(node)) {
                if (consumers.merge(input, -1, Integer::sum) == 0) {
                    pool.release(value(input));
                }
            }
        }
    }

    /** What is read when a layer is computed: a fused layer before it is computed with it. */
    private List<String> inputs(Node node) {
        return node.inputs().stream()
                .map(graph::node)
                .flatMap(input -> isFused(input) ? input.inputs().stream() : Stream.of(input.name()))
                .toList();
    }

    /**
     * Going back, a gradient is needed from the layer's consumers to the layer. The inputs of an addition take the gradient of
     * the sum for theirs, and where no one else holds it, what an activation lets through replaces what came to it.
     */
    private void planGradients(Node node, BufferPool pool) {
        if (isOutside(node) || node instanceof Node.BatchNorm && isFused(node)) {
            return;
        }
        if (graph.consumers(node.name()) > 1) {
            gradients.put(node.name(), pool.take(size(node.name())));
            graph.nodes().stream()
                    .filter(consumer -> consumer.inputs().contains(node.name()))
                    .forEach(consumer -> pool.release(shareFrom(consumer.name(), node.name())));
        }
        float[] own = gradient(node.name());
        for (Node before : node.inputs().stream().map(graph::node).toList()) {
            Node consumer = before instanceof Node.BatchNorm && isFused(before) ? before : node;
            Node input = consumer == node ? before : graph.node(((Node.BatchNorm) before).input());
            if (isOutside(input)) {
                continue;
            }
            boolean inPlace = (consumer != node || isFused(input)) && pool.isAlone(own);
            boolean same = node instanceof Node.Add || inPlace;
            float[] buffer = same ? pool.share(own) : pool.take(size(input.name()));
            if (graph.consumers(input.name()) > 1) {
                shares.put(share(consumer.name(), input.name()), buffer);
            } else {
                gradients.put(input.name(), buffer);
            }
        }
        pool.release(own);
    }

    /** Whether nothing is learned before or in a layer, so that no gradient is needed there. */
    private static boolean isOutside(Node node) {
        return node instanceof Node.Image || node instanceof Node.Normalise;
    }

    /** Whether a layer's tensor is never kept: a batch norm or an addition that goes into one activation at once. */
    boolean isFused(Node node) {
        return (node instanceof Node.BatchNorm || node instanceof Node.Add)
                && graph.consumers(node.name()) == 1
                && graph.nodes().stream()
                        .anyMatch(next -> next.inputs().contains(node.name())
                                && (next instanceof Node.Quantise || next instanceof Node.Relu));
    }

    /** Whether there is memory for the layer's tensor. */
    boolean hasValue(String layer) {
        return values.containsKey(layer);
    }

    /** Asks for room for an image, and for the gradient of one, in the memory that each thread has to lay them out. */
    void reserve(int imageSize, int gradientSize) {
        scratchImage = Math.max(scratchImage, imageSize);
        scratchGradient = Math.max(scratchGradient, gradientSize);
    }

    /** Takes the memory that was asked for. */
    void allocateScratch(int workers) {
        imageScratch = new float[workers][scratchImage];
        gradientScratch = new float[workers][scratchGradient];
    }

    /** Where a thread lays out an image. */
    float[] imageScratch(int worker) {
        return imageScratch[worker];
    }

    /** Where a thread lays out the gradient of an image. */
    float[] gradientScratch(int worker) {
        return gradientScratch[worker];
    }

    Shape shape(String layer) {
        return graph.shape(layer);
    }

    int chunks() {
        return Math.ceilDiv(images, CHUNK);
    }

    int capacityInChunks() {
        return Math.ceilDiv(batch, CHUNK);
    }

    void take(int count) {
        if (count < 1 || count > batch) {
            throw new IllegalArgumentException("a batch of %d images, but room for %d".formatted(count, batch));
        }
        images = count;
    }

    int images() {
        return images;
    }

    int firstImage(int chunk) {
        return chunk * CHUNK;
    }

    /** The image after the chunk's last. */
    int endImage(int chunk) {
        return Math.min(images, (chunk + 1) * CHUNK);
    }

    int offset(int chunk, String layer) {
        return chunk * CHUNK * shape(layer).size();
    }

    /** Floats of the chunk in the layer's tensor. */
    int count(int chunk, String layer) {
        return (endImage(chunk) - firstImage(chunk)) * shape(layer).size();
    }

    int pixels(int chunk, String layer) {
        return (endImage(chunk) - firstImage(chunk)) * shape(layer).positions();
    }

    float[] value(String layer) {
        return values.get(layer);
    }

    /** The gradient of a layer's tensor. */
    float[] gradient(String layer) {
        return gradients.get(layer);
    }

    boolean needsGradient(String layer) {
        return gradients.containsKey(layer);
    }

    /** Where a layer writes the gradient of a tensor that it takes in. */
    float[] gradientFor(Node consumer, String input) {
        if (graph.consumers(input) == 1) {
            return gradient(input);
        }
        return shareFrom(consumer.name(), input);
    }

    /** The part of the gradient of {@code input} that came from {@code consumer}. */
    float[] shareFrom(String consumer, String input) {
        return shares.get(share(consumer, input));
    }

    private static String share(String consumer, String input) {
        return input + " from " + consumer;
    }

    Slice parameter(String name) {
        return parameters.layout().parameter(name);
    }
}
