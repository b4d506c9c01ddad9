package narrowband.training.device;

import java.util.HashMap;
import java.util.Map;
import narrowband.accel.network.Shape;
import narrowband.training.kernels.Kernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * The memory of a network on the JVM: one array {@code [N, H, W, C]} for each tensor and for its gradient, allocated once.
 * A tensor that several layers take in gets a gradient from each, which are added up.
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

    Tensors(Graph graph, Parameters parameters, Kernels kernels, int batch, boolean training) {
        this.graph = graph;
        this.parameters = parameters;
        this.kernels = kernels;
        this.batch = batch;
        this.gradient = new float[training ? parameters.values().length : 0];
        for (Node node : graph.nodes()) {
            if (!isFused(node)) {
                values.put(node.name(), new float[batch * shape(node.name()).size()]);
            }
        }
        if (training) {
            for (Node node : graph.nodes().reversed()) {
                allocateGradients(node);
            }
        }
    }

    /** From the last layer to the first, so that the inputs of an addition can take the gradient of the sum for theirs. */
    private void allocateGradients(Node node) {
        if (node instanceof Node.Image) {
            return;
        }
        int size = batch * shape(node.name()).size();
        if (!(node instanceof Node.BatchNorm && isFused(node))) {
            gradients.computeIfAbsent(node.name(), name -> new float[size]);
        }
        for (String input : node.inputs()) {
            if (graph.node(input) instanceof Node.Image) {
                continue;
            }
            boolean shared = graph.consumers(input) > 1;
            if (node instanceof Node.Add) {
                (shared ? shares : gradients).put(shared ? share(node.name(), input) : input, gradient(node.name()));
            } else if (shared) {
                shares.put(
                        share(node.name(), input),
                        new float[batch * shape(input).size()]);
            }
        }
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
