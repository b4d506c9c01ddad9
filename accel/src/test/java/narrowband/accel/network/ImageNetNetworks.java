package narrowband.accel.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Residual networks at the size of ImageNet, with random weights and thresholds: what hardware for them costs and how fast
 * it is does not depend on their values.
 */
public final class ImageNetNetworks {
    private static final int PIXEL_BITS = 8;
    private static final int BITS = 2;

    /** Two branches that meet have codes of this many bits, one of them a sign. */
    private static final int BRANCH_BITS = 3;

    private static final Scale SCALE = Scale.uniform(1);

    private final Random random;
    private final List<Layer> layers = new ArrayList<>();
    /** The tensor of each layer, so that no partial network is built again and again. */
    private final Map<String, Tensor> tensors = new HashMap<>();

    private ImageNetNetworks(long seed) {
        random = new Random(seed);
    }

    /**
     * ResNet-18 (He et al. 2016, table 1) with 2-bit weights and activations, the first and the last layer with 8-bit ones.
     *
     * @param side rows and columns of the image: 224 as in the paper, or any multiple of 32
     * @param width channels of the first stage: 64 as in the paper
     */
    public static IntegerNetwork resnet18(int side, int width, int classes, long seed) {
        return new ImageNetNetworks(seed).build(side, width, classes);
    }

    private IntegerNetwork build(int side, int width, int classes) {
        add(new Layer.Input("image", new Shape(side, side, 3), CodeType.unsigned(PIXEL_BITS), SCALE));
        String x = convolution("conv1", "image", width, 7, 2, 3, 8);
        x = threshold("act1", x, CodeType.unsigned(BITS));
        add(new Layer.MaxPool("pool1", x, 3, 2, 1));
        x = "pool1";
        int channels = width;
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 1; block <= 2; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = block("s%db%d".formatted(stage, block), x, channels, stride);
            }
            channels *= 2;
        }
        int left = tensors.get(x).shape().height();
        add(new Layer.SumPool("average", x, left, left));
        int inputs = tensors.get("average").shape().size();
        add(new Layer.Dense("scores", "average", weights(8, classes, inputs), SCALE));
        Integer[] biases = new Integer[classes];
        Arrays.setAll(biases, c -> random.nextInt(201) - 100);
        add(new Layer.Bias("scores_bias", "scores", List.of(biases)));
        add(new Layer.ArgMax("label", "scores_bias"));
        return new IntegerNetwork("resnet18", layers);
    }

    private String block(String name, String x, int channels, int stride) {
        String y = convolution(name + "_conv1", x, channels, 3, stride, 1, BITS);
        y = threshold(name + "_act1", y, CodeType.unsigned(BITS));
        y = convolution(name + "_conv2", y, channels, 3, 1, 1, BITS);
        y = threshold(name + "_branch", y, CodeType.signed(BRANCH_BITS));
        String shortcut = x;
        if (stride > 1) {
            shortcut = convolution(name + "_down", x, channels, 1, stride, 0, BITS);
            shortcut = threshold(name + "_short", shortcut, CodeType.signed(BRANCH_BITS));
        }
        add(new Layer.Add(name + "_sum", shortcut, y));
        return threshold(name + "_act2", name + "_sum", CodeType.unsigned(BITS));
    }

    private String convolution(String name, String from, int outputs, int kernel, int stride, int padding, int bits) {
        int inputs = kernel * kernel * tensors.get(from).shape().channels();
        add(new Layer.Convolution(
                name, from, weights(bits, outputs, inputs), kernel, kernel, stride, padding, 1, SCALE));
        return name;
    }

    /** Thresholds around the middle of what comes in, so that all codes occur. */
    private String threshold(String name, String from, CodeType type) {
        Tensor in = tensors.get(from);
        long reach = Math.max(2, ((long) in.type().max() - in.type().min()) / 40);
        int[][] rows = new int[in.shape().channels()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = random.ints((1 << type.bits()) - 1, (int) -reach, (int) reach)
                    .sorted()
                    .toArray();
        }
        add(new Layer.Threshold(name, from, new ThresholdTable(rows), type, SCALE));
        return name;
    }

    private WeightCodes weights(int bits, int outputs, int inputs) {
        return new WeightCodes(
                bits,
                outputs,
                inputs,
                random.ints((long) outputs * inputs, 0, 1 << bits).toArray());
    }

    private void add(Layer layer) {
        layers.add(layer);
        tensors.put(
                layer.name(),
                layer.yields(layer.inputs().stream().map(tensors::get).toList()));
    }
}
