package narrowband.training.kernels;

import java.util.Arrays;

/** The kernels in plain Java: what they mean. */
public final class ScalarKernels implements Kernels {
    @Override
    public void convolve(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                for (int o = 0; o < window.outputs(); o++) {
                    float sum = 0;
                    for (int r = 0; r < window.kernelRows(); r++) {
                        for (int t = 0; t < window.taps(); t++) {
                            sum += in[at + r * window.kernelRowStride() + t]
                                    * weights[(r * window.taps() + t) * window.outputs() + o];
                        }
                    }
                    out[outOffset + (y * window.columns() + x) * window.outputs() + o] = sum;
                }
            }
        }
    }

    @Override
    public void convolveToFew(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                for (int o = 0; o < window.outputs(); o++) {
                    float sum = 0;
                    for (int r = 0; r < window.kernelRows(); r++) {
                        for (int t = 0; t < window.taps(); t++) {
                            sum += in[at + r * window.kernelRowStride() + t]
                                    * weights[o * window.weights() + r * window.taps() + t];
                        }
                    }
                    out[outOffset + (y * window.columns() + x) * window.outputs() + o] = sum;
                }
            }
        }
    }

    @Override
    public void weightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                int g = gradientOffset + (y * window.columns() + x) * window.outputs();
                for (int r = 0; r < window.kernelRows(); r++) {
                    for (int t = 0; t < window.taps(); t++) {
                        float value = in[at + r * window.kernelRowStride() + t];
                        int s = sumOffset + (r * window.taps() + t) * window.outputs();
                        for (int o = 0; o < window.outputs(); o++) {
                            sum[s + o] += value * gradient[g + o];
                        }
                    }
                }
            }
        }
    }

    @Override
    public void depthwise(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        int channels = window.outputs();
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int r = 0; r < window.kernelRows(); r++) {
                        for (int t = c; t < window.taps(); t += channels) {
                            sum += in[at + r * window.kernelRowStride() + t] * weights[r * window.taps() + t];
                        }
                    }
                    out[outOffset + (y * window.columns() + x) * channels + c] = sum;
                }
            }
        }
    }

    @Override
    public void depthwiseWeightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        int channels = window.outputs();
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                int g = gradientOffset + (y * window.columns() + x) * channels;
                for (int r = 0; r < window.kernelRows(); r++) {
                    for (int t = 0; t < window.taps(); t++) {
                        sum[sumOffset + r * window.taps() + t] +=
                                in[at + r * window.kernelRowStride() + t] * gradient[g + t % channels];
                    }
                }
            }
        }
    }

    @Override
    public void block(float[] x, int offset, int stride, BlockedImage image, float[] out) {
        Arrays.fill(out, 0, image.size(), 0);
        int columns = Math.ceilDiv(image.columns(), stride);
        for (int y = 0; y < Math.ceilDiv(image.rows(), stride); y++) {
            for (int column = 0; column < columns; column++) {
                for (int c = 0; c < image.channels(); c++) {
                    out[pixel(image, image.margin() + y * stride, image.margin() + column * stride, c)] =
                            x[offset + (y * columns + column) * image.channels() + c];
                }
            }
        }
    }

    /** Where a value lies, row and column counted from the margin's first. */
    private static int pixel(BlockedImage image, int row, int column, int channel) {
        return channel / BlockedImage.BLOCK * image.blockStride()
                + row * image.rowStride()
                + column * BlockedImage.BLOCK
                + channel % BlockedImage.BLOCK;
    }

    @Override
    public void convolve3x3(
            float[] in, BlockedImage image, int stride, int outputs, float[] weights, float[] out, int outOffset) {
        int columns = image.outputColumns();
        for (int y = 0; y < image.outputRows(); y++) {
            for (int x = 0; x < columns; x++) {
                for (int o = 0; o < outputs; o++) {
                    float sum = 0;
                    for (int k = 0; k < 9; k++) {
                        for (int c = 0; c < image.channels(); c++) {
                            sum += in[pixel(image, y + k / 3, x + k % 3, c)]
                                    * weights[image.weight(o, k / 3, k % 3, c)];
                        }
                    }
                    out[outOffset + (y * columns + x) * outputs + o] = sum;
                }
            }
        }
    }

    @Override
    public void weightGradient3x3(
            float[] in, BlockedImage image, float[] gradient, BlockedImage gradientImage, float[] sum, int sumOffset) {
        for (int y = 0; y < image.rows(); y++) {
            for (int x = 0; x < image.columns(); x++) {
                for (int k = 0; k < 9; k++) {
                    for (int c = 0; c < image.channels(); c++) {
                        float value = in[pixel(image, image.margin() + y, image.margin() + x, c)];
                        for (int o = 0; o < gradientImage.channels(); o++) {
                            sum[sumOffset + image.weight(o, k / 3, k % 3, c)] +=
                                    value * gradient[pixel(gradientImage, y + 2 - k / 3, x + 2 - k % 3, o)];
                        }
                    }
                }
            }
        }
    }

    @Override
    public void channelSums(float[] x, float[] y, int offset, int pixels, int channels, float[] sums, int sumsOffset) {
        for (int c = 0; c < channels; c++) {
            float sum = 0;
            float product = 0;
            for (int i = 0; i < pixels; i++) {
                int at = offset + i * channels + c;
                sum += x[at];
                product += x[at] * y[at];
            }
            sums[sumsOffset + c] = sum;
            sums[sumsOffset + channels + c] = product;
        }
    }

    @Override
    public void scaleShift(float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out) {
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                int at = offset + i * channels + c;
                out[at] = Math.fma(x[at], scale[c], shift[c]);
            }
        }
    }

    @Override
    public void combine(
            float[] g, float[] x, int offset, int pixels, int channels, float[] p, float[] q, float[] r, float[] out) {
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                int at = offset + i * channels + c;
                out[at] = g[at] * p[c] + x[at] * q[c] + r[c];
            }
        }
    }

    @Override
    public void rectify(float[] x, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = Math.max(x[i], 0);
        }
    }

    @Override
    public void rectifyGradient(float[] x, float[] g, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = x[i] > 0 ? g[i] : 0;
        }
    }

    @Override
    public void add(float[] a, float[] b, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = a[i] + b[i];
        }
    }

    @Override
    public void quantise(float[] x, int offset, int count, Grid grid, float[] out) {
        float inverse = 1 / grid.step();
        for (int i = offset; i < offset + count; i++) {
            out[i] = grid.step() * code(x[i], inverse, grid);
        }
    }

    /** The code of a value: clamped in units of the step, then rounded half up, which truncation does above 0. */
    private static int code(float x, float inverse, Grid grid) {
        float v = Math.max(grid.lowest(), Math.min(grid.highest(), x * inverse));
        return (int) (v - grid.lowest() + 0.5f) + grid.lowest();
    }

    @Override
    public void quantiseGradient(
            float[] x, float[] g, int offset, int count, Grid grid, float[] out, float[] sums, int sumsOffset) {
        sums[sumsOffset] = 0;
        sums[sumsOffset + 1] = 0;
        for (int i = offset; i < offset + count; i++) {
            out[i] = gradient(x[i], g[i], grid, sums, sumsOffset);
        }
    }

    /** The gradient of the quantiser at one value; what it means for step and range is added to two sums. */
    private static float gradient(float x, float g, Grid grid, float[] sums, int sumsOffset) {
        float inverse = 1 / grid.step();
        boolean above = x > grid.upper();
        boolean below = x < grid.lower();
        float clamped = Math.max(grid.lower(), Math.min(grid.upper(), x)) * inverse;
        float error = code(x, inverse, grid) - clamped;
        sums[sumsOffset] += g * (above ? error - 1 : error);
        if (above) {
            sums[sumsOffset + 1] += g;
        } else if (below && grid.lower() < 0) {
            sums[sumsOffset + 1] -= g;
        }
        return above || below ? 0 : g;
    }

    @Override
    public void normaliseQuantise(
            float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, Grid grid, float[] out) {
        scaleShift(x, offset, pixels, channels, scale, shift, out);
        quantise(out, offset, pixels * channels, grid, out);
    }

    @Override
    public void normaliseQuantiseGradient(
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
            int sumsOffset) {
        int behind = sumsOffset + 2 * channels;
        Arrays.fill(sums, sumsOffset, behind + 2, 0);
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                int at = offset + i * channels + c;
                out[at] = gradient(Math.fma(x[at], scale[c], shift[c]), g[at], grid, sums, behind);
                sums[sumsOffset + c] += out[at];
                sums[sumsOffset + channels + c] += out[at] * x[at];
            }
        }
    }

    @Override
    public void normaliseRectify(
            float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out) {
        scaleShift(x, offset, pixels, channels, scale, shift, out);
        rectify(out, offset, pixels * channels, out);
    }

    @Override
    public void normaliseRectifyGradient(
            float[] x,
            float[] g,
            int offset,
            int pixels,
            int channels,
            float[] scale,
            float[] shift,
            float[] out,
            float[] sums,
            int sumsOffset) {
        Arrays.fill(sums, sumsOffset, sumsOffset + 2 * channels, 0);
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                int at = offset + i * channels + c;
                out[at] = Math.fma(x[at], scale[c], shift[c]) > 0 ? g[at] : 0;
                sums[sumsOffset + c] += out[at];
                sums[sumsOffset + channels + c] += out[at] * x[at];
            }
        }
    }

    @Override
    public void addQuantise(float[] a, float[] b, int offset, int count, Grid grid, float[] out) {
        add(a, b, offset, count, out);
        quantise(out, offset, count, grid, out);
    }

    @Override
    public void addQuantiseGradient(
            float[] a,
            float[] b,
            float[] g,
            int offset,
            int count,
            Grid grid,
            float[] out,
            float[] sums,
            int sumsOffset) {
        sums[sumsOffset] = 0;
        sums[sumsOffset + 1] = 0;
        for (int i = offset; i < offset + count; i++) {
            out[i] = gradient(a[i] + b[i], g[i], grid, sums, sumsOffset);
        }
    }

    @Override
    public void addRectify(float[] a, float[] b, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = Math.max(a[i] + b[i], 0);
        }
    }

    @Override
    public void addRectifyGradient(float[] a, float[] b, float[] g, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = a[i] + b[i] > 0 ? g[i] : 0;
        }
    }

    @Override
    public void maxPool(float[] x, int offset, PoolShape pool, float[] out, int outOffset) {
        int to = outOffset;
        for (int y = 0; y < pool.outputRows(); y++) {
            for (int column = 0; column < pool.outputColumns(); column++) {
                for (int c = 0; c < pool.channels(); c++) {
                    out[to++] = x[offset + largest(x, offset, pool, y, column, c)];
                }
            }
        }
    }

    /** Where the first of the largest values of a window lies, counted from the image's first. */
    private static int largest(float[] x, int offset, PoolShape pool, int y, int column, int channel) {
        int largest = -1;
        for (int row = pool.first(y); row < pool.endRow(y); row++) {
            for (int k = pool.first(column); k < pool.endColumn(column); k++) {
                int at = (row * pool.columns() + k) * pool.channels() + channel;
                largest = largest < 0 || x[offset + at] > x[offset + largest] ? at : largest;
            }
        }
        return largest;
    }

    @Override
    public void maxPoolGradient(
            float[] x, int offset, PoolShape pool, float[] pooled, float[] g, int pooledOffset, float[] out) {
        Arrays.fill(out, offset, offset + pool.rows() * pool.columns() * pool.channels(), 0);
        int from = pooledOffset;
        for (int y = 0; y < pool.outputRows(); y++) {
            for (int column = 0; column < pool.outputColumns(); column++) {
                for (int c = 0; c < pool.channels(); c++) {
                    out[offset + largest(x, offset, pool, y, column, c)] += g[from++];
                }
            }
        }
    }
}
