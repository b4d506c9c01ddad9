package narrowband.training.kernels;

/**
 * The arithmetic of a training step. Arrays are flat, offsets and counts are in floats (or pixels where said), nothing is
 * allocated, and different calls may run on different threads as long as they write to different places.
 *
 * <p>{@link ScalarKernels} is the meaning; {@link VectorKernels} computes the same up to the order of additions.
 */
public interface Kernels {
    /** The fewest output columns of {@link #convolve3x3}. */
    int TILE = 8;

    /**
     * {@code out[y, x, o] = sum_{r, t} in[y, x, r, t] * weights[r, t, o]} for one image.
     *
     * @param in the padded image, from {@code inOffset}
     * @param weights {@code [kernel row][tap][output]}
     */
    void convolve(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset);

    /**
     * As {@link #convolve}, for few outputs and many taps.
     *
     * @param weights {@code [output][kernel row][tap]}
     */
    void convolveToFew(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset);

    /**
     * {@code sum[r, t, o] += sum_{y, x} in[y, x, r, t] * gradient[y, x, o]} for one image.
     *
     * @param sum {@code [kernel row][tap][output]} from {@code sumOffset}
     */
    void weightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset);

    /**
     * A convolution of each channel by itself: {@code out[y, x, c] = sum_{r, k} in[y, x, r, k, c] * weights[r, k, c]}.
     *
     * @param window of as many outputs as there are channels
     * @param weights {@code [kernel row][kernel column][channel]}
     */
    void depthwise(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset);

    /**
     * {@code sum[r, k, c] += sum_{y, x} in[y, x, r, k, c] * gradient[y, x, c]} for one image.
     *
     * @param sum {@code [kernel row][kernel column][channel]} from {@code sumOffset}
     */
    void depthwiseWeightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset);

    /**
     * Lays an image out for the 3x3 convolutions, margin and all. Pixel {@code (y, x)} goes to {@code (y, x) * stride}; what lies
     * between is 0.
     *
     * @param x {@code [ceil(rows / stride), ceil(columns / stride), channels]}, from {@code offset}
     * @param out receives {@code image.size()} floats
     */
    void block(float[] x, int offset, int stride, BlockedImage image, float[] out);

    /**
     * {@code out[y, x, o] = sum_{r, k, c} in[y + r, x + k, c] * weight(o, r, k, c)} over a blocked image with its margin.
     *
     * @param image at least {@link #TILE} output columns
     * @param stride only each {@code stride}-th row of the image, from the first after the margin, is other than 0
     * @param outputs a multiple of {@link BlockedImage#BLOCK}
     * @param weights packed as {@link BlockedImage#weight} says
     * @param out {@code [outputRows, outputColumns, outputs]}
     */
    void convolve3x3(
            float[] in, BlockedImage image, int stride, int outputs, float[] weights, float[] out, int outOffset);

    /**
     * Adds the gradient of {@link #convolve3x3} for its weights:
     * {@code sum(o, r, k, c) += sum_{y, x} in[y, x, c] * gradient[y - r, x - k, o]}, the gradient counted with its margin.
     *
     * @param image the convolution's input
     * @param gradientImage two rows and columns larger, margins included, than the image is without its margin
     * @param sum packed as the weights are
     */
    void weightGradient3x3(
            float[] in, BlockedImage image, float[] gradient, BlockedImage gradientImage, float[] sum, int sumOffset);

    /**
     * {@code sums[c] = sum_i x[i, c]} and {@code sums[channels + c] = sum_i x[i, c] * y[i, c]} over {@code pixels}.
     * Batch norm takes {@code y = x} forwards and {@code y} the gradient's partner backwards.
     */
    void channelSums(float[] x, float[] y, int offset, int pixels, int channels, float[] sums, int sumsOffset);

    /** {@code out[i, c] = x[i, c] * scale[c] + shift[c]}. */
    void scaleShift(float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out);

    /** {@code out[i, c] = g[i, c] * p[c] + x[i, c] * q[c] + r[c]}: the input gradient of batch norm. */
    void combine(
            float[] g, float[] x, int offset, int pixels, int channels, float[] p, float[] q, float[] r, float[] out);

    /** {@code out = max(x, 0)}. */
    void rectify(float[] x, int offset, int count, float[] out);

    /** {@code out = g where x > 0, else 0}. */
    void rectifyGradient(float[] x, float[] g, int offset, int count, float[] out);

    /** {@code out = a + b}. */
    void add(float[] a, float[] b, int offset, int count, float[] out);

    /** Rounds each value to the grid. */
    void quantise(float[] x, int offset, int count, Grid grid, float[] out);

    /**
     * The straight-through gradient of {@link #quantise} (gdnsq 5.1), {@code e} the rounding error in steps:
     * {@code out = g} within the bounds, else 0; {@code sums[0] = sum g (e - above)}, the gradient for the step, and
     * {@code sums[1] = sum g (above - below)}, {@code below} counting only where the lower bound moves with {@code q}.
     */
    void quantiseGradient(
            float[] x, float[] g, int offset, int count, Grid grid, float[] out, float[] sums, int sumsOffset);

    /** {@link #scaleShift} and {@link #quantise} in one pass. */
    void normaliseQuantise(
            float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, Grid grid, float[] out);

    /**
     * The gradient of {@link #normaliseQuantise} for what comes into the quantiser, and all sums that the gradients of batch
     * norm and quantiser need: {@code sums[c] = sum_i out[i, c]}, {@code sums[channels + c] = sum_i out[i, c] * x[i, c]},
     * and in the two places behind the sums of {@link #quantiseGradient}.
     */
    void normaliseQuantiseGradient(
            float[] x,
            float[] g,
            int offset,
            int pixels,
            int channels,
            float[] scale,
            float[] shift,
            Grid grid,
            float[] out,
            float[] sums,
            int sumsOffset);

    /** {@link #scaleShift} and {@link #rectify} in one pass. */
    void normaliseRectify(float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out);

    /** The gradient of {@link #normaliseRectify} for what comes into the ReLU, and the two sums for each channel. */
    void normaliseRectifyGradient(
            float[] x,
            float[] g,
            int offset,
            int pixels,
            int channels,
            float[] scale,
            float[] shift,
            float[] out,
            float[] sums,
            int sumsOffset);

    /** {@link #add} and {@link #quantise} in one pass. */
    void addQuantise(float[] a, float[] b, int offset, int count, Grid grid, float[] out);

    /** {@link #quantiseGradient} at {@code x = a + b}. */
    void addQuantiseGradient(
            float[] a,
            float[] b,
            float[] g,
            int offset,
            int count,
            Grid grid,
            float[] out,
            float[] sums,
            int sumsOffset);

    /** {@link #add} and {@link #rectify} in one pass. */
    void addRectify(float[] a, float[] b, int offset, int count, float[] out);

    /** {@link #rectifyGradient} at {@code x = a + b}. */
    void addRectifyGradient(float[] a, float[] b, float[] g, int offset, int count, float[] out);

    /** The largest of each window of one image. */
    void maxPool(float[] x, int offset, PoolShape pool, float[] out, int outOffset);

    /** Adds each window's gradient to the first place that holds its maximum; places outside windows get 0. */
    void maxPoolGradient(
            float[] x, int offset, PoolShape pool, float[] pooled, float[] g, int pooledOffset, float[] out);
}
