package narrowband.training.device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.FrozenWeights;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * A network on one batch as a smooth function of its parameters: each layer written down from its definition, in doubles, and
 * every decision (which code, clamped or not, which maximum, which side of a ReLU) kept as it is at one point. There it is the
 * network, and its derivative is what training calls the gradient; only that of the rounded weights has kinks elsewhere.
 *
 * <p>Rounding errors are frozen in steps, {@code y = clamp(x) + s e} (gdnsq 5.1). Those of a bias are frozen as they are: their step,
 * an input's times half a weight's, is far finer than what is learned, and training takes it as fixed.
 */
final class SmoothNetwork {
    /** What is closer than this is equal but for the rounding of doubles: sums of codes, for instance. */
    private static final double TIE = 1e-9;

    private final Graph graph;
    private final Parameters parameters;
    private final Batch batch;
    private final int images;
    /** Per layer: rounding errors in steps, the places of maxima, or which side of its bounds a value lies on. */
    private final Map<String, double[]> errors = new HashMap<>();

    private final Map<String, int[]> places = new HashMap<>();
    private final Map<String, int[]> sides = new HashMap<>();
    private final Map<String, FrozenWeights> weights = new HashMap<>();

    SmoothNetwork(Graph graph, Parameters parameters, Batch batch) {
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        this.images = batch.capacity();
        for (Weighted layer : graph.weighted()) {
            if (graph.isQuantised()) {
                weights.put(
                        layer.name(),
                        FrozenWeights.of(
                                WeightQuantiser.of(graph, layer),
                                parameters.values(),
                                offset(layer.name() + ".weight"),
                                offset(layer.name() + ".range"),
                                offset(layer.name() + ".bits")));
            }
        }
        scores(point());
    }

    /** The parameters where decisions were taken. */
    double[] point() {
        float[] values = parameters.values();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private int offset(String parameter) {
        return parameters.layout().parameter(parameter).offset();
    }

    /** The class scores {@code [images, classes]}. */
    double[] scores(double[] values) {
        Map<String, double[]> tensors = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            double[] in = node.inputs().isEmpty()
                    ? new double[0]
                    : tensors.get(node.inputs().getFirst());
            tensors.put(
                    node.name(),
                    switch (node) {
                        case Node.Image _ -> image();
                        case Node.Normalise layer -> normalised(layer, in);
                        case Node.Convolution layer -> convolved(layer, in, rounded(layer, values));
                        case Node.Dense layer -> dense(layer, in, rounded(layer, values), values);
                        case Node.BatchNorm layer -> batchNorm(layer, in, values);
                        case Node.Relu layer -> rectified(layer, in);
                        case Node.MaxPool layer -> largest(layer, in);
                        case Node.GlobalAveragePool layer -> mean(layer, in);
                        case Node.Add layer -> sum(in, tensors.get(layer.right()));
                        case Node.IdentityShortcut layer -> shortcut(layer, in);
                        case Node.Quantise layer -> quantised(layer, in, values);
                    });
        }
        return tensors.get(graph.output().name());
    }

    private double[] image() {
        return IntStream.range(0, batch.pixels().length)
                .mapToDouble(i -> (batch.pixels()[i] & 0xff) / 256.0)
                .toArray();
    }

    private double[] normalised(Node.Normalise layer, double[] in) {
        double[] out = new double[in.length];
        int channels = layer.mean().size();
        Arrays.setAll(out, i -> in[i] * layer.factor(i % channels) + layer.constant(i % channels));
        return out;
    }

    private double[] rounded(Weighted layer, double[] values) {
        if (graph.isQuantised()) {
            return weights.get(layer.name()).at(values);
        }
        Slice slice = parameters.layout().parameter(layer.name() + ".weight");
        return Arrays.copyOfRange(values, slice.offset(), slice.offset() + slice.size());
    }

