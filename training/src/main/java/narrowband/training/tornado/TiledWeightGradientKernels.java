package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.KernelContext;

/** The gradient of a convolution's weights with tiles in local memory, as {@link TiledKernels} has them. */
public final class TiledWeightGradientKernels {
    private TiledWeightGradientKernels() {}

    /**
     * As {@link WeightGradientKernels#convolutionWeightGradient}: the left factor's rows are the weights of an output, its columns the positions
     * of a slice.
     */
    public static void weightGradientTiles(KernelContext context, float[] state, float[] memory, int[] table, int at) {
        float[] left = context.allocateFloatLocalArray(TiledKernels.LEFT);
        float[] right = context.allocateFloatLocalArray(TiledKernels.RIGHT);
        int[] image = context.allocateIntLocalArray(TiledKernels.DEEP);
        int[] imageY = context.allocateIntLocalArray(TiledKernels.DEEP);
        int[] imageX = context.allocateIntLocalArray(TiledKernels.DEEP);
        int thread = context.localIdx;
        int group = context.groupIdx;
        int job = table[at + group];
        int record = job + Work.HEADER;
        int tile = group - table[job] / Work.BLOCK;
        int in = table[record];
        int from = table[record + 1];
        int partial = table[record + 2];
        int height = table[record + 4];
        int width = table[record + 5];
        int channels = table[record + 6];
        int kernel = table[record + 7];
        int stride = table[record + 8];
        int padding = table[record + 9];
        int rows = table[record + 10];
        int columns = table[record + 11];
        int outputs = table[record + 12];
        int pixels = table[record + 13] * rows * columns;
        int size = table[record + 16];
        int tall = table[record + TiledKernels.ROWS];
        int wide = table[record + TiledKernels.COLUMNS];
        int deep = table[record + TiledKernels.DEPTH];
        int pitch = tall + 1;
        int tall4 = tall / 4;
        int wide4 = wide / 4;
        int across = thread % wide4;
        int down = thread / wide4;
        int taps = kernel * kernel * channels;
        int tilesAcross = (outputs + wide - 1) / wide;
        int tilesDown = (taps + tall - 1) / tall;
        int firstOutput = tile % tilesAcross * wide;
        int firstTap = tile / tilesAcross % tilesDown * tall;
        int slice = tile / (tilesAcross * tilesDown);
        int row = thread % tall;
        int tap = Math.min(firstTap + row, taps - 1);
        int c = tap % channels;
        int ky = tap / channels / kernel - padding;
        int kx = tap / channels % kernel - padding;
        int end = Math.min(pixels, (slice + 1) * size);
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
        for (int first = slice * size; first < end; first += deep) {
            if (thread < deep) {
                int p = Math.min(first + thread, end - 1);
                image[thread] = p / (rows * columns) * height;
                imageY[thread] = p / columns % rows * stride;
                imageX[thread] = p % columns * stride;
            }
            context.localBarrier();
            for (int own = thread / tall; own < deep; own += Work.BLOCK / tall) {
                int y = imageY[own] + ky;
                int x = imageX[own] + kx;
                float value = 0;
                if (y >= 0 && y < height && x >= 0 && x < width) {
                    value = memory[in + ((image[own] + y) * width + x) * channels + c];
                }
                left[own * pitch + row] = value;
            }
            for (int place = thread; place < deep * wide; place += Work.BLOCK) {
                int p = first + place / wide;
                int o = firstOutput + place % wide;
                float value = 0;
                if (p < end && o < outputs) {
                    value = memory[from + p * outputs + o];
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
        int t = firstTap + down;
        int to = partial + slice * taps * outputs;
        if (t < taps) {
            TiledKernels.store(memory, to + t * outputs, o, wide4, outputs, a00, a01, a02, a03);
        }
        if (t + tall4 < taps) {
            TiledKernels.store(memory, to + (t + tall4) * outputs, o, wide4, outputs, a10, a11, a12, a13);
        }
        if (t + 2 * tall4 < taps) {
            TiledKernels.store(memory, to + (t + 2 * tall4) * outputs, o, wide4, outputs, a20, a21, a22, a23);
        }
        if (t + 3 * tall4 < taps) {
            TiledKernels.store(memory, to + (t + 3 * tall4) * outputs, o, wide4, outputs, a30, a31, a32, a33);
        }
    }
}
