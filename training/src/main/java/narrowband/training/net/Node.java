package narrowband.training.net;

import java.util.List;

/** A layer of a network in training: a named function from the tensors of earlier layers to one tensor. */
public sealed interface Node {
    /** Unique in the graph: lower-case letters, digits and underscores. */
    String name();

    /** The names of the layers whose tensors come in. */
    List<String> inputs();

    /** A layer with one input. */
    sealed interface Unary extends Node {
        String input();

        @Override
        default List<String> inputs() {
            return List.of(input());
        }
    }

    /** A layer whose multiplications are counted, and whose weights are quantised. */
    sealed interface Weighted extends Unary {
        /** Output channels. */
        int outputs();
    }

    /** The image: pixel codes 0..255, each worth 1/256. */
    record Image(String name) implements Node {
        @Override
        public List<String> inputs() {
            return List.of();
        }
    }

    /**
     * Brings each channel of the image to a mean near 0 and a deviation near 1: a pixel code {@code p} becomes
     * {@code (p / 255 - mean_c) / deviation_c}.
     *
     * @param mean of each channel, as a part of 255
     * @param deviation of each channel, likewise, above 0
     */
    record Normalise(String name, String input, List<Double> mean, List<Double> deviation) implements Unary {
        private static final double CODES = 256.0 / 255;

        public Normalise {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
        }

        /** What the image's values, {@code p / 256}, are multiplied by: the float that training computes with. */
        public float factor(int channel) {
            return (float) (CODES / deviation.get(channel));
        }

        /** What is added then. */
        public float constant(int channel) {
            return (float) (-mean.get(channel) / deviation.get(channel));
        }
    }

    /**
     * A convolution with zero padding, without bias.
     *
     * @param groups 1, or as many as there are input channels and outputs: then each channel is convolved by itself (depthwise)
     */
    record Convolution(String name, String input, int outputs, int kernel, int stride, int padding, int groups)
            implements Weighted {
        public Convolution {
            if (groups != 1 && groups != outputs) {
                throw new IllegalArgumentException(
                        "layer %s: %d groups for %d outputs; there can be 1, or one for each output"
                                .formatted(name, groups, outputs));
            }
        }

        /** A convolution in which every output sees all channels. */
        public Convolution(String name, String input, int outputs, int kernel, int stride, int padding) {
            this(name, input, outputs, kernel, stride, padding, 1);
        }

        /** The same layer behind another one. */
        public Convolution from(String source) {
            return new Convolution(name, source, outputs, kernel, stride, padding, groups);
        }

        /** Whether each channel is convolved by itself. */
        public boolean isDepthwise() {
            return groups > 1;
        }
    }

    /**
     * A fully connected layer over the whole input.
     *
     * @param bias true for the last layer; others have a batch norm instead
     */
    record Dense(String name, String input, int outputs, boolean bias) implements Weighted {
        /** The same layer behind another one. */
        public Dense from(String source) {
            return new Dense(name, source, outputs, bias);
        }
    }

    /** Batch normalisation per channel (Ioffe and Szegedy 2015). */
    record BatchNorm(String name, String input) implements Unary {
        /** Added to the variance. */
        public static final double EPSILON = 1e-5;
    }

    record Relu(String name, String input) implements Unary {}

    /**
     * The largest of each window of {@code size x size}.
     *
     * @param stride rows and columns from one window to the next
     * @param padding rows and columns that windows stick out of the image, less than the size; nothing is seen there
     */
    record MaxPool(String name, String input, int size, int stride, int padding) implements Unary {
        /** Windows side by side. */
        public MaxPool(String name, String input, int size) {
            this(name, input, size, size, 0);
        }
    }

    /** The mean over all positions of each channel. */
    record GlobalAveragePool(String name, String input) implements Unary {}

    /** A residual connection. */
    record Add(String name, String left, String right) implements Node {
        @Override
        public List<String> inputs() {
            return List.of(left, right);
        }
    }

    /**
     * The shortcut without parameters where the shape changes (He et al. 2016, option A): every {@code stride}-th row and
     * column, and channels of zeros around its own.
     *
     * @param before channels of zeros in front
     * @param after channels of zeros behind
     */
    record IdentityShortcut(String name, String input, int stride, int before, int after) implements Unary {}

    /**
     * An activation quantiser (gdnsq 1.1): values {@code 0..q-s}, or {@code -q..q-s} where it is signed.
     *
     * @param grid the quantiser whose range and width it uses: its own name, or that of the one whose step it shares
     * @param signed whether the range reaches below 0
     */
    record Quantise(String name, String input, String grid, boolean signed) implements Unary {
        /** Whether the range and width are its own. */
        public boolean ownsGrid() {
            return grid.equals(name);
        }
    }
}
