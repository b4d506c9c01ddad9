package narrowband.tests;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;

/**
 * Random networks as ONNX graphs: convolutions, depthwise ones among them, with biases, batch norms or factors behind them, pools
 * before and behind ReLUs, residual blocks with all kinds of shortcuts, dense layers, and every way in which exporters flatten.
 */
final class RandomOnnx {
    private final SplittableRandom random;
    private final OnnxWriter writer;
    private final int version;
    private int channels;
    private int side;
    private final Shape image;
    private final int classes;

    private final boolean mayShift;

    private RandomOnnx(long seed, boolean mayShift) {
        this.mayShift = mayShift;
        random = new SplittableRandom(seed);
        version = List.of(9, 11, 13, 17, 20).get(random.nextInt(5));
        writer = new OnnxWriter(version);
        side = random.nextInt(6, 13);
        channels = random.nextInt(1, 4);
        classes = random.nextInt(2, 6);
        image = new Shape(side, side, channels);
    }

    /**
     * A network.
     *
     * @param model its file
     * @param batch images that it takes at once; 1 where it takes any number
     */
    record Network(ModelProto model, Shape image, int batch, boolean bytes, boolean channelsLast) {}

    static Network of(long seed) {
        return new RandomOnnx(seed, true).network();
    }

    /** One that adds nothing to the image's channels. */
    static Network ofUnsigned(long seed) {
        return new RandomOnnx(seed, false).network();
    }

    private Network network() {
        boolean bytes = random.nextInt(4) == 0;
        boolean last = random.nextInt(4) == 0;
        int batch = random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0;
        TensorProto.DataType type = bytes ? TensorProto.DataType.UINT8 : TensorProto.DataType.FLOAT;
        writer.image(type, last ? new long[] {batch, side, side, channels} : new long[] {batch, channels, side, side});
        String x = OnnxWriter.IMAGE;
        if (last) {
            x = writer.node("Transpose", Map.of("perm", List.of(0, 3, 1, 2)), x);
        }
        if (bytes) {
            x = writer.node("Cast", Map.of("to", 1), x);
            x = writer.node("Div", x, writer.tensor(writer.fresh("scale"), List.of(), 255));
        }
        if (random.nextInt(3) == 0) {
            x = mayShift ? writer.node("Sub", x, vector("mean", channels, 0.2, 0.6)) : x;
            x = writer.node("Mul", x, vector("deviation", channels, 1, 4));
        }
        int blocks = random.nextInt(1, 4);
        x = activated(convolution(x, random.nextInt(2, 6), random.nextInt(1, 3)));
        for (int block = 0; block < blocks; block++) {
            x = switch (random.nextInt(4)) {
                case 0 -> activated(convolution(x, random.nextInt(2, 6), 1));
                case 1 -> pool(x);
                default -> residual(x);
            };
        }
        return new Network(writer.model(head(x)), image, Math.max(1, batch), bytes, last);
    }

