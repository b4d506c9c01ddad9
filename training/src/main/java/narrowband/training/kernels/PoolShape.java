package narrowband.training.kernels;

/**
 * How a maximum walks over one image {@code [rows][columns][channels]}. Windows may overlap and may stick out by the padding;
 * what lies outside the image is not looked at.
 *
 * @param size rows and columns of a window
 * @param stride rows and columns from one window to the next
 * @param padding rows and columns that the first window sticks out, less than the size
 */
public record PoolShape(int rows, int columns, int channels, int size, int stride, int padding) {
    public int outputRows() {
        return (rows + 2 * padding - size) / stride + 1;
    }

    public int outputColumns() {
        return (columns + 2 * padding - size) / stride + 1;
    }

    /** Whether windows lie side by side and within the image, so that each pixel is in one of them at most. */
    boolean isTiled() {
        return stride == size && padding == 0;
    }

    /** The first row or column of a window that lies within the image. */
    int first(int window) {
        return Math.max(0, window * stride - padding);
    }

    /** The row after the last of a window that lies within the image. */
    int endRow(int window) {
        return Math.min(rows, window * stride - padding + size);
    }

    /** The column after the last of a window that lies within the image. */
    int endColumn(int window) {
        return Math.min(columns, window * stride - padding + size);
    }
}