    private double[] convolved(Node.Convolution layer, double[] in, double[] kernel) {
        Shape from = graph.shape(layer.input());
        Shape to = graph.shape(layer.name());
        int size = layer.kernel();
        int seen = layer.isDepthwise() ? 1 : from.channels();
        double[] out = new double[images * to.size()];
        for (int n = 0; n < images; n++) {
            for (int at = 0; at < to.positions() * size * size; at++) {
                int tap = at % (size * size);
                int y = at / (size * size) / to.width();
                int x = at / (size * size) % to.width();
                int row = y * layer.stride() - layer.padding() + tap / size;
                int column = x * layer.stride() - layer.padding() + tap % size;
                if (row < 0 || row >= from.height() || column < 0 || column >= from.width()) {
                    continue;
                }
                int pixel = n * from.size() + (row * from.width() + column) * from.channels();
                int result = n * to.size() + (y * to.width() + x) * to.channels();
                for (int o = 0; o < to.channels(); o++) {
                    int first = layer.isDepthwise() ? pixel + o : pixel;
                    int weight = (o * size * size + tap) * seen;
                    double sum = 0;
                    for (int c = 0; c < seen; c++) {
                        sum += in[first + c] * kernel[weight + c];
                    }
                    out[result + o] += sum;
                }
            }
        }
        return out;
    }

    private double[] dense(Node.Dense layer, double[] in, double[] matrix, double[] values) {
        int inputs = graph.fanIn(layer);
        double[] out = new double[images * layer.outputs()];
        for (int i = 0; i < out.length; i++) {
            int o = i % layer.outputs();
            for (int k = 0; k < inputs; k++) {
                out[i] += in[i / layer.outputs() * inputs + k] * matrix[o * inputs + k];
            }
        }
        if (layer.bias()) {
            double[] error = errors.computeIfAbsent(layer.name(), _ -> biasErrors(layer, values));
            for (int i = 0; i < out.length; i++) {
                int o = i % layer.outputs();
                out[i] += values[offset(layer.name() + ".bias") + o] + error[o];
            }
        }
        return out;
    }

    /** What rounding to whole accumulator units adds to the biases. */
    private double[] biasErrors(Node.Dense layer, double[] values) {
        double[] errors = new double[layer.outputs()];
        if (graph.isQuantised() && graph.weightGrid().hasIntegers()) {
            String grid = graph.quantiserBefore(layer).grid();
            double input = Math.pow(2, values[offset(grid + ".range")] - values[offset(grid + ".bits")]);
            double unit = input * weights.get(layer.name()).step(values, 0) / 2;
            for (int o = 0; o < errors.length; o++) {
                double bias = values[offset(layer.name() + ".bias") + o];
                errors[o] = unit * Math.floor(bias / unit + 0.5) - bias;
            }
        }
        return errors;
    }

