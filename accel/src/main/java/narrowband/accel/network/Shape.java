package narrowband.accel.network;

import narrowband.accel.InvalidInputException;

/** The shape of one image's tensor; codes lie in the order {@code [height][width][channels]}, channels fastest. */
public record Shape(int height, int width, int channels) {
    public Shape {
        if (height < 1 || width < 1 || channels < 1) {
            throw new InvalidInputException("A shape must have at least one row, column and channel, not %dx%dx%d."
                    .formatted(height, width, channels));
        }
        if (Math.multiplyFull(height, width) > Integer.MAX_VALUE / channels) {
            throw new InvalidInputException("A tensor of %dx%dx%d has more values than there can be, 2^31 - 1."
                    .formatted(height, width, channels));
        }
    }

    /** A vector of {@code channels} values at one position. */
    public static Shape vector(int channels) {
        return new Shape(1, 1, channels);
    }

    public int positions() {
        return height * width;
    }

    public int size() {
        return height * width * channels;
    }

    /** The output shape of a window of {@code kernelHeight x kernelWidth} that walks with one stride and zero padding. */
    public Shape windows(int kernelHeight, int kernelWidth, int stride, int padding, int outputChannels) {
        int rows = height + 2 * padding - kernelHeight;
        int columns = width + 2 * padding - kernelWidth;
        if (rows < 0 || columns < 0) {
            throw new InvalidInputException("A %dx%d window with padding %d does not fit into %s."
                    .formatted(kernelHeight, kernelWidth, padding, this));
        }
        return new Shape(rows / stride + 1, columns / stride + 1, outputChannels);
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
