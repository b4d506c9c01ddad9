package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Convolutions as implicit matrix products with tiles in local memory, for GPUs; {@link ConvolutionKernels} is what they mean. A group of
 * {@value Work#BLOCK} threads makes one tile of results, each thread 4 x 4 of them: it brings {@value #DEEP} columns of the left factor and
 * as many rows of the right one to local memory, every value once, and goes on from there. Jobs are those of {@link Work}, a tile for
 * each of their entries in the table. Their records are longer than those of the plain kernels:
 *
 * <pre>
 * 17 rows of a tile   18 columns of a tile   19 columns of the left factor at a time   20 sums {@code [row of tiles][2][o]} for a norm, or -1
 * </pre>
 *
 * <p>Behind the last column of the left factor and the last row of the right one, the left one repeats its last and the right one is 0; what a
 * tile has beside the results is computed and not stored. A guard that stays the same throughout the left one's loop would do as well, but
 * PoCL 3.1 makes wrong values of it, from OpenCL that is right.
 *
 * <p>Rows of the left factor in local memory lie one float apart from a multiple of the banks, so that both the threads that write a
 * column and those that read it find banks of their own.
 */
public final class TiledKernels {
    /** Places in a record, and its length. */
    static final int ROWS = 17;

    static final int COLUMNS = 18;
    static final int DEPTH = 19;
    static final int SUMS = 20;
    static final int RECORD = 21;

    /** Columns of the left factor that are in local memory at a time. The loop's bound is in the record: a constant one is unrolled. */
    static final int DEEP = 16;

    /** Floats of the two factors' parts in local memory: 16 * (256 + 1), and 16 * 64. */
    static final int LEFT = 4112;

    static final int RIGHT = 1024;
    /** The most rows of a tile. */
    private static final int TALL = 256;

    private TiledKernels() {}

    /**
     * The forward pass, as {@link ConvolutionKernels#convolve}: the left factor's rows are positions of the output, its columns the weights of
     * an output. Leaves the sums of each tile's values and squares where a norm asks for them, as {@link NormKernels#sumChannels} does.
     */
    public static void convolveTiles(KernelContext context, float[] state, float[] memory, int[] table, int at) {
        float[] left = context.allocateFloatLocalArray(LEFT);
        float[] right = context.allocateFloatLocalArray(RIGHT);
        int[] rowImage = context.allocateIntLocalArray(TALL);
        int[] rowY = context.allocateIntLocalArray(TALL);
        int[] rowX = context.allocateIntLocalArray(TALL);
        int thread = context.localIdx;
        int group = context.groupIdx;
        int job = table[at + group];
        int record = job + Work.HEADER;
        int tile = group - table[job] / Work.BLOCK;
        int in = table[record];
        int out = table[record + 1];
        int weights = table[record + 2];
        int bias = table[record + 3];
        int height = table[record + 4];
        int width = table[record + 5];
        int channels = table[record + 6];
        int kernel = table[record + 7];
        int stride = table[record + 8];
        int padding = table[record + 9];
        int rows = table[record + 10];
        int columns = table[record + 11];
        int outputs = table[record + 12];
        int positions = table[record + 13] * rows * columns;
        int tall = table[record + ROWS];
        int wide = table[record + COLUMNS];
        int deep = table[record + DEPTH];
        int pitch = tall + 1;
        int tall4 = tall / 4;
        int wide4 = wide / 4;
        int across = thread % wide4;
        int down = thread / wide4;
        int tilesAcross = (outputs + wide - 1) / wide;
        int firstPosition = tile / tilesAcross * tall;
        int firstOutput = tile % tilesAcross * wide;
        int taps = kernel * kernel * channels;
        if (thread < tall) {
            int p = Math.min(firstPosition + thread, positions - 1);
            rowImage[thread] = p / (columns * rows) * height;
            rowY[thread] = p / columns % rows * stride - padding;
            rowX[thread] = p % columns * stride - padding;
        }
        context.localBarrier();
        float a00 = 0;
        float a01 = 0;
        float a02 = 0;
        float a03 = 0;
        float a10 = 0;
        float a11 = 0;
        float a12 = 0;
        float a13 = 0;
        float a20 = 0;
        float a21 = 0;
        float a22 = 0;
        float a23 = 0;
        float a30 = 0;
        float a31 = 0;
        float a32 = 0;
        float a33 = 0;
        for (int from = 0; from < taps; from += deep) {
            int own = thread % deep;
            int tap = Math.min(from + own, taps - 1);
            int c = tap % channels;
            int ky = tap / channels / kernel;
            int kx = tap / channels % kernel;
            for (int row = thread / deep; row < tall; row += Work.BLOCK / deep) {
                int y = rowY[row] + ky;
                int x = rowX[row] + kx;
                float value = 0;
                if (y >= 0 && y < height && x >= 0 && x < width) {
                    value = memory[in + ((rowImage[row] + y) * width + x) * channels + c];
                }
                left[own * pitch + row] = value;
            }
            for (int place = thread; place < deep * wide; place += Work.BLOCK) {
                int weight = from + place / wide;
                int o = firstOutput + place % wide;
                float value = 0;
                if (weight < taps && o < outputs) {
                    value = memory[weights + weight * outputs + o];
                }
                right[place] = value;
            }
            context.localBarrier();
            for (int k = 0; k < deep; k++) {
                int l0 = k * pitch + down;
                int r0 = k * wide + across;
                float v0 = left[l0];
                float v1 = left[l0 + tall4];
                float v2 = left[l0 + 2 * tall4];
                float v3 = left[l0 + 3 * tall4];
                float b0 = right[r0];
                float b1 = right[r0 + wide4];
                float b2 = right[r0 + 2 * wide4];
                float b3 = right[r0 + 3 * wide4];
                a00 += v0 * b0;
                a01 += v0 * b1;
                a02 += v0 * b2;
                a03 += v0 * b3;
                a10 += v1 * b0;
                a11 += v1 * b1;
                a12 += v1 * b2;
                a13 += v1 * b3;
                a20 += v2 * b0;
                a21 += v2 * b1;
                a22 += v2 * b2;
                a23 += v2 * b3;
                a30 += v3 * b0;
                a31 += v3 * b1;
                a32 += v3 * b2;
                a33 += v3 * b3;
            }
            context.localBarrier();
        }
        int o = firstOutput + across;
        float d0 = biasOf(memory, bias, o, outputs);
        float d1 = biasOf(memory, bias, o + wide4, outputs);
        float d2 = biasOf(memory, bias, o + 2 * wide4, outputs);
        float d3 = biasOf(memory, bias, o + 3 * wide4, outputs);
        int p = firstPosition + down;
        if (p < positions) {
            store(memory, out + p * outputs, o, wide4, outputs, a00 + d0, a01 + d1, a02 + d2, a03 + d3);
        }
        if (p + tall4 < positions) {
            store(memory, out + (p + tall4) * outputs, o, wide4, outputs, a10 + d0, a11 + d1, a12 + d2, a13 + d3);
        }
        if (p + 2 * tall4 < positions) {
            store(memory, out + (p + 2 * tall4) * outputs, o, wide4, outputs, a20 + d0, a21 + d1, a22 + d2, a23 + d3);
        }
        if (p + 3 * tall4 < positions) {
            store(memory, out + (p + 3 * tall4) * outputs, o, wide4, outputs, a30 + d0, a31 + d1, a32 + d2, a33 + d3);
        }
        int sums = table[record + SUMS];
        int rowOfSums = sums + 2 * (tile / tilesAcross) * outputs;
        // What this thread's rows add to the sums of its four columns, and to the sums of squares; rows behind the last
        // add nothing.
        float m0 = p < positions ? 1 : 0;
        float m1 = p + tall4 < positions ? 1 : 0;
        float m2 = p + 2 * tall4 < positions ? 1 : 0;
        float m3 = p + 3 * tall4 < positions ? 1 : 0;
        left[thread] = m0 * a00 + m1 * a10 + m2 * a20 + m3 * a30;
        left[thread + Work.BLOCK] = m0 * a01 + m1 * a11 + m2 * a21 + m3 * a31;
        left[thread + 2 * Work.BLOCK] = m0 * a02 + m1 * a12 + m2 * a22 + m3 * a32;
        left[thread + 3 * Work.BLOCK] = m0 * a03 + m1 * a13 + m2 * a23 + m3 * a33;
        left[thread + 4 * Work.BLOCK] = m0 * a00 * a00 + m1 * a10 * a10 + m2 * a20 * a20 + m3 * a30 * a30;
        left[thread + 5 * Work.BLOCK] = m0 * a01 * a01 + m1 * a11 * a11 + m2 * a21 * a21 + m3 * a31 * a31;
        left[thread + 6 * Work.BLOCK] = m0 * a02 * a02 + m1 * a12 * a12 + m2 * a22 * a22 + m3 * a32 * a32;
        left[thread + 7 * Work.BLOCK] = m0 * a03 * a03 + m1 * a13 * a13 + m2 * a23 * a23 + m3 * a33 * a33;
        context.localBarrier();
        int column = thread % wide;
        int which = thread / wide;
        float sum = 0;
        for (int row = 0; row < tall4; row++) {
            sum += left[
                    Math.min(which, 1) * 4 * Work.BLOCK + column / wide4 * Work.BLOCK + row * wide4 + column % wide4];
        }
        if (sums >= 0 && which < 2 && firstOutput + column < outputs) {
            memory[rowOfSums + which * outputs + firstOutput + column] = sum;
        }
    }

    private static float biasOf(float[] memory, int bias, int o, int outputs) {
        float value = 0;
        if (bias >= 0 && o < outputs) {
            value = memory[bias + o];
        }
        return value;
    }

    static void store(float[] memory, int to, int o, int apart, int outputs, float v0, float v1, float v2, float v3) {
        if (o < outputs) {
            memory[to + o] = v0;
        }
        if (o + apart < outputs) {
            memory[to + o + apart] = v1;
        }
        if (o + 2 * apart < outputs) {
            memory[to + o + 2 * apart] = v2;
        }
        if (o + 3 * apart < outputs) {
            memory[to + o + 3 * apart] = v3;
        }
    }

    /**
     * As {@link ConvolutionKernels#convolutionInputGradient}: the left factor's rows are pixels of the input, its columns the taps and
     * outputs that see them.
     */
    public static void inputGradientTiles(KernelContext context, float[] state, float[] memory, int[] table, int at) {
        float[] left = context.allocateFloatLocalArray(LEFT);
        float[] right = context.allocateFloatLocalArray(RIGHT);
        int[] rowImage = context.allocateIntLocalArray(TALL);
        int[] rowY = context.allocateIntLocalArray(TALL);
        int[] rowX = context.allocateIntLocalArray(TALL);
        int thread = context.localIdx;
        int group = context.groupIdx;
        int job = table[at + group];
        int record = job + Work.HEADER;
        int tile = group - table[job] / Work.BLOCK;
        int to = table[record];
        int from = table[record + 1];
        int weights = table[record + 2];
        int height = table[record + 4];
        int width = table[record + 5];
        int channels = table[record + 6];
        int kernel = table[record + 7];
        int stride = table[record + 8];
        int padding = table[record + 9];
        int rows = table[record + 10];
        int columns = table[record + 11];
        int outputs = table[record + 12];
        int pixels = table[record + 13] * height * width;
        float keep = table[record + 14];
        int tall = table[record + ROWS];
        int wide = table[record + COLUMNS];
        int deep = table[record + DEPTH];
        int pitch = tall + 1;
        int tall4 = tall / 4;
        int wide4 = wide / 4;
        int across = thread % wide4;
        int down = thread / wide4;
        int tilesAcross = (channels + wide - 1) / wide;
        int firstPixel = tile / tilesAcross * tall;
        int firstChannel = tile % tilesAcross * wide;
        int taps = kernel * kernel;
        int depth = taps * outputs;
        if (thread < tall) {
            int p = Math.min(firstPixel + thread, pixels - 1);
            rowImage[thread] = p / (width * height) * rows;
            rowY[thread] = p / width % height + padding;
            rowX[thread] = p % width + padding;
        }
        context.localBarrier();
        float a00 = 0;
        float a01 = 0;
        float a02 = 0;
        float a03 = 0;
        float a10 = 0;
        float a11 = 0;
        float a12 = 0;
        float a13 = 0;
        float a20 = 0;
        float a21 = 0;
        float a22 = 0;
        float a23 = 0;
        float a30 = 0;
        float a31 = 0;
        float a32 = 0;
        float a33 = 0;
        for (int first = 0; first < depth; first += deep) {
            int own = thread % deep;
            int seenBy = Math.min(first + own, depth - 1);
            int tap = seenBy / outputs;
            int o = seenBy % outputs;
            int ky = tap / kernel;
            int kx = tap % kernel;
            for (int row = thread / deep; row < tall; row += Work.BLOCK / deep) {
                int y = rowY[row] - ky;
                int x = rowX[row] - kx;
                boolean seen = y >= 0 && x >= 0;
                if (stride > 1) {
                    seen = seen && y % stride == 0 && x % stride == 0;
                    y = y / stride;
                    x = x / stride;
                }
                float value = 0;
                if (seen && y < rows && x < columns) {
                    value = memory[from + ((rowImage[row] + y) * columns + x) * outputs + o];
                }
                left[own * pitch + row] = value;
            }
            for (int place = thread; place < deep * wide; place += Work.BLOCK) {
                int k = first + place / wide;
                int c = firstChannel + place % wide;
                float value = 0;
                if (k < depth && c < channels) {
                    value = memory[weights + (k % outputs * taps + k / outputs) * channels + c];
                }
                right[place] = value;
            }
            context.localBarrier();
            for (int k = 0; k < deep; k++) {
                int l0 = k * pitch + down;
                int r0 = k * wide + across;
                float v0 = left[l0];
                float v1 = left[l0 + tall4];
                float v2 = left[l0 + 2 * tall4];
                float v3 = left[l0 + 3 * tall4];
                float b0 = right[r0];
                float b1 = right[r0 + wide4];
                float b2 = right[r0 + 2 * wide4];
                float b3 = right[r0 + 3 * wide4];
                a00 += v0 * b0;
                a01 += v0 * b1;
                a02 += v0 * b2;
                a03 += v0 * b3;
                a10 += v1 * b0;
                a11 += v1 * b1;
                a12 += v1 * b2;
                a13 += v1 * b3;
                a20 += v2 * b0;
                a21 += v2 * b1;
                a22 += v2 * b2;
                a23 += v2 * b3;
                a30 += v3 * b0;
                a31 += v3 * b1;
                a32 += v3 * b2;
                a33 += v3 * b3;
            }
            context.localBarrier();
        }
        int c = firstChannel + across;
        int p = firstPixel + down;
        if (p < pixels) {
            add(memory, to + p * channels, c, wide4, channels, keep, a00, a01, a02, a03);
        }
        if (p + tall4 < pixels) {
            add(memory, to + (p + tall4) * channels, c, wide4, channels, keep, a10, a11, a12, a13);
        }
        if (p + 2 * tall4 < pixels) {
            add(memory, to + (p + 2 * tall4) * channels, c, wide4, channels, keep, a20, a21, a22, a23);
        }
        if (p + 3 * tall4 < pixels) {
            add(memory, to + (p + 3 * tall4) * channels, c, wide4, channels, keep, a30, a31, a32, a33);
        }
    }

    private static void add(
            float[] memory,
            int to,
            int c,
            int apart,
            int channels,
            float keep,
            float v0,
            float v1,
            float v2,
            float v3) {
        if (c < channels) {
            ConvolutionKernels.put(memory, to + c, keep, v0);
        }
        if (c + apart < channels) {
            ConvolutionKernels.put(memory, to + c + apart, keep, v1);
        }
        if (c + 2 * apart < channels) {
            ConvolutionKernels.put(memory, to + c + 2 * apart, keep, v2);
        }
        if (c + 3 * apart < channels) {
            ConvolutionKernels.put(memory, to + c + 3 * apart, keep, v3);
        }
    }
}
