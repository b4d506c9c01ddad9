package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * Pools, and the shortcut without parameters. Gradients are gathered: a thread asks every window that a value lies in. A layer's
 * record:
 *
 * <pre>
 *  0 input   1 output   2 gradient of the output   3 gradient of the input   4 whether to add   5 height   6 width   7 channels
 *  8 size   9 stride   10 padding, or channels in front   11 output rows   12 output columns   13 output channels
 * </pre>
 */
public final class PoolKernels {
    private PoolKernels() {}

    /** Where the first of the largest values of a window lies, counted from the place of the channel in the image. */
    private static int largest(
            float[] memory, int image, int row, int column, int size, int height, int width, int channels) {
        int best = -1;
        float most = 0;
        for (int k = 0; k < size * size; k++) {
            int y = row + k / size;
            int x = column + k % size;
            if (y >= 0 && y < height && x >= 0 && x < width) {
                int place = (y * width + x) * channels;
                float value = memory[image + place];
                if (best < 0 || value > most) {
                    best = place;
                    most = value;
                }
            }
        }
        return best;
    }

    /**
     * The largest of each window.
     *
     * @param count values of the output
     */
    public static void poolMaximum(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int height = table[record + 5];
                int width = table[record + 6];
                int channels = table[record + 7];
                int stride = table[record + 9];
                int padding = table[record + 10];
                int rows = table[record + 11];
                int columns = table[record + 12];
                int p = thread / channels;
                int image = table[record] + p / (rows * columns) * height * width * channels + thread % channels;
                int row = p / columns % rows * stride - padding;
                int column = p % columns * stride - padding;
                int place = largest(memory, image, row, column, table[record + 8], height, width, channels);
                memory[table[record + 1] + thread] = memory[image + place];
            }
        }
    }

    /**
     * A window's gradient goes to its first largest value.
     *
     * @param count values of the input
     */
    public static void poolMaximumGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int height = table[at + 5];
            int width = table[at + 6];
            int channels = table[at + 7];
            int size = table[at + 8];
            int stride = table[at + 9];
            int padding = table[at + 10];
            int rows = table[at + 11];
            int columns = table[at + 12];
            float keep = table[at + 4];
            int c = i % channels;
            int p = i / channels;
            int n = p / (height * width);
            int y = p / width % height;
            int x = p % width;
            int image = table[at] + n * height * width * channels + c;
            int own = (y * width + x) * channels;
            // Windows from the first that ends behind this value to the last that begins at it.
            int firstRow = Math.max(0, (y + padding - size + stride) / stride);
            int firstColumn = Math.max(0, (x + padding - size + stride) / stride);
            int tall = Math.min(rows - 1, (y + padding) / stride) - firstRow + 1;
            int wide = Math.min(columns - 1, (x + padding) / stride) - firstColumn + 1;
            int windows = tall > 0 && wide > 0 ? tall * wide : 0;
            float sum = 0;
            for (int k = 0; k < windows; k++) {
                int row = firstRow + k / wide;
                int column = firstColumn + k % wide;
                int place = largest(
                        memory,
                        image,
                        row * stride - padding,
                        column * stride - padding,
                        size,
                        height,
                        width,
                        channels);
                if (place == own) {
                    sum += memory[table[at + 2] + ((n * rows + row) * columns + column) * channels + c];
                }
            }
            ConvolutionKernels.put(memory, table[at + 3] + i, keep, sum);
        }
    }

    /**
     * The mean over positions.
     *
     * @param count images * channels
     */
    public static void poolAverage(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int positions = table[record + 5] * table[record + 6];
                int channels = table[record + 7];
                int from = table[record] + thread / channels * positions * channels + thread % channels;
                float sum = 0;
                for (int p = 0; p < positions; p++) {
                    sum += memory[from + p * channels];
                }
                memory[table[record + 1] + thread] = sum / positions;
            }
        }
    }

    /**
     * The mean's gradient.
     *
     * @param count values of the input
     */
    public static void poolAverageGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int positions = table[at + 5] * table[at + 6];
            int channels = table[at + 7];
            float keep = table[at + 4];
            int n = i / (positions * channels);
            float g = memory[table[at + 2] + n * channels + i % channels];
            ConvolutionKernels.put(memory, table[at + 3] + i, keep, g / positions);
        }
    }

    /**
     * Fewer pixels, more channels.
     *
     * @param count values of the output
     */
    public static void shortcut(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int job = table[at + i / Work.BLOCK];
            int thread = i - table[job];
            if (thread < table[job + 1]) {
                int record = job + Work.HEADER;
                int height = table[record + 5];
                int width = table[record + 6];
                int channels = table[record + 7];
                int stride = table[record + 9];
                int rows = table[record + 11];
                int columns = table[record + 12];
                int outputs = table[record + 13];
                int c = thread % outputs - table[record + 10];
                int p = thread / outputs;
                int y = p / columns % rows * stride;
                int x = p % columns * stride;
                int n = p / (columns * rows);
                float value = 0;
                if (c >= 0 && c < channels) {
                    value = memory[table[record] + ((n * height + y) * width + x) * channels + c];
                }
                memory[table[record + 1] + thread] = value;
            }
        }
    }

    /**
     * The shortcut's gradient.
     *
     * @param count values of the input
     */
    public static void shortcutGradient(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int height = table[at + 5];
            int width = table[at + 6];
            int channels = table[at + 7];
            int stride = table[at + 9];
            int rows = table[at + 11];
            int columns = table[at + 12];
            int outputs = table[at + 13];
            float keep = table[at + 4];
            int c = i % channels + table[at + 10];
            int p = i / channels;
            int y = p / width % height;
            int x = p % width;
            int n = p / (width * height);
            float value = 0;
            if (y % stride == 0 && x % stride == 0) {
                value = memory[table[at + 2] + ((n * rows + y / stride) * columns + x / stride) * outputs + c];
            }
            ConvolutionKernels.put(memory, table[at + 3] + i, keep, value);
        }
    }
}
