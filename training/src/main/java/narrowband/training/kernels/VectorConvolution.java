package narrowband.training.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The convolution's inner loops with the Vector API: a tile of eight (or four) output pixels times one vector of output
 * channels stays in registers; each weight vector that is loaded serves the whole tile.
 */
final class VectorConvolution {
    /** A constant: only then does the compiler turn the operations into instructions. */
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final int TILE = 8;
    private static final int HALF_TILE = 4;

    private VectorConvolution() {}

    /** Computes the outputs {@code from..from+lanes-1} of every pixel. */
    static void block(float[] in, int inOffset, Window window, float[] weights, int from, float[] out, int outOffset) {
        for (int y = 0; y < window.rows(); y++) {
            int at = inOffset + y * window.rowStep();
            int to = outOffset + y * window.columns() * window.outputs() + from;
            int x = 0;
            // The last tile of a row overlaps the one before it: the same values are written twice.
            if (window.columns() >= TILE) {
                for (; x < window.columns(); x += TILE) {
                    int first = Math.min(x, window.columns() - TILE);
                    tile8(
                            in,
                            at + first * window.columnStep(),
                            window,
                            weights,
                            from,
                            out,
                            to + first * window.outputs());
                }
            } else if (window.columns() >= HALF_TILE) {
                for (; x < window.columns(); x += HALF_TILE) {
                    int first = Math.min(x, window.columns() - HALF_TILE);
                    tile4(
                            in,
                            at + first * window.columnStep(),
                            window,
                            weights,
                            from,
                            out,
                            to + first * window.outputs());
                }
            } else {
                for (; x < window.columns(); x++) {
                    tile1(in, at + x * window.columnStep(), window, weights, from, out, to + x * window.outputs());
                }
            }
        }
    }

