package narrowband.training.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.network.Shape;

/** Convolutions and products with weights, and what scales and shifts their channels. */
final class WeightedOperators {
    private static final int MATRIX = 2;
    private static final int KERNELS = 4;

    private final GraphAssembly assembly;
    private final LayerNaming naming;

    WeightedOperators(GraphAssembly assembly, LayerNaming naming) {
        this.assembly = assembly;
        this.naming = naming;
    }

    /** @throws narrowband.accel.InvalidInputException unless the tensor lies as convolutions have it */
    static Activation requireImage(OnnxOperation operation, Activation in) {
        if (!in.layout().isChannelsFirst()) {
            throw operation.refused("it reads a tensor of %s; expected [images, channels, rows, columns]"
                    .formatted(in.layout().lengths()));
        }
        return in;
    }

    Activation convolution(OnnxOperation operation, Activation input, OnnxTensor weights, Optional<OnnxTensor> bias) {
        Activation in = requireImage(operation, input);
        if (weights.shape().size() != KERNELS) {
            throw operation.refused("its weights are %s; only kernels of rows and columns are supported"
                    .formatted(weights.shapeText()));
        }
        int outputs = weights.shape().get(0);
        int channels = in.layout().shape().channels();
        int groups = operation.integer("group", 1);
        if (groups < 1 || outputs < 1 || channels != (long) weights.shape().get(1) * groups) {
            throw operation.refused("its weights %s in %d groups do not fit %d channels"
                    .formatted(weights.shapeText(), groups, channels));
        }
        if (groups != 1 && (groups != channels || groups != outputs)) {
            throw operation.refused(
                    "it has %d groups for %d channels and %d outputs; supported are one, or one for each channel with one output each"
                            .formatted(groups, channels, outputs));
        }
        List<Integer> kernel = weights.shape().subList(MATRIX, KERNELS);
        if (operation.has("kernel_shape") && !operation.integers("kernel_shape").equals(kernel)) {
            throw operation.refused("its kernel_shape %s is not that of its weights %s"
                    .formatted(operation.integers("kernel_shape"), weights.shapeText()));
        }
        Window window = Window.of(operation, kernel, in.layout().shape(), in.padding());
        // Channels last, as our layers have them.
        double[] turned = finite(operation, weights.transposed(List.of(0, 2, 3, 1)));
        String name = naming.of(operation, operation.input(1), "conv");
        Activation out = assembly.convolution(name, in, operation, window, outputs, groups, turned);
        return bias.map(tensor -> shifted(operation, out, tensor, 1)).orElse(out);
    }