    private float[] numbers(int count, double least, double most) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(least, most);
        }
        return numbers;
    }

    /** A number for each channel, as it adds to or multiplies {@code [N, C, H, W]}. */
    private String vector(String kind, int count, double least, double most) {
        return writer.tensor(writer.fresh(kind), List.of((long) count, 1L, 1L), numbers(count, least, most));
    }

    /** Convolution and whatever scales and shifts its channels; not yet through a ReLU. */
    private String convolution(String x, int outputs, int stride) {
        boolean depthwise = random.nextInt(5) == 0 && channels > 1;
        return convolution(x, depthwise ? channels : outputs, stride, depthwise, random.nextBoolean() ? 3 : 1);
    }

    private String convolution(String x, int outputs, int stride, boolean depthwise, int kernel) {
        int inputs = depthwise ? 1 : channels;
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("kernel_shape", List.of(kernel, kernel));
        attributes.put("strides", List.of(stride, stride));
        if (depthwise) {
            attributes.put("group", channels);
        }
        String source = x;
        int padding = kernel / 2;
        switch (padding == 0 ? 0 : random.nextInt(3)) {
            case 0 -> attributes.put("pads", List.of(padding, padding, padding, padding));
            case 1 -> source = padded(x, padding);
            default -> {
                if (stride == 1) {
                    attributes.put("auto_pad", random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER");
                } else {
                    attributes.put("pads", List.of(padding, padding, padding, padding));
                }
            }
        }
        float[] weights = numbers(outputs * inputs * kernel * kernel, -0.6, 0.6);
        String name = writer.fresh("layer");
        String w = writer.tensor(
                name + ".weight", List.of((long) outputs, (long) inputs, (long) kernel, (long) kernel), weights);
        List<String> operands = new ArrayList<>(List.of(source, w));
        if (random.nextBoolean()) {
            operands.add(writer.tensor(name + ".bias", List.of((long) outputs), numbers(outputs, -0.3, 0.3)));
        }
        String out = writer.node("Conv", attributes, operands.toArray(String[]::new));
        side = (side + 2 * padding - kernel) / stride + 1;
        channels = outputs;
        return scaled(out);
    }

    private String padded(String x, int padding) {
        List<Integer> pads = List.of(0, 0, padding, padding, 0, 0, padding, padding);
        return version < 11
                ? writer.node("Pad", Map.of("pads", pads), x)
                : writer.node(
                        "Pad",
                        x,
                        writer.tensor(OnnxWriter.integers(
                                writer.fresh("pads"),
                                pads.stream().mapToLong(p -> p).toArray())));
    }

    private String scaled(String x) {
        String out = x;
        for (int i = random.nextInt(3); i > 0; i--) {
            out = switch (random.nextInt(3)) {
                case 0 ->
                    writer.node(
                            "BatchNormalization",
                            Map.of("epsilon", random.nextBoolean() ? 1e-5f : 1e-3f),
                            out,
                            writer.tensor(writer.fresh("scale"), List.of((long) channels), numbers(channels, -1, 1.5)),
                            writer.tensor(
                                    writer.fresh("shift"), List.of((long) channels), numbers(channels, -0.3, 0.3)),
                            writer.tensor(writer.fresh("mean"), List.of((long) channels), numbers(channels, -0.3, 0.3)),
                            writer.tensor(
                                    writer.fresh("variance"), List.of((long) channels), numbers(channels, 0.1, 2)));
                case 1 -> writer.node("Add", out, vector("addend", channels, -0.3, 0.3));
                default -> writer.node("Mul", out, vector("factor", channels, 0.5, 1.5));
            };
        }
        return random.nextInt(4) == 0 ? writer.node("Identity", out) : out;
    }

    private String activated(String x) {
        if (side >= 4 && random.nextInt(4) == 0) {
            return relu(maximum(x));
        }
        return relu(x);
    }

    private String relu(String x) {
        if (random.nextInt(4) > 0) {
            return writer.node("Relu", x);
        }
        return version < 11
                ? writer.node("Clip", Map.of("min", 0f), x)
                : writer.node("Clip", x, writer.tensor(writer.fresh("least"), List.of(), 0));
    }

    private String maximum(String x) {
        boolean overlapping = random.nextBoolean();
        int size = overlapping ? 3 : 2;
        int padding = overlapping ? 1 : 0;
        side = (side + 2 * padding - size) / 2 + 1;
        return writer.node(
                "MaxPool",
                Map.of(
                        "kernel_shape",
                        List.of(size, size),
                        "strides",
                        List.of(2, 2),
                        "pads",
                        List.of(padding, padding, padding, padding)),
                x);
    }

    private String pool(String x) {
        return side < 4 ? x : maximum(x);
    }

    private String residual(String x) {
        int before = channels;
        int sideBefore = side;
        int stride = side >= 4 && random.nextBoolean() ? 2 : 1;
        boolean bare = stride == 1 && random.nextBoolean();
        int outputs = bare ? channels : channels + 2 * random.nextInt(0, 2);
        String branch = activatedOnly(convolution(x, random.nextInt(2, 6), 1, false, 3));
        branch = convolution(branch, outputs, stride, false, 3);
        int sideAfter = side;
        String shortcut = x;
        if (!bare && (stride > 1 || outputs != before) || random.nextInt(4) == 0) {
            channels = before;
            side = sideBefore;
            shortcut = random.nextBoolean()
                    ? convolution(x, outputs, stride, false, 1)
                    : withoutWeights(x, stride, outputs);
        }
        channels = outputs;
        side = sideAfter;
        String sum = random.nextBoolean() ? writer.node("Add", branch, shortcut) : writer.node("Add", shortcut, branch);
        return relu(sum);
    }

    private String activatedOnly(String x) {
        return relu(x);
    }

    /** He et al. 2016, option A, as {@code F.pad(x[:, :, ::2, ::2], ...)} is exported. */
    private String withoutWeights(String x, int stride, int outputs) {
        String out = x;
        for (int axis = 2; axis < 4 && stride > 1; axis++) {
            if (version < 10) {
                // Slices had no steps then: the same by a maximum over single pixels.
                out = axis == 2
                        ? writer.node(
                                "MaxPool", Map.of("kernel_shape", List.of(1, 1), "strides", List.of(stride, stride)), x)
                        : out;
                continue;
            }
            out = writer.node(
                    "Slice",
                    out,
                    writer.tensor(OnnxWriter.integers(writer.fresh("starts"), 0)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("ends"), Long.MAX_VALUE)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("axes"), axis)),
                    writer.tensor(OnnxWriter.integers(writer.fresh("steps"), stride)));
        }
        int more = outputs - channels;
        if (more == 0) {
            return out;
        }
        List<Integer> pads = List.of(0, more / 2, 0, 0, 0, more - more / 2, 0, 0);
        return version < 11
                ? writer.node("Pad", Map.of("pads", pads), out)
                : writer.node(
                        "Pad",
                        out,
                        writer.tensor(OnnxWriter.integers(
                                writer.fresh("pads"),
                                pads.stream().mapToLong(p -> p).toArray())));
    }

    private String head(String x) {
        String out = x;
        int features = channels * side * side;
        if (random.nextInt(3) > 0) {
            out = switch (random.nextInt(3)) {
                case 0 -> writer.node("GlobalAveragePool", out);
                case 1 -> writer.node("AveragePool", Map.of("kernel_shape", List.of(side, side)), out);
                default ->
                    version < 18
                            ? writer.node("ReduceMean", Map.of("axes", List.of(-1, -2), "keepdims", 1), out)
                            : writer.node(
                                    "ReduceMean",
                                    Map.of("keepdims", 1),
                                    out,
                                    writer.tensor(OnnxWriter.integers(writer.fresh("axes"), 2, 3)));
            };
            features = channels;
            side = 1;
        }
        out = flattened(out, features);
        if (random.nextBoolean()) {
            int hidden = random.nextInt(2, 8);
            out = relu(dense(out, features, hidden, random.nextBoolean()));
            features = hidden;
        }
        out = dense(out, features, classes, true);
        return out;
    }

    private String flattened(String x, int features) {
        switch (random.nextInt(5)) {
            case 0 -> {
                return writer.node("Flatten", Map.of("axis", 1), x);
            }
            case 1 -> {
                return writer.node("Reshape", x, writer.tensor(OnnxWriter.integers(writer.fresh("shape"), 0, -1)));
            }
            case 2 -> {
                return writer.node(
                        "Reshape", x, writer.tensor(OnnxWriter.integers(writer.fresh("shape"), -1, features)));
            }
            case 3 -> {
                // Keras: rows, columns, channels.
                String turned = writer.node("Transpose", Map.of("perm", List.of(0, 2, 3, 1)), x);
                return writer.node("Flatten", Map.of("axis", 1), turned);
            }
            default -> {
                // PyTorch's x.view(x.size(0), -1).
                String shape = writer.node("Shape", x);
                String zero = writer.tensor(TensorProto.newBuilder()
                        .setName(writer.fresh("zero"))
                        .setDataType(TensorProto.DataType.INT64.getNumber())
                        .addInt64Data(0)
                        .build());
                String first = writer.node("Gather", Map.of("axis", 0), shape, zero);
                String row = version < 13
                        ? writer.node("Unsqueeze", Map.of("axes", List.of(0)), first)
                        : writer.node("Unsqueeze", first, writer.tensor(OnnxWriter.integers(writer.fresh("axes"), 0)));
                String rest = writer.node("Constant", Map.of("value", OnnxWriter.integers("", -1)));
                String both = writer.node("Concat", Map.of("axis", 0), row, rest);
                return writer.node("Reshape", x, both);
            }
        }
    }

    private String dense(String x, int inputs, int outputs, boolean gemm) {
        String name = writer.fresh("dense");
        float[] weights = numbers(inputs * outputs, -0.6, 0.6);
        float[] biases = numbers(outputs, -0.3, 0.3);
        String bias = writer.tensor(name + ".bias", List.of((long) outputs), biases);
        if (gemm && random.nextBoolean()) {
            String w = writer.tensor(name + ".weight", List.of((long) outputs, (long) inputs), weights);
            return writer.node("Gemm", Map.of("transB", 1, "alpha", 1f), x, w, bias);
        }
        if (gemm) {
            String w = writer.tensor(name + ".weight", List.of((long) inputs, (long) outputs), weights);
            return writer.node("Gemm", Map.of("alpha", 0.5f, "beta", 2f), x, w, bias);
        }
        String w = writer.tensor(name + ".weight", List.of((long) outputs, (long) inputs), weights);
        String turned = writer.node("Transpose", Map.of("perm", List.of(1, 0)), w);
        return writer.node("Add", bias, writer.node("MatMul", x, turned));
    }
}