    private static void tile8(float[] in, int at, Window window, float[] weights, int from, float[] out, int to) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int step = window.columnStep();
        int outputs = window.outputs();
        int taps = window.taps();
        int w = from;
        for (int r = 0; r < window.kernelRows(); r++) {
            int i = at + r * window.kernelRowStride();
            for (int t = 0; t < taps; t++) {
                FloatVector weight = FloatVector.fromArray(SPECIES, weights, w);
                s0 = weight.fma(FloatVector.broadcast(SPECIES, in[i]), s0);
                s1 = weight.fma(FloatVector.broadcast(SPECIES, in[i + step]), s1);
                s2 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 2 * step]), s2);
                s3 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 3 * step]), s3);
                s4 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 4 * step]), s4);
                s5 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 5 * step]), s5);
                s6 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 6 * step]), s6);
                s7 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 7 * step]), s7);
                i++;
                w += outputs;
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

    private static void tile4(float[] in, int at, Window window, float[] weights, int from, float[] out, int to) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int step = window.columnStep();
        int outputs = window.outputs();
        int taps = window.taps();
        int w = from;
        for (int r = 0; r < window.kernelRows(); r++) {
            int i = at + r * window.kernelRowStride();
            for (int t = 0; t < taps; t++) {
                FloatVector weight = FloatVector.fromArray(SPECIES, weights, w);
                s0 = weight.fma(FloatVector.broadcast(SPECIES, in[i]), s0);
                s1 = weight.fma(FloatVector.broadcast(SPECIES, in[i + step]), s1);
                s2 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 2 * step]), s2);
                s3 = weight.fma(FloatVector.broadcast(SPECIES, in[i + 3 * step]), s3);
                i++;
                w += outputs;
            }
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + outputs);
        s2.intoArray(out, to + 2 * outputs);
        s3.intoArray(out, to + 3 * outputs);
    }

    private static void tile1(float[] in, int at, Window window, float[] weights, int from, float[] out, int to) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int w = from;
        for (int r = 0; r < window.kernelRows(); r++) {
            int i = at + r * window.kernelRowStride();
            for (int t = 0; t < window.taps(); t++) {
                sum = FloatVector.fromArray(SPECIES, weights, w).fma(FloatVector.broadcast(SPECIES, in[i + t]), sum);
                w += window.outputs();
            }
        }
        sum.intoArray(out, to);
    }

    /** Adds the weight gradients of the outputs {@code from..from+lanes-1}: a tile of eight taps stays in registers. */
    static void gradientBlock(
            float[] in,
            int inOffset,
            Window window,
            float[] gradient,
            int gradientOffset,
            int from,
            float[] sum,
            int sumOffset) {
        for (int r = 0; r < window.kernelRows(); r++) {
            int at = inOffset + r * window.kernelRowStride();
            int s = sumOffset + r * window.taps() * window.outputs() + from;
            int t = 0;
            for (; t + TILE <= window.taps(); t += TILE) {
                gradientTile8(in, at + t, window, gradient, gradientOffset + from, sum, s + t * window.outputs());
            }
            for (; t < window.taps(); t++) {
                gradientTile1(in, at + t, window, gradient, gradientOffset + from, sum, s + t * window.outputs());
            }
        }
    }

    private static void gradientTile8(
            float[] in, int at, Window window, float[] gradient, int gradientOffset, float[] sum, int to) {
        int outputs = window.outputs();
        FloatVector s0 = FloatVector.fromArray(SPECIES, sum, to);
        FloatVector s1 = FloatVector.fromArray(SPECIES, sum, to + outputs);
        FloatVector s2 = FloatVector.fromArray(SPECIES, sum, to + 2 * outputs);
        FloatVector s3 = FloatVector.fromArray(SPECIES, sum, to + 3 * outputs);
        FloatVector s4 = FloatVector.fromArray(SPECIES, sum, to + 4 * outputs);
        FloatVector s5 = FloatVector.fromArray(SPECIES, sum, to + 5 * outputs);
        FloatVector s6 = FloatVector.fromArray(SPECIES, sum, to + 6 * outputs);
        FloatVector s7 = FloatVector.fromArray(SPECIES, sum, to + 7 * outputs);
        int columns = window.columns();
        int step = window.columnStep();
        int g = gradientOffset;
        for (int y = 0; y < window.rows(); y++) {
            int i = at + y * window.rowStep();
            for (int x = 0; x < columns; x++) {
                FloatVector slope = FloatVector.fromArray(SPECIES, gradient, g);
                s0 = slope.fma(FloatVector.broadcast(SPECIES, in[i]), s0);
                s1 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 1]), s1);
                s2 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 2]), s2);
                s3 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 3]), s3);
                s4 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 4]), s4);
                s5 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 5]), s5);
                s6 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 6]), s6);
                s7 = slope.fma(FloatVector.broadcast(SPECIES, in[i + 7]), s7);
                i += step;
                g += outputs;
            }
        }
        s0.intoArray(sum, to);
        s1.intoArray(sum, to + outputs);
        s2.intoArray(sum, to + 2 * outputs);
        s3.intoArray(sum, to + 3 * outputs);
        s4.intoArray(sum, to + 4 * outputs);
        s5.intoArray(sum, to + 5 * outputs);
        s6.intoArray(sum, to + 6 * outputs);
        s7.intoArray(sum, to + 7 * outputs);
    }

    private static void gradientTile1(
            float[] in, int at, Window window, float[] gradient, int gradientOffset, float[] sum, int to) {
        FloatVector s = FloatVector.fromArray(SPECIES, sum, to);
        int g = gradientOffset;
        for (int y = 0; y < window.rows(); y++) {
            int i = at + y * window.rowStep();
            for (int x = 0; x < window.columns(); x++) {
                s = FloatVector.fromArray(SPECIES, gradient, g)
                        .fma(FloatVector.broadcast(SPECIES, in[i + x * window.columnStep()]), s);
                g += window.outputs();
            }
        }
        s.intoArray(sum, to);
    }
}
