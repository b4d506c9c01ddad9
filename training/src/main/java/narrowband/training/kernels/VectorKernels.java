package narrowband.training.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels with the Vector API, in the widest vectors of the machine up to 16 lanes. Channel counts that are a multiple
 * of the lanes are fast; others are correct.
 */
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = WIDE.length();

    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private final Kernels scalar = new ScalarKernels();

    private static VectorShuffle<Float> rotation(int lanes) {
        return VectorShuffle.fromOp(WIDE, i -> (i + lanes) % LANES);
    }

    /** The sum of the lanes in an order of our own: {@code reduceLanes} may add in another order once it is compiled. */
    static float sum(FloatVector lanes) {
        FloatVector v = lanes;
        if (LANES > 8) {
            v = v.add(v.rearrange(BY_8));
        }
        if (LANES > 4) {
            v = v.add(v.rearrange(BY_4));
        }
        if (LANES > 2) {
            v = v.add(v.rearrange(BY_2));
        }
        return v.add(v.rearrange(BY_1)).lane(0);
    }

    @Override
    public void convolve(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        int o = 0;
        for (; o + LANES <= window.outputs(); o += LANES) {
            VectorConvolution.block(in, inOffset, window, weights, o, out, outOffset);
        }
        for (; o < window.outputs(); o++) {
            oneOutput(in, inOffset, window, weights, o, out, outOffset);
        }
    }

    private static void oneOutput(
            float[] in, int inOffset, Window window, float[] weights, int o, float[] out, int outOffset) {
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
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

    @Override
    public void convolveToFew(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        int taps = window.taps();
        int whole = taps - taps % LANES;
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                for (int o = 0; o < window.outputs(); o++) {
                    FloatVector sums = FloatVector.zero(WIDE);
                    float rest = 0;
                    for (int r = 0; r < window.kernelRows(); r++) {
                        int i = at + r * window.kernelRowStride();
                        int w = o * window.weights() + r * taps;
                        for (int t = 0; t < whole; t += LANES) {
                            sums = FloatVector.fromArray(WIDE, in, i + t)
                                    .fma(FloatVector.fromArray(WIDE, weights, w + t), sums);
                        }
                        for (int t = whole; t < taps; t++) {
                            rest += in[i + t] * weights[w + t];
                        }
                    }
                    out[outOffset + (y * window.columns() + x) * window.outputs() + o] = sum(sums) + rest;
                }
            }
        }
    }

    @Override
    public void weightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        int o = 0;
        for (; o + LANES <= window.outputs(); o += LANES) {
            VectorConvolution.gradientBlock(in, inOffset, window, gradient, gradientOffset, o, sum, sumOffset);
        }
        for (; o < window.outputs(); o++) {
            oneGradient(in, inOffset, window, gradient, gradientOffset + o, sum, sumOffset + o);
        }
    }

    private static void oneGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        for (int y = 0; y < window.rows(); y++) {
            for (int x = 0; x < window.columns(); x++) {
                int at = inOffset + y * window.rowStep() + x * window.columnStep();
                float slope = gradient[gradientOffset + (y * window.columns() + x) * window.outputs()];
                for (int r = 0; r < window.kernelRows(); r++) {
                    for (int t = 0; t < window.taps(); t++) {
                        sum[sumOffset + (r * window.taps() + t) * window.outputs()] +=
                                in[at + r * window.kernelRowStride() + t] * slope;
                    }
                }
            }
        }
    }

    @Override
    public void depthwise(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        if (window.outputs() % LANES != 0) {
            scalar.depthwise(in, inOffset, window, weights, out, outOffset);
        } else {
            DepthwiseConvolution.convolve(in, inOffset, window, weights, out, outOffset);
        }
    }

    @Override
    public void depthwiseWeightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        if (window.outputs() % LANES != 0) {
            scalar.depthwiseWeightGradient(in, inOffset, window, gradient, gradientOffset, sum, sumOffset);
        } else {
            DepthwiseConvolution.weightGradient(in, inOffset, window, gradient, gradientOffset, sum, sumOffset);
        }
    }

    @Override
    public void block(float[] x, int offset, int stride, BlockedImage image, float[] out) {
        if (stride != 1) {
            Arrays.fill(out, 0, image.size(), 0);
        }
        int margin = image.margin();
        int row = image.rowStride();
        int rows = Math.ceilDiv(image.rows(), stride);
        int columns = Math.ceilDiv(image.columns(), stride);
        int side = margin * BlockedImage.BLOCK;
        for (int b = 0; b < image.channels() / BlockedImage.BLOCK; b++) {
            int start = b * image.blockStride();
            int end = start + image.blockStride();
            Arrays.fill(out, start, start + margin * row, 0);
            Arrays.fill(out, end - margin * row, end, 0);
            for (int y = 0; y < rows; y++) {
                int to = start + (margin + y * stride) * row;
                Arrays.fill(out, to, to + side, 0);
                Arrays.fill(out, to + row - side, to + row, 0);
                int from = offset + y * columns * image.channels() + b * BlockedImage.BLOCK;
                for (int column = 0; column < columns; column++) {
                    for (int c = 0; c < BlockedImage.BLOCK; c += LANES) {
                        FloatVector.fromArray(WIDE, x, from + column * image.channels() + c)
                                .intoArray(out, to + side + column * stride * BlockedImage.BLOCK + c);
                    }
                }
            }
        }
    }

    @Override
    public void convolve3x3(
            float[] in, BlockedImage image, int stride, int outputs, float[] weights, float[] out, int outOffset) {
        BlockedConvolution.convolve(in, image, stride, outputs, weights, out, outOffset);
    }

    @Override
    public void weightGradient3x3(
            float[] in, BlockedImage image, float[] gradient, BlockedImage gradientImage, float[] sum, int sumOffset) {
        BlockedConvolution.weightGradient(in, image, gradient, gradientImage, sum, sumOffset);
    }

    @Override
    public void channelSums(float[] x, float[] y, int offset, int pixels, int channels, float[] sums, int sumsOffset) {
        if (channels % LANES != 0) {
            scalar.channelSums(x, y, offset, pixels, channels, sums, sumsOffset);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            oneVectorOfSums(x, y, offset + c, pixels, channels, sums, sumsOffset + c);
        }
    }

    private static void oneVectorOfSums(
            float[] x, float[] y, int offset, int pixels, int channels, float[] sums, int sumsOffset) {
        FloatVector sum = FloatVector.zero(WIDE);
        FloatVector product = sum;
        for (int i = 0; i < pixels; i++) {
            FloatVector value = FloatVector.fromArray(WIDE, x, offset + i * channels);
            sum = sum.add(value);
            product = value.fma(FloatVector.fromArray(WIDE, y, offset + i * channels), product);
        }
        sum.intoArray(sums, sumsOffset);
        product.intoArray(sums, sumsOffset + channels);
    }

    @Override
    public void scaleShift(float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out) {
        if (channels % LANES != 0) {
            scalar.scaleShift(x, offset, pixels, channels, scale, shift, out);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            FloatVector a = FloatVector.fromArray(WIDE, scale, c);
            FloatVector b = FloatVector.fromArray(WIDE, shift, c);
            int end = offset + pixels * channels;
            for (int i = offset + c; i < end; i += channels) {
                FloatVector.fromArray(WIDE, x, i).fma(a, b).intoArray(out, i);
            }
        }
    }

    @Override
    public void combine(
            float[] g, float[] x, int offset, int pixels, int channels, float[] p, float[] q, float[] r, float[] out) {
        if (channels % LANES != 0) {
            scalar.combine(g, x, offset, pixels, channels, p, q, r, out);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            FloatVector onGradient = FloatVector.fromArray(WIDE, p, c);
            FloatVector onValue = FloatVector.fromArray(WIDE, q, c);
            FloatVector constant = FloatVector.fromArray(WIDE, r, c);
            int end = offset + pixels * channels;
            for (int i = offset + c; i < end; i += channels) {
                FloatVector.fromArray(WIDE, g, i)
                        .fma(onGradient, FloatVector.fromArray(WIDE, x, i).fma(onValue, constant))
                        .intoArray(out, i);
            }
        }
    }

    @Override
    public void rectify(float[] x, int offset, int count, float[] out) {
        int whole = offset + count - count % LANES;
        for (int i = offset; i < whole; i += LANES) {
            FloatVector.fromArray(WIDE, x, i).max(0).intoArray(out, i);
        }
        scalar.rectify(x, whole, offset + count - whole, out);
    }

    @Override
    public void rectifyGradient(float[] x, float[] g, int offset, int count, float[] out) {
        int whole = offset + count - count % LANES;
        FloatVector zero = FloatVector.zero(WIDE);
        for (int i = offset; i < whole; i += LANES) {
            VectorMask<Float> positive = FloatVector.fromArray(WIDE, x, i).compare(VectorOperators.GT, 0);
            zero.blend(FloatVector.fromArray(WIDE, g, i), positive).intoArray(out, i);
        }
        scalar.rectifyGradient(x, g, whole, offset + count - whole, out);
    }

    @Override
    public void add(float[] a, float[] b, int offset, int count, float[] out) {
        int whole = offset + count - count % LANES;
        for (int i = offset; i < whole; i += LANES) {
            FloatVector.fromArray(WIDE, a, i)
                    .add(FloatVector.fromArray(WIDE, b, i))
                    .intoArray(out, i);
        }
        scalar.add(a, b, whole, offset + count - whole, out);
    }

    @Override
    public void quantise(float[] x, int offset, int count, Grid grid, float[] out) {
        int whole = offset + count - count % LANES;
        VectorActivations.quantise(x, offset, whole, grid, out);
        scalar.quantise(x, whole, offset + count - whole, grid, out);
    }

    @Override
    public void quantiseGradient(
            float[] x, float[] g, int offset, int count, Grid grid, float[] out, float[] sums, int sumsOffset) {
        int whole = offset + count - count % LANES;
        scalar.quantiseGradient(x, g, whole, offset + count - whole, grid, out, sums, sumsOffset);
        VectorActivations.quantiseGradient(x, g, offset, whole, grid, out, sums, sumsOffset);
    }

    @Override
    public void normaliseQuantise(
            float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, Grid grid, float[] out) {
        if (channels % LANES != 0) {
            scalar.normaliseQuantise(x, offset, pixels, channels, scale, shift, grid, out);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            VectorActivations.normaliseQuantise(x, offset, pixels, channels, c, scale, shift, grid, out);
        }
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
        if (channels % LANES != 0) {
            scalar.normaliseQuantiseGradient(x, g, offset, pixels, channels, scale, shift, grid, out, sums, sumsOffset);
            return;
        }
        sums[sumsOffset + 2 * channels] = 0;
        sums[sumsOffset + 2 * channels + 1] = 0;
        for (int c = 0; c < channels; c += LANES) {
            VectorActivations.normaliseQuantiseGradient(
                    x, g, offset, pixels, channels, c, scale, shift, grid, out, sums, sumsOffset);
        }
    }

    @Override
    public void normaliseRectify(
            float[] x, int offset, int pixels, int channels, float[] scale, float[] shift, float[] out) {
        if (channels % LANES != 0) {
            scalar.normaliseRectify(x, offset, pixels, channels, scale, shift, out);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            VectorActivations.normaliseRectify(x, offset, pixels, channels, c, scale, shift, out);
        }
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
        if (channels % LANES != 0) {
            scalar.normaliseRectifyGradient(x, g, offset, pixels, channels, scale, shift, out, sums, sumsOffset);
            return;
        }
        for (int c = 0; c < channels; c += LANES) {
            VectorActivations.normaliseRectifyGradient(
                    x, g, offset, pixels, channels, c, scale, shift, out, sums, sumsOffset);
        }
    }

    @Override
    public void addQuantise(float[] a, float[] b, int offset, int count, Grid grid, float[] out) {
        int whole = offset + count - count % LANES;
        VectorActivations.addQuantise(a, b, offset, whole, grid, out);
        scalar.addQuantise(a, b, whole, offset + count - whole, grid, out);
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
        int whole = offset + count - count % LANES;
        scalar.addQuantiseGradient(a, b, g, whole, offset + count - whole, grid, out, sums, sumsOffset);
        VectorActivations.addQuantiseGradient(a, b, g, offset, whole, grid, out, sums, sumsOffset);
    }

    @Override
    public void addRectify(float[] a, float[] b, int offset, int count, float[] out) {
        int whole = offset + count - count % LANES;
        for (int i = offset; i < whole; i += LANES) {
            FloatVector.fromArray(WIDE, a, i)
                    .add(FloatVector.fromArray(WIDE, b, i))
                    .max(0)
                    .intoArray(out, i);
        }
        scalar.addRectify(a, b, whole, offset + count - whole, out);
    }

    @Override
    public void addRectifyGradient(float[] a, float[] b, float[] g, int offset, int count, float[] out) {
        int whole = offset + count - count % LANES;
        FloatVector zero = FloatVector.zero(WIDE);
        for (int i = offset; i < whole; i += LANES) {
            VectorMask<Float> positive = FloatVector.fromArray(WIDE, a, i)
                    .add(FloatVector.fromArray(WIDE, b, i))
                    .compare(VectorOperators.GT, 0);
            zero.blend(FloatVector.fromArray(WIDE, g, i), positive).intoArray(out, i);
        }
        scalar.addRectifyGradient(a, b, g, whole, offset + count - whole, out);
    }

    @Override
    public void maxPool(float[] x, int offset, PoolShape pool, float[] out, int outOffset) {
        int channels = pool.channels();
        if (channels % LANES != 0) {
            scalar.maxPool(x, offset, pool, out, outOffset);
            return;
        }
        int to = outOffset;
        for (int y = 0; y < pool.outputRows(); y++) {
            for (int column = 0; column < pool.outputColumns(); column++) {
                for (int c = 0; c < channels; c += LANES) {
                    FloatVector max = FloatVector.broadcast(WIDE, Float.NEGATIVE_INFINITY);
                    for (int row = pool.first(y); row < pool.endRow(y); row++) {
                        for (int k = pool.first(column); k < pool.endColumn(column); k++) {
                            int at = offset + (row * pool.columns() + k) * channels + c;
                            max = max.max(FloatVector.fromArray(WIDE, x, at));
                        }
                    }
                    max.intoArray(out, to + c);
                }
                to += channels;
            }
        }
    }

    @Override
    public void maxPoolGradient(
            float[] x, int offset, PoolShape pool, float[] pooled, float[] g, int pooledOffset, float[] out) {
        int channels = pool.channels();
        if (channels % LANES != 0) {
            scalar.maxPoolGradient(x, offset, pool, pooled, g, pooledOffset, out);
            return;
        }
        boolean covered = pool.isTiled() && pool.rows() % pool.size() == 0 && pool.columns() % pool.size() == 0;
        if (!covered) {
            Arrays.fill(out, offset, offset + pool.rows() * pool.columns() * channels, 0);
        }
        FloatVector zero = FloatVector.zero(WIDE);
        int from = pooledOffset;
        for (int y = 0; y < pool.outputRows(); y++) {
            for (int column = 0; column < pool.outputColumns(); column++) {
                for (int c = 0; c < channels; c += LANES) {
                    FloatVector max = FloatVector.fromArray(WIDE, pooled, from + c);
                    FloatVector rest = FloatVector.fromArray(WIDE, g, from + c);
                    for (int row = pool.first(y); row < pool.endRow(y); row++) {
                        for (int k = pool.first(column); k < pool.endColumn(column); k++) {
                            int at = offset + (row * pool.columns() + k) * channels + c;
                            VectorMask<Float> here =
                                    FloatVector.fromArray(WIDE, x, at).compare(VectorOperators.EQ, max);
                            FloatVector before = covered ? zero : FloatVector.fromArray(WIDE, out, at);
                            before.add(zero.blend(rest, here)).intoArray(out, at);
                            rest = rest.blend(zero, here);
                        }
                    }
                }
                from += channels;
            }
        }
    }
}
