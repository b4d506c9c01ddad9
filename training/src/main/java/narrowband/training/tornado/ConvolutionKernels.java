package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Convolutions as implicit matrix products over tensors {@code [N, H, W, C]}; a dense layer is one with a kernel of 1 over one
 * position. Each thread makes a block of 4 x 4 results in registers, so that 8 loads serve 16 multiply-accumulates;
 * neighbouring threads take neighbouring channels, so that their loads of weights and their stores lie side by side.
 *
 * <p>A layer's record in the table, from {@code at}:
 *
 * <pre>
 *  0 input   1 output   2 weights   3 bias or -1   4 height   5 width   6 channels   7 kernel   8 stride   9 padding
 * 10 output rows   11 output columns   12 outputs   13 images   14 accumulate   15 slices   16 positions of a slice
 * </pre>
 *
 * Input and output are always those of the forward pass or their gradients; what each kernel reads stands with it. Loop bounds come
 * from the table and not from constants, since TornadoVM unrolls every loop of constant length.
 */
public final class ConvolutionKernels {
    private ConvolutionKernels() {}

    /**
     * The forward pass, with weights {@code [kernel row][kernel column][c][o]}.
     *
     * @param count {@code ceil(images * rows * columns / 4) * ceil(outputs / 4)}
     */
    public static void convolve(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
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
                int pixels = table[record + 13] * rows * columns;
                int apart = (outputs + 3) / 4;
                int o0 = thread % apart;
                int o1 = o0 + apart;
                int o2 = o1 + apart;
                int o3 = o2 + apart;
                int w1 = Math.min(o1, outputs - 1);
                int w2 = Math.min(o2, outputs - 1);
                int w3 = Math.min(o3, outputs - 1);
                int p0 = thread / apart * 4;
                int p1 = Math.min(p0 + 1, pixels - 1);
                int p2 = Math.min(p0 + 2, pixels - 1);
                int p3 = Math.min(p0 + 3, pixels - 1);
                int y0 = p0 / columns % rows * stride - padding;
                int y1 = p1 / columns % rows * stride - padding;
                int y2 = p2 / columns % rows * stride - padding;
                int y3 = p3 / columns % rows * stride - padding;
                int x0 = p0 % columns * stride - padding;
                int x1 = p1 % columns * stride - padding;
                int x2 = p2 % columns * stride - padding;
                int x3 = p3 % columns * stride - padding;
                int n0 = p0 / (columns * rows) * height;
                int n1 = p1 / (columns * rows) * height;
                int n2 = p2 / (columns * rows) * height;
                int n3 = p3 / (columns * rows) * height;
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
                for (int k = 0; k < kernel * kernel; k++) {
                    int ky = k / kernel;
                    int kx = k % kernel;
                    int r0 = y0 + ky;
                    int r1 = y1 + ky;
                    int r2 = y2 + ky;
                    int r3 = y3 + ky;
                    int c0 = x0 + kx;
                    int c1 = x1 + kx;
                    int c2 = x2 + kx;
                    int c3 = x3 + kx;
                    // Outside the image the value counts as 0, whatever is read at the address 0 of the tensor.
                    float m0 = r0 >= 0 && r0 < height && c0 >= 0 && c0 < width ? 1 : 0;
                    float m1 = r1 >= 0 && r1 < height && c1 >= 0 && c1 < width ? 1 : 0;
                    float m2 = r2 >= 0 && r2 < height && c2 >= 0 && c2 < width ? 1 : 0;
                    float m3 = r3 >= 0 && r3 < height && c3 >= 0 && c3 < width ? 1 : 0;
                    int s0 = in + (int) m0 * (((n0 + r0) * width + c0) * channels);
                    int s1 = in + (int) m1 * (((n1 + r1) * width + c1) * channels);
                    int s2 = in + (int) m2 * (((n2 + r2) * width + c2) * channels);
                    int s3 = in + (int) m3 * (((n3 + r3) * width + c3) * channels);
                    int w = weights + k * channels * outputs;
                    for (int c = 0; c < channels; c++) {
                        float v0 = memory[s0 + c] * m0;
                        float v1 = memory[s1 + c] * m1;
                        float v2 = memory[s2 + c] * m2;
                        float v3 = memory[s3 + c] * m3;
                        float b0 = memory[w + o0];
                        float b1 = memory[w + w1];
                        float b2 = memory[w + w2];
                        float b3 = memory[w + w3];
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
                        w += outputs;
                    }
                }
                float d0 = 0;
                float d1 = 0;
                float d2 = 0;
                float d3 = 0;
                if (bias >= 0) {
                    d0 = memory[bias + o0];
                    d1 = memory[bias + w1];
                    d2 = memory[bias + w2];
                    d3 = memory[bias + w3];
                }
                int to = out + p0 * outputs;
                store4(memory, to, o0, o1, o2, o3, outputs, a00 + d0, a01 + d1, a02 + d2, a03 + d3);
                if (p0 + 1 < pixels) {
                    store4(memory, to + outputs, o0, o1, o2, o3, outputs, a10 + d0, a11 + d1, a12 + d2, a13 + d3);
                }
                if (p0 + 2 < pixels) {
                    store4(memory, to + 2 * outputs, o0, o1, o2, o3, outputs, a20 + d0, a21 + d1, a22 + d2, a23 + d3);
                }
                if (p0 + 3 < pixels) {
                    store4(memory, to + 3 * outputs, o0, o1, o2, o3, outputs, a30 + d0, a31 + d1, a32 + d2, a33 + d3);
                }
            }
        }
    }

    static void store4(
            float[] memory,
            int to,
            int o0,
            int o1,
            int o2,
            int o3,
            int outputs,
            float v0,
            float v1,
            float v2,
            float v3) {
        memory[to + o0] = v0;
        if (o1 < outputs) {
            memory[to + o1] = v1;
        }
        if (o2 < outputs) {
            memory[to + o2] = v2;
        }
        if (o3 < outputs) {
            memory[to + o3] = v3;
        }
    }

    /**
     * From the output's gradient (at the output's place in the record) to the input's, with weights
     * {@code [o][kernel row][kernel column][c]}: gathered, so that no two threads add to one place.
     *
     * @param count {@code ceil(images * height * width / 4) * ceil(channels / 4)}
     */
    public static void convolutionInputGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
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
                int taps = kernel * kernel * channels;
                int apart = (channels + 3) / 4;
                int c0 = thread % apart;
                int c1 = c0 + apart;
                int c2 = c1 + apart;
                int c3 = c2 + apart;
                int w1 = Math.min(c1, channels - 1);
                int w2 = Math.min(c2, channels - 1);
                int w3 = Math.min(c3, channels - 1);
                int p0 = thread / apart * 4;
                int p1 = Math.min(p0 + 1, pixels - 1);
                int p2 = Math.min(p0 + 2, pixels - 1);
                int p3 = Math.min(p0 + 3, pixels - 1);
                int y0 = p0 / width % height + padding;
                int y1 = p1 / width % height + padding;
                int y2 = p2 / width % height + padding;
                int y3 = p3 / width % height + padding;
                int x0 = p0 % width + padding;
                int x1 = p1 % width + padding;
                int x2 = p2 % width + padding;
                int x3 = p3 % width + padding;
                int n0 = p0 / (width * height) * rows;
                int n1 = p1 / (width * height) * rows;
                int n2 = p2 / (width * height) * rows;
                int n3 = p3 / (width * height) * rows;
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
                for (int k = 0; k < kernel * kernel; k++) {
                    int ky = k / kernel;
                    int kx = k % kernel;
                    float m0 = seen(y0 - ky, x0 - kx, stride, rows, columns);
                    float m1 = seen(y1 - ky, x1 - kx, stride, rows, columns);
                    float m2 = seen(y2 - ky, x2 - kx, stride, rows, columns);
                    float m3 = seen(y3 - ky, x3 - kx, stride, rows, columns);
                    int s0 = from + (int) m0 * (((n0 + (y0 - ky) / stride) * columns + (x0 - kx) / stride) * outputs);
                    int s1 = from + (int) m1 * (((n1 + (y1 - ky) / stride) * columns + (x1 - kx) / stride) * outputs);
                    int s2 = from + (int) m2 * (((n2 + (y2 - ky) / stride) * columns + (x2 - kx) / stride) * outputs);
                    int s3 = from + (int) m3 * (((n3 + (y3 - ky) / stride) * columns + (x3 - kx) / stride) * outputs);
                    int w = weights + k * channels;
                    for (int o = 0; o < outputs; o++) {
                        float v0 = memory[s0 + o] * m0;
                        float v1 = memory[s1 + o] * m1;
                        float v2 = memory[s2 + o] * m2;
                        float v3 = memory[s3 + o] * m3;
                        float b0 = memory[w + c0];
                        float b1 = memory[w + w1];
                        float b2 = memory[w + w2];
                        float b3 = memory[w + w3];
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
                        w += taps;
                    }
                }
                int base = to + p0 * channels;
                add4(memory, base, c0, c1, c2, c3, channels, keep, a00, a01, a02, a03);
                if (p0 + 1 < pixels) {
                    add4(memory, base + channels, c0, c1, c2, c3, channels, keep, a10, a11, a12, a13);
                }
                if (p0 + 2 < pixels) {
                    add4(memory, base + 2 * channels, c0, c1, c2, c3, channels, keep, a20, a21, a22, a23);
                }
                if (p0 + 3 < pixels) {
                    add4(memory, base + 3 * channels, c0, c1, c2, c3, channels, keep, a30, a31, a32, a33);
                }
            }
        }
    }

    /** 1 where a row and column of the spread-out gradient hold a value of the gradient, else 0. */
    private static float seen(int y, int x, int stride, int rows, int columns) {
        boolean inside = y >= 0 && x >= 0 && y % stride == 0 && x % stride == 0;
        return inside && y / stride < rows && x / stride < columns ? 1 : 0;
    }

    private static void add4(
            float[] memory,
            int to,
            int c0,
            int c1,
            int c2,
            int c3,
            int channels,
            float keep,
            float v0,
            float v1,
            float v2,
            float v3) {
        put(memory, to + c0, keep, v0);
        if (c1 < channels) {
            put(memory, to + c1, keep, v1);
        }
        if (c2 < channels) {
            put(memory, to + c2, keep, v2);
        }
        if (c3 < channels) {
            put(memory, to + c3, keep, v3);
        }
    }

    /** Writes a value, or adds it where another layer has left its share already. */
    static void put(float[] memory, int to, float keep, float value) {
        float before = 0;
        // Not a product with 0: what lies there otherwise may be no number.
        if (keep > 0) {
            before = memory[to];
        }
        memory[to] = before + value;
    }
}
