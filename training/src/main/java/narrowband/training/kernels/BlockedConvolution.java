package narrowband.training.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * 3x3 convolutions on blocked images with the Vector API. A value of the image is broadcast once and meets the weights of all
 * three kernel columns, for the three outputs that it lies under: a vector of outputs at eight places in a row takes ten
 * broadcasts and three loads for 24 multiply-adds, which leaves the multipliers as what bounds it, for sixteen outputs already.
 */
final class BlockedConvolution {
    /** A constant: only then does the compiler turn the operations into instructions. */
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final int LANES = SPECIES.length();
    private static final int BLOCK = BlockedImage.BLOCK;
    /** Weights of a kernel column from a block to a block, and of a kernel row. */
    private static final int COLUMN = BLOCK * BLOCK;

    private static final int ROW = 3 * COLUMN;
    private static final int TILE = Kernels.TILE;

    private BlockedConvolution() {}

    static void convolve(
            float[] in, BlockedImage image, int stride, int outputs, float[] weights, float[] out, int outOffset) {
        int columns = image.outputColumns();
        int row = image.rowStride();
        int blocks = image.channels() / BLOCK;
        for (int y = 0; y < image.outputRows(); y++) {
            int firstRow = Math.floorMod(image.margin() - y, stride);
            for (int o = 0; o < outputs; o += LANES) {
                int w = o / BLOCK * blocks * 3 * ROW + o % BLOCK;
                for (int x = 0; x < columns; x += TILE) {
                    // The last tile of a row overlaps the one before it: the same values are written twice.
                    int first = Math.min(x, columns - TILE);
                    tile(
                            in,
                            y * row + first * BLOCK,
                            blocks,
                            image.blockStride(),
                            row,
                            firstRow,
                            stride,
                            weights,
                            w,
                            out,
                            outOffset + (y * columns + first) * outputs + o,
                            outputs);
                }
            }
        }
    }

