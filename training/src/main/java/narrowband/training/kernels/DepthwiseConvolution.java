package narrowband.training.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolutions of each channel by itself with the Vector API, a vector of channels at a time. Every value meets few weights, so
 * that loads bound it, not multiply-adds.
 */
final class DepthwiseConvolution {
    /** A constant: only then does the compiler turn the operations into instructions. */
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final int LANES = SPECIES.length();

    private DepthwiseConvolution() {}

    static void convolve(float[] in, int inOffset, Window window, float[] weights, float[] out, int outOffset) {
        int channels = window.outputs();
        for (int y = 0; y < window.rows(); y++) {
            for (int c = 0; c < channels; c += LANES) {
                int at = inOffset + y * window.rowStep() + c;
                int to = outOffset + y * window.columns() * channels + c;
                for (int x = 0; x < window.columns(); x++) {
                    FloatVector sum = FloatVector.zero(SPECIES);
                    for (int r = 0; r < window.kernelRows(); r++) {
                        int i = at + x * window.columnStep() + r * window.kernelRowStride();
                        int w = r * window.taps() + c;
                        for (int t = 0; t < window.taps(); t += channels) {
                            sum = FloatVector.fromArray(SPECIES, in, i + t)
                                    .fma(FloatVector.fromArray(SPECIES, weights, w + t), sum);
                        }
                    }
                    sum.intoArray(out, to + x * channels);
                }
            }
        }
    }

    static void weightGradient(
            float[] in, int inOffset, Window window, float[] gradient, int gradientOffset, float[] sum, int sumOffset) {
        int channels = window.outputs();
        for (int r = 0; r < window.kernelRows(); r++) {
            for (int t = 0; t < window.taps(); t += LANES) {
                int place = sumOffset + r * window.taps() + t;
                FloatVector total = FloatVector.fromArray(SPECIES, sum, place);
                for (int y = 0; y < window.rows(); y++) {
                    int i = inOffset + y * window.rowStep() + r * window.kernelRowStride() + t;
                    int g = gradientOffset + y * window.columns() * channels + t % channels;
                    for (int x = 0; x < window.columns(); x++) {
                        total = FloatVector.fromArray(SPECIES, in, i + x * window.columnStep())
                                .fma(FloatVector.fromArray(SPECIES, gradient, g + x * channels), total);
                    }
                }
                total.intoArray(sum, place);
            }
        }
    }
}
