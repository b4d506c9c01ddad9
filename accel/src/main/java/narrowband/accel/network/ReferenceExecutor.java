package narrowband.accel.network;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Evaluates an integer network with integers only: the golden model that the trained network, the simulator and the
 * Verilog are held against. Plain loops, written to be read. Stateless and safe for use by several threads.
 */
public final class ReferenceExecutor {
    private final IntegerNetwork network;
    private final Map<String, int[]> weightValues = new LinkedHashMap<>();

    public ReferenceExecutor(IntegerNetwork network) {
        this.network = network;
        network.weights().forEach((layer, weights) -> weightValues.put(layer, weights.values()));
    }

    /**
     * Evaluates every layer for one image.
     *
     * @param image pixel codes {@code [height * width * channels]}, channels fastest
     * @return the codes of every layer by its name, in the network's order; each {@code [height * width * channels]}
     */
    public Map<String, int[]> run(int[] image) {
        Map<String, int[]> codes = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            codes.put(
                    layer.name(),
                    switch (layer) {
                        case Layer.Input input -> checked(input, image);
                        case Layer.Threshold threshold -> threshold(threshold, codes.get(threshold.input()));
                        case Layer.Convolution convolution -> convolution(convolution, codes.get(convolution.input()));
                        case Layer.Dense dense -> dense(dense, codes.get(dense.input()));
                        case Layer.Bias bias -> bias(bias, codes.get(bias.input()));
                        case Layer.MaxPool pool ->
                            pool(
                                    pool,
                                    pool.kernel(),
                                    pool.stride(),
                                    pool.padding(),
                                    codes.get(pool.input()),
                                    Math::max);
                        case Layer.SumPool pool ->
                            pool(pool, pool.kernel(), pool.stride(), 0, codes.get(pool.input()), Integer::sum);
                        case Layer.Add add -> add(codes.get(add.left()), codes.get(add.right()));
                        case Layer.IdentityShortcut shortcut -> shortcut(shortcut, codes.get(shortcut.input()));
                        case Layer.ArgMax argMax -> new int[] {argMax(codes.get(argMax.input()))};
                        case Layer.TopScores top -> topScores(codes.get(top.input()), top.count());
                    });
        }
        return codes;
    }

    /** The codes of the network's output for one image. */
    public int[] output(int[] image) {
        return run(image).get(network.output().name());
    }

    /** The class of one image: the output's first code after an arg-max or top scores, else the index of the largest score. */
    public int classify(int[] image) {
        int[] output = output(image);
        boolean classified = network.output() instanceof Layer.ArgMax || network.output() instanceof Layer.TopScores;
        return classified ? output[0] : argMax(output);
    }

    private static int[] checked(Layer.Input input, int[] image) {
        if (image.length != input.shape().size()) {
            throw new IllegalArgumentException("an image of %s has %d codes, not %d"
                    .formatted(input.shape(), input.shape().size(), image.length));
        }
        for (int code : image) {
            if (!input.type().contains(code)) {
                throw new IllegalArgumentException("pixel code %d is not of type %s".formatted(code, input.type()));
            }
        }
        return image.clone();
    }

    private int[] threshold(Layer.Threshold layer, int[] in) {
        int channels = network.tensor(layer.name()).shape().channels();
        int[] out = new int[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = layer.type().min() + layer.table().level(i % channels, in[i]);
        }
        return out;
    }

    private int[] convolution(Layer.Convolution layer, int[] in) {
        Shape from = network.inputOf(layer).shape();
        Shape to = network.tensor(layer.name()).shape();
        int[] weights = weightValues.get(layer.name());
        int taps = layer.weights().inputs();
        int groupInputs = from.channels() / layer.groups();
        int groupOutputs = to.channels() / layer.groups();
        int[] out = new int[to.size()];
        IntStream.range(0, to.height()).parallel().forEach(y -> {
            for (int x = 0; x < to.width(); x++) {
                for (int o = 0; o < to.channels(); o++) {
                    int firstChannel = o / groupOutputs * groupInputs;
                    int sum = 0;
                    for (int ky = 0; ky < layer.kernelHeight(); ky++) {
                        int row = y * layer.stride() - layer.padding() + ky;
                        if (row < 0 || row >= from.height()) {
                            continue;
                        }
                        for (int kx = 0; kx < layer.kernelWidth(); kx++) {
                            int column = x * layer.stride() - layer.padding() + kx;
                            if (column < 0 || column >= from.width()) {
                                continue;
                            }
                            int w = o * taps + (ky * layer.kernelWidth() + kx) * groupInputs;
                            int i = (row * from.width() + column) * from.channels() + firstChannel;
                            for (int c = 0; c < groupInputs; c++) {
                                sum += weights[w + c] * in[i + c];
                            }
                        }
                    }
                    out[(y * to.width() + x) * to.channels() + o] = sum;
                }
            }
        });
        return out;
    }

    private int[] dense(Layer.Dense layer, int[] in) {
        int[] weights = weightValues.get(layer.name());
        int[] out = new int[layer.weights().outputs()];
        for (int o = 0; o < out.length; o++) {
            for (int i = 0; i < in.length; i++) {
                out[o] += weights[o * in.length + i] * in[i];
            }
        }
        return out;
    }

    private static int[] bias(Layer.Bias layer, int[] in) {
        List<Integer> biases = layer.biases();
        int[] out = new int[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = in[i] + biases.get(i % biases.size());
        }
        return out;
    }

    /** How two codes of a window become one. */
    @FunctionalInterface
    private interface Reduction {
        int of(int a, int b);
    }

    private int[] pool(Layer layer, int kernel, int stride, int padding, int[] in, Reduction reduction) {
        Shape from = network.inputOf(layer).shape();
        Shape to = network.tensor(layer.name()).shape();
        int[] out = new int[to.size()];
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                for (int c = 0; c < to.channels(); c++) {
                    int result = 0;
                    for (int ky = 0; ky < kernel; ky++) {
                        for (int kx = 0; kx < kernel; kx++) {
                            int row = y * stride + ky - padding;
                            int column = x * stride + kx - padding;
                            boolean inside = row >= 0 && row < from.height() && column >= 0 && column < from.width();
                            int code = inside ? in[(row * from.width() + column) * from.channels() + c] : 0;
                            result = ky == 0 && kx == 0 ? code : reduction.of(result, code);
                        }
                    }
                    out[(y * to.width() + x) * to.channels() + c] = result;
                }
            }
        }
        return out;
    }

    private static int[] add(int[] left, int[] right) {
        int[] out = new int[left.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = left[i] + right[i];
        }
        return out;
    }

    private int[] shortcut(Layer.IdentityShortcut layer, int[] in) {
        Shape from = network.inputOf(layer).shape();
        Shape to = network.tensor(layer.name()).shape();
        int[] out = new int[to.size()];
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                int source = (y * from.width() + x) * layer.stride() * from.channels();
                int target = (y * to.width() + x) * to.channels() + layer.channelsBefore();
                System.arraycopy(in, source, out, target, from.channels());
            }
        }
        return out;
    }

    private static int[] topScores(int[] scores, int count) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer c) -> scores[c])
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .flatMapToInt(c -> IntStream.of(c, scores[c]))
                .toArray();
    }

    private static int argMax(int[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            if (scores[c] > scores[best]) {
                best = c;
            }
        }
        return best;
    }
}