    /** MatMul, or Gemm with its factors and bias. */
    Activation product(OnnxOperation operation, Activation in, OnnxTensor matrix, Optional<OnnxTensor> bias) {
        Shape shape = in.layout().shape();
        if (!in.layout().isFlat() || operation.integer("transA", 0) != 0) {
            throw operation.refused("it multiplies a tensor of %s; expected [images, features]"
                    .formatted(in.layout().lengths()));
        }
        if (matrix.shape().size() != MATRIX) {
            throw operation.refused("its weights are %s; expected a matrix".formatted(matrix.shapeText()));
        }
        OnnxTensor weights = operation.integer("transB", 0) != 0 ? matrix : matrix.transposed(List.of(1, 0));
        int outputs = weights.shape().get(0);
        int features = shape.size();
        if (weights.shape().get(1) != features || outputs < 1) {
            throw operation.refused(
                    "its weights are %s, but %d numbers come in".formatted(matrix.shapeText(), features));
        }
        double alpha = operation.number("alpha", 1);
        int[] places = in.layout().features();
        double[] values = finite(operation, weights);
        double[] placed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            placed[i / features * features + places[i % features]] = alpha * values[i];
        }
        String name = naming.of(operation, operation.input(1), "dense");
        Activation out = assembly.dense(name, in, operation, outputs, placed);
        return bias.map(tensor -> shifted(operation, out, tensor, operation.number("beta", 1)))
                .orElse(out);
    }

    private static Activation shifted(OnnxOperation operation, Activation activation, OnnxTensor bias, double factor) {
        int channels = activation.layout().shape().channels();
        boolean vector =
                bias.size() == 1 || bias.size() == channels && bias.shape().getLast() == channels;
        if (!vector) {
            throw operation.refused("its bias is %s for %d outputs".formatted(bias.shapeText(), channels));
        }
        double[] values = finite(operation, bias);
        double[] addends = new double[channels];
        Arrays.setAll(addends, c -> factor * values[values.length == 1 ? 0 : c]);
        return activation.with(norm(operation, activation).then(ones(channels), addends));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The norm behind a layer that can have one. */
    private static ChannelNorm norm(OnnxOperation operation, Activation activation) {
        if (activation.norm().isEmpty() || !activation.isBare()) {
            throw operation.refused(
                    "it scales or shifts channels, which is possible only at once behind Conv, Gemm or MatMul, or on the image; layer %s is none of these"
                            .formatted(activation.layer()));
        }
        return activation.norm().get();
    }

    /** Arithmetic with a constant. */
    Activation scaled(OnnxOperation operation, Activation in, OnnxTensor constant, boolean constantFirst) {
        double[] values = perChannel(operation, in.layout(), constant);
        double[] factors = ones(values.length);
        double[] addends = new double[values.length];
        for (int c = 0; c < values.length; c++) {
            switch (operation.type()) {
                case "Add", "Sum" -> addends[c] = values[c];
                case "Sub" -> {
                    addends[c] = constantFirst ? values[c] : -values[c];
                    factors[c] = constantFirst ? -1 : 1;
                }
                case "Mul" -> factors[c] = values[c];
                default -> {
                    if (constantFirst || values[c] == 0) {
                        throw operation.refused("it divides a constant, or by 0");
                    }
                    factors[c] = 1 / values[c];
                }
            }
        }
        boolean nothing = Arrays.equals(factors, ones(values.length))
                && Arrays.stream(addends).allMatch(a -> a == 0);
        return nothing ? in : in.with(norm(operation, in).then(factors, addends));
    }

    /** A constant as a number for each channel. */
    private static double[] perChannel(OnnxOperation operation, Layout layout, OnnxTensor constant) {
        int channels = layout.shape().channels();
        int lead = layout.rank() - constant.shape().size();
        boolean fits = lead >= 0
                && IntStream.range(0, constant.shape().size())
                        .allMatch(i -> constant.shape().get(i) == 1
                                || i + lead == layout.channelDimension()
                                        && constant.shape().get(i) == channels);
        if (!fits) {
            throw operation.refused(
                    "its constant is %s for a tensor of %s; expected one number, or one for each channel"
                            .formatted(constant.shapeText(), layout.lengths()));
        }
        double[] values = finite(operation, constant);
        double[] each = new double[channels];
        Arrays.setAll(each, c -> values[values.length == 1 ? 0 : c]);
        return each;
    }

    Activation batchNorm(OnnxOperation operation, Activation in, List<OnnxTensor> inputs) {
        int channels = in.layout().shape().channels();
        if (inputs.size() != 4 || inputs.stream().anyMatch(tensor -> tensor.size() != channels)) {
            throw operation.refused("its scale, bias, mean and variance must be %d numbers each, but they are %s"
                    .formatted(
                            channels, inputs.stream().map(OnnxTensor::shapeText).toList()));
        }
        if (operation.integer("spatial", 1) != 1) {
            throw operation.refused("it normalises each place by itself; only channels can be normalised");
        }
        if (operation.integer("training_mode", 0) != 0) {
            throw operation.refused("it is exported as it is trained; export it as it is used (eval)");
        }
        if (in.layout().rank() < 2 || channels > 1 && in.layout().channelDimension() != 1) {
            throw operation.refused("it reads a tensor of %s; expected [images, channels, ...]"
                    .formatted(in.layout().lengths()));
        }
        double epsilon = operation.number("epsilon", 1e-5f);
        double[] variance = finite(operation, inputs.get(3));
        if (!(epsilon >= 0) || Arrays.stream(variance).anyMatch(v -> v < 0 || v + epsilon == 0)) {
            throw operation.refused("a variance of it is below 0, or 0 without an epsilon");
        }
        return in.with(norm(operation, in)
                .thenNorm(
                        finite(operation, inputs.get(0)),
                        finite(operation, inputs.get(1)),
                        finite(operation, inputs.get(2)),
                        variance,
                        epsilon));
    }

    private static double[] finite(OnnxOperation operation, OnnxTensor tensor) {
        double[] values = tensor.values();
        for (double value : values) {
            if (!Double.isFinite((float) value)) {
                throw operation.refused("a number of its weights is %s".formatted(value));
            }
        }
        return values;
    }
}
