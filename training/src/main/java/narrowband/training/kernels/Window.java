package narrowband.training.kernels;

/**
 * How a kernel walks over one image that already carries its padding. A kernel row is contiguous in memory
 * ({@code [kernel column][channel]}), so a convolution needs no im2col.
 *
 * @param rows rows of the output
 * @param columns columns of the output
 * @param outputs output channels
 * @param kernelRows rows of the kernel
 * @param taps kernel columns times input channels
 * @param kernelRowStride floats from one kernel row to the next, a row of the padded image
 * @param rowStep floats from one output row's window to the next
 * @param columnStep floats from one output column's window to the next
 */
public record Window(
        int rows,
        int columns,
        int outputs,
        int kernelRows,
        int taps,
        int kernelRowStride,
        int rowStep,
        int columnStep) {

    /** The window of a square kernel over an image of {@code paddedColumns x channels} floats a row. */
    public static Window of(
            int rows, int columns, int outputs, int kernel, int channels, int paddedColumns, int stride) {
        int row = paddedColumns * channels;
        return new Window(rows, columns, outputs, kernel, kernel * channels, row, stride * row, stride * channels);
    }

    /** Weights of one output. */
    public int weights() {
        return kernelRows * taps;
    }

    /** Output floats of one image. */
    public int size() {
        return rows * columns * outputs;
    }
}
