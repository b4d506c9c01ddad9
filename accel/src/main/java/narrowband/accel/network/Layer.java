package narrowband.accel.network;

import java.util.List;
import narrowband.accel.InvalidInputException;

/**
 * A layer of an integer network: a named function from the tensors of earlier layers to one tensor.
 *
 * <p>The family is closed; whoever handles layers does so in an exhaustive {@code switch}.
 */
public sealed interface Layer {
    /** Unique in the network; a Java identifier in lower case, since it names files and Verilog modules too. */
    String name();

    /** The names of the layers whose tensors come in. */
    List<String> inputs();

    /** The tensor that the layer yields for inputs of the given kind; checks that they suit it. */
    Tensor yields(List<Tensor> inputs);

    /** The image as it comes from outside, pixel codes such as 0..255. */
    record Input(String name, Shape shape, CodeType type, Scale scale) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of();
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            return new Tensor(shape, type, scale);
        }
    }

    /**
     * Requantises: code {@code = type.min() + #{ j : x >= T_j }}. Carries batch norm, ReLU and the activation quantiser,
     * folded (FINN; Umuroglu et al. 2017, section 4.2.2).
     */
    record Threshold(String name, String input, ThresholdTable table, CodeType type, Scale scale) implements Layer {
        public Threshold {
            if (table.bits() != type.bits()) {
                throw new InvalidInputException("Layer %s: %d thresholds make codes of %d bits, not %s."
                        .formatted(name, table.levels(), table.bits(), type));
            }
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Shape shape = inputs.getFirst().shape();
            if (table.rows() != 1 && table.rows() != shape.channels()) {
                throw new InvalidInputException("Layer %s: the table must have 1 or %d rows, not %d."
                        .formatted(name, shape.channels(), table.rows()));
            }
            return new Tensor(shape, type, scale);
        }
    }

    /**
     * A convolution with zero padding (code 0 means value 0) that yields exact accumulators.
     *
     * @param groups 1 for an ordinary convolution, the number of channels for a depthwise one
     */
    record Convolution(
            String name,
            String input,
            WeightCodes weights,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int padding,
            int groups,
            Scale scale)
            implements Layer {
        public Convolution {
            if (kernelHeight < 1 || kernelWidth < 1 || stride < 1 || padding < 0 || groups < 1) {
                throw new InvalidInputException(
                        "Layer %s: kernel, stride and groups must be at least 1 and padding at least 0."
                                .formatted(name));
            }
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Shape in = inputs.getFirst().shape();
            int taps = kernelHeight * kernelWidth * in.channels();
            if (in.channels() % groups != 0 || weights.outputs() % groups != 0 || weights.inputs() != taps / groups) {
                throw new InvalidInputException(
                        "Layer %s: a %dx%d kernel over %d channels in %d groups needs %d weights per output, not %d."
                                .formatted(
                                        name,
                                        kernelHeight,
                                        kernelWidth,
                                        in.channels(),
                                        groups,
                                        taps / groups,
                                        weights.inputs()));
            }
            return new Tensor(
                    in.windows(kernelHeight, kernelWidth, stride, padding, weights.outputs()),
                    weights.accumulator(inputs.getFirst().type()),
                    scale);
        }
    }

    /** A fully connected layer over the whole input in {@code [height][width][channels]} order; exact accumulators. */
    record Dense(String name, String input, WeightCodes weights, Scale scale) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            if (weights.inputs() != in.shape().size()) {
                throw new InvalidInputException("Layer %s: an input of %s needs %d weights per output, not %d."
                        .formatted(name, in.shape(), in.shape().size(), weights.inputs()));
            }
            return new Tensor(Shape.vector(weights.outputs()), weights.accumulator(in.type()), scale);
        }
    }

    /** Adds an integer to each channel. */
    record Bias(String name, String input, List<Integer> biases) implements Layer {
        public Bias {
            biases = List.copyOf(biases);
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            if (biases.size() != in.shape().channels()) {
                throw new InvalidInputException("Layer %s: %d channels need as many biases, not %d."
                        .formatted(name, in.shape().channels(), biases.size()));
            }
            long low = biases.stream().mapToLong(b -> b).min().orElseThrow();
            long high = biases.stream().mapToLong(b -> b).max().orElseThrow();
            return new Tensor(
                    in.shape(),
                    CodeType.ofRange(in.type().min() + low, in.type().max() + high),
                    in.scale());
        }
    }

    /**
     * The largest code of each window; windows that stick out of the padded image are left out. Padding has the code 0, which
     * no code of a window is below: with padding, codes must not be negative.
     *
     * @param padding rows and columns around the image, less than the kernel has
     */
    record MaxPool(String name, String input, int kernel, int stride, int padding) implements Layer {
        public MaxPool {
            requireWindow(name, kernel, stride);
            if (padding < 0 || padding >= kernel) {
                throw new InvalidInputException("Layer %s: padding must be 0 to %d, less than the kernel, not %d."
                        .formatted(name, kernel - 1, padding));
            }
        }

        /** Without padding. */
        public MaxPool(String name, String input, int kernel, int stride) {
            this(name, input, kernel, stride, 0);
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            if (padding > 0 && in.type().min() < 0) {
                throw new InvalidInputException(
                        "Layer %s: padding a maximum needs codes that are not negative, but they are %s."
                                .formatted(name, in.type()));
            }
            return new Tensor(
                    in.shape()
                            .windows(kernel, kernel, stride, padding, in.shape().channels()),
                    in.type(),
                    in.scale());
        }
    }

    /** Average pooling, exact: the sum of each window; the division lies in the scale. */
    record SumPool(String name, String input, int kernel, int stride) implements Layer {
        public SumPool {
            requireWindow(name, kernel, stride);
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            int count = kernel * kernel;
            return new Tensor(
                    in.shape().windows(kernel, kernel, stride, 0, in.shape().channels()),
                    CodeType.ofRange(
                            (long) in.type().min() * count, (long) in.type().max() * count),
                    in.scale().dividedBy(count));
        }
    }

    /** The sum of two tensors on one grid: a residual connection. */
    record Add(String name, String left, String right) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(left, right);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor a = inputs.get(0);
            Tensor b = inputs.get(1);
            if (!a.shape().equals(b.shape()) || !a.scale().equals(b.scale())) {
                throw new InvalidInputException(
                        "Layer %s: both inputs must have one shape and one scale, not %s with %s and %s with %s."
                                .formatted(
                                        name,
                                        a.shape(),
                                        a.scale().steps(),
                                        b.shape(),
                                        b.scale().steps()));
            }
            return new Tensor(
                    a.shape(),
                    CodeType.ofRange(
                            (long) a.type().min() + b.type().min(),
                            (long) a.type().max() + b.type().max()),
                    a.scale());
        }
    }

    /**
     * A shortcut without weights past a block that shrinks the image and adds channels: every {@code stride}-th row and
     * column, and channels of zeros before and after those that come in (He et al. 2016, section 3.3, option A). The type of
     * the codes passes through, since every {@link CodeType} has the code 0. So does the scale; where it has a step for each
     * channel, a new channel, whose zeros are worth 0 whatever the step, takes that of the nearest channel that came in.
     *
     * @param channelsBefore channels of zeros before those of the input
     * @param channelsAfter channels of zeros after them
     */
    record IdentityShortcut(String name, String input, int stride, int channelsBefore, int channelsAfter)
            implements Layer {
        public IdentityShortcut {
            if (stride < 1 || channelsBefore < 0 || channelsAfter < 0) {
                throw new InvalidInputException(
                        "Layer %s: stride must be at least 1 and channelsBefore and channelsAfter at least 0, not %d, %d and %d."
                                .formatted(name, stride, channelsBefore, channelsAfter));
            }
        }

        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            Shape strided = in.shape().windows(1, 1, stride, 0, in.shape().channels());
            long channels = (long) channelsBefore + strided.channels() + channelsAfter;
            if (channels > Integer.MAX_VALUE / strided.positions()) {
                throw new InvalidInputException("Layer %s: %d channels at %d positions are too many codes for a tensor."
                        .formatted(name, channels, strided.positions()));
            }
            return new Tensor(
                    new Shape(strided.height(), strided.width(), (int) channels),
                    in.type(),
                    in.scale().surrounded(channelsBefore, channelsAfter));
        }
    }

    /** The index of the largest channel, the lowest such index on a tie. */
    record ArgMax(String name, String input) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Shape in = inputs.getFirst().shape();
            if (in.positions() != 1) {
                throw new InvalidInputException("Layer %s: the input must be a vector, not %s.".formatted(name, in));
            }
            return new Tensor(Shape.vector(1), CodeType.ofRange(0, Math.max(1, in.channels() - 1)), Scale.uniform(1));
        }
    }

    /**
     * The largest channels in order, the best first; of equal ones the lower index first. For each there is a row of two
     * channels: its index, whose step is 1, and its score, with the step of the input.
     *
     * @param count how many, 1 to the channels of the input
     */
    record TopScores(String name, String input, int count) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(input);
        }

        @Override
        public Tensor yields(List<Tensor> inputs) {
            Tensor in = inputs.getFirst();
            int channels = in.shape().channels();
            if (in.shape().positions() != 1) {
                throw new InvalidInputException(
                        "Layer %s: the input must be a vector, not %s.".formatted(name, in.shape()));
            }
            if (count < 1 || count > channels) {
                throw new InvalidInputException("Layer %s: of %d scores it can give the best 1 to %d, not %d."
                        .formatted(name, channels, channels, count));
            }
            if (in.scale().steps().stream().distinct().count() > 1) {
                throw new InvalidInputException(
                        "Layer %s: all scores must have one step, so that they can be compared.".formatted(name));
            }
            return new Tensor(
                    new Shape(count, 1, 2),
                    CodeType.ofRange(in.type().min(), Math.max(in.type().max(), channels - 1)),
                    Scale.perChannel(1, in.scale().step(0)));
        }
    }

    private static void requireWindow(String name, int kernel, int stride) {
        if (kernel < 1 || stride < 1) {
            throw new InvalidInputException(
                    "Layer %s: kernel and stride must be at least 1, not %d and %d.".formatted(name, kernel, stride));
        }
    }
}