    private static void tile(
            float[] in,
            int at,
            int blocks,
            int blockStride,
            int rowStride,
            int firstRow,
            int rowStep,
            float[] weights,
            int weightOffset,
            float[] out,
            int to,
            int outputs) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int b = 0; b < blocks; b++) {
            for (int r = firstRow; r < 3; r += rowStep) {
                int w = weightOffset + (b * 3 + r) * ROW;
                int i = at + b * blockStride + r * rowStride;
                for (int c = 0; c < BLOCK; c++) {
                    FloatVector left = FloatVector.fromArray(SPECIES, weights, w + c * BLOCK);
                    FloatVector middle = FloatVector.fromArray(SPECIES, weights, w + COLUMN + c * BLOCK);
                    FloatVector right = FloatVector.fromArray(SPECIES, weights, w + 2 * COLUMN + c * BLOCK);
                    FloatVector v = FloatVector.broadcast(SPECIES, in[i + c]);
                    s0 = left.fma(v, s0);
                    v = FloatVector.broadcast(SPECIES, in[i + c + BLOCK]);
                    s0 = middle.fma(v, s0);
                    s1 = left.fma(v, s1);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 2 * BLOCK]);
                    s0 = right.fma(v, s0);
                    s1 = middle.fma(v, s1);
                    s2 = left.fma(v, s2);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 3 * BLOCK]);
                    s1 = right.fma(v, s1);
                    s2 = middle.fma(v, s2);
                    s3 = left.fma(v, s3);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 4 * BLOCK]);
                    s2 = right.fma(v, s2);
                    s3 = middle.fma(v, s3);
                    s4 = left.fma(v, s4);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 5 * BLOCK]);
                    s3 = right.fma(v, s3);
                    s4 = middle.fma(v, s4);
                    s5 = left.fma(v, s5);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 6 * BLOCK]);
                    s4 = right.fma(v, s4);
                    s5 = middle.fma(v, s5);
                    s6 = left.fma(v, s6);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 7 * BLOCK]);
                    s5 = right.fma(v, s5);
                    s6 = middle.fma(v, s6);
                    s7 = left.fma(v, s7);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 8 * BLOCK]);
                    s6 = right.fma(v, s6);
                    s7 = middle.fma(v, s7);
                    v = FloatVector.broadcast(SPECIES, in[i + c + 9 * BLOCK]);
                    s7 = right.fma(v, s7);
                }
            }
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + outputs);
        s2.intoArray(out, to + 2 * outputs);
        s3.intoArray(out, to + 3 * outputs);
        s4.intoArray(out, to + 4 * outputs);
        s5.intoArray(out, to + 5 * outputs);
        s6.intoArray(out, to + 6 * outputs);
        s7.intoArray(out, to + 7 * outputs);
    }

    static void weightGradient(
            float[] in, BlockedImage image, float[] gradient, BlockedImage gradientImage, float[] sum, int sumOffset) {
        int blocks = image.channels() / BLOCK;
        for (int o = 0; o < gradientImage.channels(); o += LANES) {
            for (int b = 0; b < blocks; b++) {
                for (int r = 0; r < 3; r++) {
                    int g = o / BLOCK * gradientImage.blockStride() + (2 - r) * gradientImage.rowStride() + o % BLOCK;
                    int to = sumOffset + ((o / BLOCK * blocks + b) * 3 + r) * ROW + o % BLOCK;
                    for (int c = 0; c < BLOCK; c += 4) {
                        gradientTile(
                                in,
                                b * image.blockStride() + image.start() + c,
                                image,
                                gradient,
                                g,
                                gradientImage.rowStride(),
                                sum,
                                to + c * BLOCK);
                    }
                }
            }
        }
    }

    /** The sums of four channels and the three columns of a kernel row stay in registers over the whole image. */
    private static void gradientTile(
            float[] in,
            int at,
            BlockedImage image,
            float[] gradient,
            int gradientOffset,
            int gradientRow,
            float[] sum,
            int to) {
        FloatVector left0 = FloatVector.fromArray(SPECIES, sum, to);
        FloatVector left1 = FloatVector.fromArray(SPECIES, sum, to + BLOCK);
        FloatVector left2 = FloatVector.fromArray(SPECIES, sum, to + 2 * BLOCK);
        FloatVector left3 = FloatVector.fromArray(SPECIES, sum, to + 3 * BLOCK);
        FloatVector middle0 = FloatVector.fromArray(SPECIES, sum, to + COLUMN);
        FloatVector middle1 = FloatVector.fromArray(SPECIES, sum, to + COLUMN + BLOCK);
        FloatVector middle2 = FloatVector.fromArray(SPECIES, sum, to + COLUMN + 2 * BLOCK);
        FloatVector middle3 = FloatVector.fromArray(SPECIES, sum, to + COLUMN + 3 * BLOCK);
        FloatVector right0 = FloatVector.fromArray(SPECIES, sum, to + 2 * COLUMN);
        FloatVector right1 = FloatVector.fromArray(SPECIES, sum, to + 2 * COLUMN + BLOCK);
        FloatVector right2 = FloatVector.fromArray(SPECIES, sum, to + 2 * COLUMN + 2 * BLOCK);
        FloatVector right3 = FloatVector.fromArray(SPECIES, sum, to + 2 * COLUMN + 3 * BLOCK);
        int columns = image.columns();
        for (int y = 0; y < image.rows(); y++) {
            int i = at + y * image.rowStride();
            int g = gradientOffset + y * gradientRow;
            for (int x = 0; x < columns; x++) {
                FloatVector right = FloatVector.fromArray(SPECIES, gradient, g + x * BLOCK);
                FloatVector middle = FloatVector.fromArray(SPECIES, gradient, g + x * BLOCK + BLOCK);
                FloatVector left = FloatVector.fromArray(SPECIES, gradient, g + x * BLOCK + 2 * BLOCK);
                FloatVector v = FloatVector.broadcast(SPECIES, in[i + x * BLOCK]);
                left0 = left.fma(v, left0);
                middle0 = middle.fma(v, middle0);
                right0 = right.fma(v, right0);
                v = FloatVector.broadcast(SPECIES, in[i + x * BLOCK + 1]);
                left1 = left.fma(v, left1);
                middle1 = middle.fma(v, middle1);
                right1 = right.fma(v, right1);
                v = FloatVector.broadcast(SPECIES, in[i + x * BLOCK + 2]);
                left2 = left.fma(v, left2);
                middle2 = middle.fma(v, middle2);
                right2 = right.fma(v, right2);
                v = FloatVector.broadcast(SPECIES, in[i + x * BLOCK + 3]);
                left3 = left.fma(v, left3);
                middle3 = middle.fma(v, middle3);
                right3 = right.fma(v, right3);
            }
        }
        left0.intoArray(sum, to);
        left1.intoArray(sum, to + BLOCK);
        left2.intoArray(sum, to + 2 * BLOCK);
        left3.intoArray(sum, to + 3 * BLOCK);
        middle0.intoArray(sum, to + COLUMN);
        middle1.intoArray(sum, to + COLUMN + BLOCK);
        middle2.intoArray(sum, to + COLUMN + 2 * BLOCK);
        middle3.intoArray(sum, to + COLUMN + 3 * BLOCK);
        right0.intoArray(sum, to + 2 * COLUMN);
        right1.intoArray(sum, to + 2 * COLUMN + BLOCK);
        right2.intoArray(sum, to + 2 * COLUMN + 2 * BLOCK);
        right3.intoArray(sum, to + 2 * COLUMN + 3 * BLOCK);
    }
}
