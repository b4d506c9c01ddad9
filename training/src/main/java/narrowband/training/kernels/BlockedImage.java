package narrowband.training.kernels;

/**
 * How an image lies in memory for the 3x3 convolutions: {@code [channels / 16][row][column][16]} with a margin of zeros all
 * round. The distance between two pixels is the same for any number of channels, so that the compiler sees a constant, and a row
 * of a block is contiguous.
 *
 * @param rows rows without the margin
 * @param columns columns without the margin
 * @param channels a multiple of {@link #BLOCK}
 * @param margin rows and columns of zeros at each side, 0 to 2
 */
public record BlockedImage(int rows, int columns, int channels, int margin) {
    /** Channels that lie together. */
    public static final int BLOCK = 16;

    /** Weights of a kernel from one block of channels to one block of outputs. */
    private static final int KERNEL = 9 * BLOCK * BLOCK;

    /** Floats from one row to the next. */
    public int rowStride() {
        return (columns + 2 * margin) * BLOCK;
    }

    /** Floats from one block of channels to the next. */
    public int blockStride() {
        return (rows + 2 * margin) * rowStride();
    }

    /** Floats of the image with its margin. */
    public int size() {
        return channels / BLOCK * blockStride();
    }

    /** Where the first pixel lies. */
    public int start() {
        return margin * rowStride() + margin * BLOCK;
    }

    /** Rows of what a 3x3 kernel yields. */
    public int outputRows() {
        return rows + 2 * margin - 2;
    }

    /** Columns of what a 3x3 kernel yields. */
    public int outputColumns() {
        return columns + 2 * margin - 2;
    }

    /** Floats of the packed weights to so many outputs, a multiple of {@link #BLOCK}. */
    public int weights(int outputs) {
        return channels / BLOCK * (outputs / BLOCK) * KERNEL;
    }

    /**
     * Where a weight lies among the packed ones:
     * {@code [outputs / 16][channels / 16][kernel row][kernel column][channel in its block][output in its block]}.
     */
    public int weight(int output, int kernelRow, int kernelColumn, int channel) {
        int block = output / BLOCK * (channels / BLOCK) + channel / BLOCK;
        int place = (kernelRow * 3 + kernelColumn) * BLOCK + channel % BLOCK;
        return block * KERNEL + place * BLOCK + output % BLOCK;
    }
}
