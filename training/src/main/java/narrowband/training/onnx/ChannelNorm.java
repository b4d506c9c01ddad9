package narrowband.training.onnx;

import java.util.Arrays;
import narrowband.training.net.Node;

/**
 * What stands behind a convolution or dense layer without bias, {@code a_c x + b_c} for each channel, as a batch norm:
 * {@code scale (x - mean) / sqrt(variance + epsilon) + shift} with the epsilon of {@link Node.BatchNorm}. Biases, factors and batch norms of a
 * file are put together to one.
 *
 * @param measured whether mean and variance are those of a batch norm that was trained, and not only stand for a bias
 */
record ChannelNorm(double[] scale, double[] shift, double[] mean, double[] variance, boolean measured) {
    private static final double EPSILON = Node.BatchNorm.EPSILON;

    /** Two epsilons are one if only a float's rounding lies between. */
    private static final double ROUNDING = 1e-11;

    /** The norm that changes nothing. */
    static ChannelNorm none(int channels) {
        double[] scale = new double[channels];
        double[] variance = new double[channels];
        Arrays.fill(scale, 1);
        Arrays.fill(variance, 1 - EPSILON);
        return new ChannelNorm(scale, new double[channels], new double[channels], variance, false);
    }

    int channels() {
        return scale.length;
    }

    double factor(int channel) {
        return scale[channel] / Math.sqrt(variance[channel] + EPSILON);
    }

    double constant(int channel) {
        return shift[channel] - factor(channel) * mean[channel];
    }

    /** With {@code f_c y + g_c} behind. */
    ChannelNorm then(double[] factors, double[] addends) {
        double[] scales = scale.clone();
        double[] shifts = shift.clone();
        for (int c = 0; c < scales.length; c++) {
            scales[c] = scale[c] * factors[c];
            shifts[c] = shift[c] * factors[c] + addends[c];
        }
        return new ChannelNorm(scales, shifts, mean, variance, measured);
    }

    /** With a batch norm behind, whose mean and variance become those of {@code x}. */
    ChannelNorm thenNorm(double[] scales, double[] shifts, double[] means, double[] variances, double epsilon) {
        ChannelNorm norm = new ChannelNorm(scales.clone(), shifts.clone(), means.clone(), variances.clone(), true);
        for (int c = 0; c < scales.length; c++) {
            double before = factor(c);
            if (Math.abs(before - 1) < ROUNDING && Math.abs(epsilon - EPSILON) < ROUNDING) {
                norm.mean[c] = means[c] - constant(c);
                continue;
            }
            double whole = scales[c] * before / Math.sqrt(variances[c] + epsilon);
            if (before == 0) {
                norm.scale[c] = 0;
                norm.shift[c] += scales[c] * (constant(c) - means[c]) / Math.sqrt(variances[c] + epsilon);
                continue;
            }
            norm.mean[c] = (means[c] - constant(c)) / before;
            norm.variance[c] = Math.max(0, (variances[c] + epsilon) / (before * before) - EPSILON);
            norm.scale[c] = whole * Math.sqrt(norm.variance[c] + EPSILON);
        }
        return norm;
    }
}
