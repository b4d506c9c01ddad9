package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/** Convolutions of each channel by itself; records as those of {@link ConvolutionKernels}, outputs being the channels. */
public final class DepthwiseKernels {
    private DepthwiseKernels() {}

    /**
     * The forward pass, with weights {@code [kernel row][kernel column][c]}.
     *
     * @param count {@code images * rows * columns * channels}
     */
    public static void convolveDepthwise(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int in = table[record];
                int out = table[record + 1];
                int weights = table[record + 2];
                int height = table[record + 4];
                int width = table[record + 5];
                int channels = table[record + 6];
                int kernel = table[record + 7];
                int stride = table[record + 8];
                int padding = table[record + 9];
                int rows = table[record + 10];
                int columns = table[record + 11];
                int c = thread % channels;
                int p = thread / channels;
                int y0 = p / columns % rows * stride - padding;
                int x0 = p % columns * stride - padding;
                int n = p / (columns * rows) * height;
                float sum = 0;
                for (int k = 0; k < kernel * kernel; k++) {
                    int y = y0 + k / kernel;
                    int x = x0 + k % kernel;
                    if (y >= 0 && y < height && x >= 0 && x < width) {
                        sum += memory[in + ((n + y) * width + x) * channels + c] * memory[weights + k * channels + c];
                    }
                }
                memory[out + thread] = sum;
            }
        }
    }

    /**
     * From the output's gradient to the input's, with weights {@code [c][kernel row][kernel column]}.
     *
     * @param count {@code images * height * width * channels}
     */
    public static void depthwiseInputGradient(float[] state, float[] memory, int[] table, int at, int count) {
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
                float keep = table[record + 14];
                int c = thread % channels;
                int p = thread / channels;
                int n = p / (width * height) * rows;
                float sum = 0;
                for (int k = 0; k < kernel * kernel; k++) {
                    int y = p / width % height + padding - k / kernel;
                    int x = p % width + padding - k % kernel;
                    if (y >= 0
                            && x >= 0
                            && y % stride == 0
                            && x % stride == 0
                            && y / stride < rows
                            && x / stride < columns) {
                        sum += memory[from + ((n + y / stride) * columns + x / stride) * channels + c]
                                * memory[weights + c * kernel * kernel + k];
                    }
                }
                ConvolutionKernels.put(memory, to + thread, keep, sum);
            }
        }
    }

    /**
     * Shares {@code [slice][tap][c]} of the weights' gradient, as {@link WeightGradientKernels#convolutionWeightGradient}.
     *
     * @param count {@code slices * kernel * kernel * channels}
     */
    public static void depthwiseWeightGradient(float[] state, float[] memory, int[] table, int at, int count) {
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
                int pixels = table[record + 13] * rows * columns;
                int size = table[record + 16];
                int c = thread % channels;
                int k = thread / channels % (kernel * kernel);
                int slice = thread / (channels * kernel * kernel);
                int end = Math.min(pixels, (slice + 1) * size);
                float sum = 0;
                for (int p = slice * size; p < end; p++) {
                    int y = p / columns % rows * stride - padding + k / kernel;
                    int x = p % columns * stride - padding + k % kernel;
                    int n = p / (columns * rows) * height;
                    if (y >= 0 && y < height && x >= 0 && x < width) {
                        sum += memory[in + ((n + y) * width + x) * channels + c] * memory[from + p * channels + c];
                    }
                }
                memory[partial + thread] = sum;
            }
        }
    }
}
