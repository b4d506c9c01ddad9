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
                out[at] = x[at] * scale[c] + shift[c];
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
        float inverse = 1 / grid.step();
        float forStep = 0;
        float forRange = 0;
        for (int i = offset; i < offset + count; i++) {
            boolean above = x[i] > grid.upper();
            boolean below = x[i] < grid.lower();
            float clamped = Math.max(grid.lower(), Math.min(grid.upper(), x[i])) * inverse;
            float error = code(x[i], inverse, grid) - clamped;
            out[i] = above || below ? 0 : g[i];
            forStep += g[i] * (above ? error - 1 : error);
            if (above) {
                forRange += g[i];
            } else if (below && grid.lower() < 0) {
                forRange -= g[i];
            }
        }
        sums[sumsOffset] = forStep;
        sums[sumsOffset + 1] = forRange;
    }

    @Override
    public void maxPool(
            float[] x, int offset, int rows, int columns, int channels, int size, float[] out, int outOffset) {
        for (int y = 0; y < rows / size; y++) {
            for (int column = 0; column < columns / size; column++) {
                for (int c = 0; c < channels; c++) {
                    float max = Float.NEGATIVE_INFINITY;
                    for (int k = 0; k < size * size; k++) {
                        int row = y * size + k / size;
                        max = Math.max(max, x[offset + (row * columns + column * size + k % size) * channels + c]);
                    }
                    out[outOffset + (y * (columns / size) + column) * channels + c] = max;
                }
            }
        }
    }

    @Override
    public void maxPoolGradient(
            float[] x,
            int offset,
            int rows,
            int columns,
            int channels,
            int size,
            float[] pooled,
            float[] g,
            int pooledOffset,
            float[] out) {
        Arrays.fill(out, offset, offset + rows * columns * channels, 0);
        for (int y = 0; y < rows / size; y++) {
            for (int column = 0; column < columns / size; column++) {
                for (int c = 0; c < channels; c++) {
                    int p = pooledOffset + (y * (columns / size) + column) * channels + c;
                    for (int k = 0; k < size * size; k++) {
                        int at = offset + ((y * size + k / size) * columns + column * size + k % size) * channels + c;
                        if (x[at] == pooled[p]) {
                            out[at] = g[p];
                            break;
                        }
                    }
                }
            }
        }
    }
}
