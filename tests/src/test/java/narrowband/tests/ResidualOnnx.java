package narrowband.tests;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * ResNet-20 for CIFAR (He et al. 2016, section 4.2) as PyTorch exports the checkpoints that are widely used: batch norms folded
 * into weights and biases, shortcuts as {@code F.pad(x[:, :, ::2, ::2], ...)}, the mean as {@code avg_pool2d}, flattened by
 * {@code view(size(0), -1)}.
 */
final class ResidualOnnx {
    private static final double EPSILON = 1e-5;

    /** The numbers of a checkpoint by their names there. */
    interface Checkpoint {
        float[] get(String name, int size);
    }

    private final OnnxWriter writer = new OnnxWriter(17);
    private final Checkpoint checkpoint;
    private int channels = 3;

    private ResidualOnnx(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** Numbers as untrained networks have them, batch norms in some disorder. */
    static Checkpoint random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (name, size) -> {
            float[] numbers = new float[size];
            for (int i = 0; i < size; i++) {
                numbers[i] = (float)
                        (name.endsWith("running_var") || name.matches(".*bn\\d.weight")
                                ? random.nextDouble(0.5, 1.5)
                                : random.nextDouble(-0.15, 0.15));
            }
            return numbers;
        };
    }

    /**
     * The network.
     *
     * @param normalised whether it brings each channel to the scale of ImageNet first, by {@code (p / 255 - mean) / deviation}
     */
    static ModelProto model(Checkpoint checkpoint, boolean normalised) {
        return new ResidualOnnx(checkpoint).model(normalised);
    }

    private ModelProto model(boolean normalised) {
        writer.image(3, 32, 32);
        String x = OnnxWriter.IMAGE;
        if (normalised) {
            x = writer.node("Mul", x, writer.tensor("codes", List.of(), 256f / 255));
            x = writer.node("Sub", x, writer.tensor("means", List.of(1L, 3L, 1L, 1L), 0.485f, 0.456f, 0.406f));
            x = writer.node("Div", x, writer.tensor("deviations", List.of(1L, 3L, 1L, 1L), 0.229f, 0.224f, 0.225f));
        }
        x = writer.node("Relu", convolution(x, "", 1, 16, 1));
        for (int stage = 1; stage <= 3; stage++) {
            for (int block = 0; block < 3; block++) {
                x = block(x, "layer%d.%d.".formatted(stage, block), 8 << stage, stage > 1 && block == 0 ? 2 : 1);
            }
        }
        x = writer.node("AveragePool", Map.of("kernel_shape", List.of(8, 8), "strides", List.of(8, 8)), x);
        String first = writer.node(
                "Gather", Map.of("axis", 0), writer.node("Shape", x), writer.tensor(OnnxWriter.integers("zero", 0)));
        String shape = writer.node("Concat", Map.of("axis", 0), first, writer.tensor(OnnxWriter.integers("rest", -1)));
        x = writer.node("Reshape", x, shape);
        return writer.model(writer.node(
                "Gemm",
                Map.of("transB", 1),
                x,
                writer.tensor("linear.weight", List.of(10L, 64L), checkpoint.get("linear.weight", 640)),
                writer.tensor("linear.bias", List.of(10L), checkpoint.get("linear.bias", 10))));
    }

    private String block(String x, String at, int outputs, int stride) {
        int before = channels;
        String branch = writer.node("Relu", convolution(x, at, 1, outputs, stride));
        branch = convolution(branch, at, 2, outputs, 1);
        String shortcut = x;
        if (stride > 1) {
            shortcut = writer.node(
                    "Slice",
                    x,
                    writer.tensor(OnnxWriter.integers(writer.fresh("starts"), 0, 0)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("ends"), Long.MAX_VALUE, Long.MAX_VALUE)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("axes"), 2, 3)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("steps"), 2, 2)));
            long more = (outputs - before) / 2;
            shortcut = writer.node(
                    "Pad",
                    shortcut,
                    writer.tensor(OnnxWriter.integers(writer.fresh("pads"), 0, more, 0, 0, 0, more, 0, 0)));
        }
        return writer.node("Relu", writer.node("Add", branch, shortcut));
    }

    /** A convolution with its batch norm folded into it. */
    private String convolution(String x, String at, int number, int outputs, int stride) {
        String conv = at + "conv" + number;
        String norm = at + "bn" + number;
        int taps = channels * 9;
        float[] weights = checkpoint.get(conv + ".weight", outputs * taps).clone();
        float[] scale = checkpoint.get(norm + ".weight", outputs);
        float[] shift = checkpoint.get(norm + ".bias", outputs);
        float[] mean = checkpoint.get(norm + ".running_mean", outputs);
        float[] variance = checkpoint.get(norm + ".running_var", outputs);
        float[] biases = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            double factor = scale[o] / Math.sqrt(variance[o] + EPSILON);
            biases[o] = (float) (shift[o] - factor * mean[o]);
            for (int i = o * taps; i < (o + 1) * taps; i++) {
                weights[i] = (float) (weights[i] * factor);
            }
        }
        List<Long> shape = LongStream.of(outputs, channels, 3, 3).boxed().toList();
        channels = outputs;
        return writer.node(
                "Conv",
                Map.of(
                        "kernel_shape", List.of(3, 3),
                        "strides", List.of(stride, stride),
                        "pads", List.of(1, 1, 1, 1),
                        "dilations", List.of(1, 1),
                        "group", 1),
                x,
                writer.tensor(conv + ".weight", shape, weights),
                writer.tensor(conv + ".bias", List.of((long) outputs), biases));
    }
}