    private double[] batchNorm(Node.BatchNorm layer, double[] in, double[] values) {
        int channels = graph.shape(layer.name()).channels();
        double count = (double) in.length / channels;
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int i = 0; i < in.length; i++) {
            mean[i % channels] += in[i] / count;
        }
        for (int i = 0; i < in.length; i++) {
            double centred = in[i] - mean[i % channels];
            variance[i % channels] += centred * centred / count;
        }
        double[] out = new double[in.length];
        int scale = offset(layer.name() + ".scale");
        int shift = offset(layer.name() + ".shift");
        for (int i = 0; i < in.length; i++) {
            int c = i % channels;
            double deviation = Math.sqrt(variance[c] + Node.BatchNorm.EPSILON);
            out[i] = values[scale + c] * (in[i] - mean[c]) / deviation + values[shift + c];
        }
        return out;
    }

    private double[] rectified(Node.Relu layer, double[] in) {
        int[] side = sides.computeIfAbsent(
                layer.name(),
                _ -> Arrays.stream(in).mapToInt(x -> x > 0 ? 1 : 0).toArray());
        double[] out = new double[in.length];
        Arrays.setAll(out, i -> side[i] * in[i]);
        return out;
    }

    private double[] largest(Node.MaxPool layer, double[] in) {
        int[] from = places.computeIfAbsent(layer.name(), _ -> placesOfLargest(layer, in));
        return Arrays.stream(from).mapToDouble(place -> in[place]).toArray();
    }

    /** The first of the largest of each window, as training takes it. */
    private int[] placesOfLargest(Node.MaxPool layer, double[] in) {
        Shape from = graph.shape(layer.input());
        Shape to = graph.shape(layer.name());
        int[] found = new int[images * to.size()];
        Arrays.fill(found, -1);
        for (int i = 0; i < found.length; i++) {
            int n = i / to.size();
            int y = i % to.size() / to.channels() / to.width();
            int x = i / to.channels() % to.width();
            for (int tap = 0; tap < layer.size() * layer.size(); tap++) {
                int row = y * layer.stride() - layer.padding() + tap / layer.size();
                int column = x * layer.stride() - layer.padding() + tap % layer.size();
                int at = n * from.size() + (row * from.width() + column) * from.channels() + i % to.channels();
                boolean inside = row >= 0 && row < from.height() && column >= 0 && column < from.width();
                if (inside && (found[i] < 0 || in[at] > in[found[i]] + TIE)) {
                    found[i] = at;
                }
            }
        }
        return found;
    }

    private double[] mean(Node.GlobalAveragePool layer, double[] in) {
        Shape from = graph.shape(layer.input());
        double[] out = new double[images * from.channels()];
        for (int i = 0; i < in.length; i++) {
            out[i / from.size() * from.channels() + i % from.channels()] += in[i] / from.positions();
        }
        return out;
    }

    private static double[] sum(double[] left, double[] right) {
        double[] out = new double[left.length];
        Arrays.setAll(out, i -> left[i] + right[i]);
        return out;
    }

    private double[] shortcut(Node.IdentityShortcut layer, double[] in) {
        Shape from = graph.shape(layer.input());
        Shape to = graph.shape(layer.name());
        double[] out = new double[images * to.size()];
        for (int i = 0; i < out.length; i++) {
            int c = i % to.channels() - layer.before();
            int y = i % to.size() / to.channels() / to.width() * layer.stride();
            int x = i / to.channels() % to.width() * layer.stride();
            boolean has = c >= 0 && c < from.channels();
            out[i] = has ? in[i / to.size() * from.size() + (y * from.width() + x) * from.channels() + c] : 0;
        }
        return out;
    }

    private double[] quantised(Node.Quantise layer, double[] in, double[] values) {
        double q = Math.pow(2, values[offset(layer.grid() + ".range")]);
        double levels = Math.pow(2, values[offset(layer.grid() + ".bits")]);
        double step = q / levels;
        double lower = layer.signed() ? -q : 0;
        double upper = q - step;
        // A sum of codes may lie on a bound; there it passes.
        int[] side = sides.computeIfAbsent(
                layer.name(),
                _ -> Arrays.stream(in)
                        .mapToInt(x -> x < lower - TIE ? -1 : x > upper + TIE ? 1 : 0)
                        .toArray());
        double[] clamped = new double[in.length];
        Arrays.setAll(clamped, i -> side[i] == 0 ? in[i] : side[i] < 0 ? lower : upper);
        double[] error = errors.computeIfAbsent(layer.name(), _ -> {
            // Between two widths there are as many codes as the levels round to.
            double lowest = layer.signed() ? -Math.floor(levels + 0.5) : 0;
            double highest = Math.floor(levels - 0.5);
            double[] frozen = new double[in.length];
            Arrays.setAll(
                    frozen,
                    i -> Math.max(lowest, Math.min(highest, Math.floor(in[i] / step + 0.5))) - clamped[i] / step);
            return frozen;
        });
        double[] out = new double[in.length];
        Arrays.setAll(out, i -> clamped[i] + step * error[i]);
        return out;
    }
}
