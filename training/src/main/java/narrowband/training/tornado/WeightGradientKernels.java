package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/** The gradients of a convolution's weights and biases; records as those of {@link ConvolutionKernels}. */
public final class WeightGradientKernels {
    private WeightGradientKernels() {}

    /**
     * Shares {@code [slice][tap][o]} of the weights' gradient, each over one slice of the output's positions; the record's
     * weights are their place.
     *
     * @param count {@code slices * ceil(taps / 4) * ceil(outputs / 4)}
     */
    public static void convolutionWeightGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
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
                int taps = kernel * kernel * channels;
                int apart = (outputs + 3) / 4;
                int tapBlocks = (taps + 3) / 4;
                int o0 = thread % apart;
                int o1 = o0 + apart;
                int o2 = o1 + apart;
                int o3 = o2 + apart;
                int w1 = Math.min(o1, outputs - 1);
                int w2 = Math.min(o2, outputs - 1);
                int w3 = Math.min(o3, outputs - 1);
                int t0 = thread / apart % tapBlocks * 4;
                int t1 = Math.min(t0 + 1, taps - 1);
                int t2 = Math.min(t0 + 2, taps - 1);
                int t3 = Math.min(t0 + 3, taps - 1);
                int slice = thread / (apart * tapBlocks);
                int y0 = t0 / channels / kernel - padding;
                int y1 = t1 / channels / kernel - padding;
                int y2 = t2 / channels / kernel - padding;
                int y3 = t3 / channels / kernel - padding;
                int x0 = t0 / channels % kernel - padding;
                int x1 = t1 / channels % kernel - padding;
                int x2 = t2 / channels % kernel - padding;
                int x3 = t3 / channels % kernel - padding;
                int c0 = in + t0 % channels;
                int c1 = in + t1 % channels;
                int c2 = in + t2 % channels;
                int c3 = in + t3 % channels;
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
                int end = Math.min(pixels, (slice + 1) * size);
                for (int p = slice * size; p < end; p++) {
                    int n = p / (rows * columns) * height;
                    int y = p / columns % rows * stride;
                    int x = p % columns * stride;
                    int g = from + p * outputs;
                    float b0 = memory[g + o0];
                    float b1 = memory[g + w1];
                    float b2 = memory[g + w2];
                    float b3 = memory[g + w3];
                    float v0 = pixel(memory, c0, n, y + y0, x + x0, height, width, channels);
                    float v1 = pixel(memory, c1, n, y + y1, x + x1, height, width, channels);
                    float v2 = pixel(memory, c2, n, y + y2, x + x2, height, width, channels);
                    float v3 = pixel(memory, c3, n, y + y3, x + x3, height, width, channels);
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
                int to = partial + (slice * taps + t0) * outputs;
                ConvolutionKernels.store4(memory, to, o0, o1, o2, o3, outputs, a00, a01, a02, a03);
                if (t0 + 1 < taps) {
                    ConvolutionKernels.store4(memory, to + outputs, o0, o1, o2, o3, outputs, a10, a11, a12, a13);
                }
                if (t0 + 2 < taps) {
                    ConvolutionKernels.store4(memory, to + 2 * outputs, o0, o1, o2, o3, outputs, a20, a21, a22, a23);
                }
                if (t0 + 3 < taps) {
                    ConvolutionKernels.store4(memory, to + 3 * outputs, o0, o1, o2, o3, outputs, a30, a31, a32, a33);
                }
            }
        }
    }

    /** A pixel's channel, 0 outside the image; {@code n} is the image's first row. */
    private static float pixel(float[] memory, int channel, int n, int y, int x, int height, int width, int channels) {
        float value = 0;
        if (y >= 0 && y < height && x >= 0 && x < width) {
            value = memory[channel + ((n + y) * width + x) * channels];
        }
        return value;
    }

    /**
     * Adds up the shares of the slices in their order: from {@code [slice][tap][o]} at the record's input to {@code [o][tap]} at its
     * output. The gradient of a bias is one of these sums: its slices are the images of the scores' gradient.
     *
     * @param count {@code outputs * taps}
     */
    public static void sumSlices(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int partial = table[record];
                int to = table[record + 1];
                int outputs = table[record + 12];
                int slices = table[record + 15];
                int taps = table[job + 1] / outputs;
                float sum = 0;
                for (int s = 0; s < slices; s++) {
                    sum += memory[partial + (s * taps + thread / outputs) * outputs + thread % outputs];
                }
                memory[to + thread % outputs * taps + thread / outputs] = sum;
            }
        }
    }
}
