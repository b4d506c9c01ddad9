package narrowband.training.gdnsq;

import narrowband.training.net.Graph;
import narrowband.training.net.Node.Weighted;

/**
 * The weight quantiser of a layer on the symmetric mid-rise grid (gdnsq 5.3): one width {@code b} for the layer, a range
 * {@code q_c = 2^beta_c} for each channel (or one for all), step {@code s_c = q_c 2^-b}; weights clamp to
 * {@code +-(q_c - s_c) / 2} and become odd multiples of {@code s_c / 2}: {@code w^ = s_c (floor(w / s_c) + 1/2)}.
 *
 * <p>Arrays are slices of flat buffers: {@code [channels * size]} weights and 1 or {@code channels} ranges.
 *
 * @param channels output channels
 * @param size weights of a channel
 * @param ranges how many ranges: 1 or {@code channels}
 */
public record WeightQuantiser(int channels, int size, int ranges) {
    private static final double LN2 = Math.log(2);

    /** The quantiser of a layer's weights. */
    public static WeightQuantiser of(Graph graph, Weighted layer) {
        return new WeightQuantiser(layer.outputs(), graph.fanIn(layer), graph.weightRanges(layer));
    }

    /** The positive levels of width {@code b}: {@code 2^b / 2} rounded, at least 1. */
    public static int positiveLevels(float bits) {
        return Math.max(1, (int) Math.floor(Math.pow(2, bits) / 2 + 0.5));
    }

    /** The code {@code -m..m-1} of a weight, {@code m} the positive levels; the value is {@code step * (code + 1/2)}. */
    public static int code(float weight, float step, int positiveLevels) {
        return (int) Math.max(-positiveLevels, Math.min(positiveLevels - 1, Math.floor((double) weight / step)));
    }

    /** The step of a channel's weights. */
    public float step(float[] weights, int offset, float[] ranges, int rangeOffset, float bits, int channel) {
        return ActivationQuantiser.step(ranges[rangeOffset + (this.ranges == 1 ? 0 : channel)], bits);
    }

    /** Writes the quantised weights to {@code out[0..]}. */
    public void quantise(float[] weights, int offset, float[] ranges, int rangeOffset, float bits, float[] out) {
        int levels = positiveLevels(bits);
        for (int c = 0; c < channels; c++) {
            float step = ActivationQuantiser.step(ranges[rangeOffset + (this.ranges == 1 ? 0 : c)], bits);
            for (int i = c * size; i < (c + 1) * size; i++) {
                out[i] = step * (code(weights[offset + i], step, levels) + 0.5f);
            }
        }
    }

    /**
     * The straight-through gradient: {@code dw = g} within the clamp, {@code ds = sum g (e + (below - above) / 2)},
     * {@code dq = sum g (above - below) / 2}; adds to {@code gradient} at the places of the parameters.
     *
     * @param g the gradient for the quantised weights, {@code [channels * size]}
     * @param values all parameters
     * @param gradient all gradients, added to
     * @param offset the weights' place in both
     * @param rangeOffset the ranges' place in both
     * @param bitsOffset the width's place in both
     */
    public void addGradient(float[] g, float[] values, float[] gradient, int offset, int rangeOffset, int bitsOffset) {
        float bits = values[bitsOffset];
        int levels = positiveLevels(bits);
        double forBits = 0;
        double forSharedRange = 0;
        for (int c = 0; c < channels; c++) {
            int rangeAt = rangeOffset + (ranges == 1 ? 0 : c);
            float step = ActivationQuantiser.step(values[rangeAt], bits);
            double q = Math.pow(2, values[rangeAt]);
            double bound = (q - step) / 2;
            double forStep = 0;
            double forRange = 0;
            for (int i = c * size; i < (c + 1) * size; i++) {
                float w = values[offset + i];
                double side = w > bound ? 0.5 : w < -bound ? -0.5 : 0;
                double clamped = Math.max(-bound, Math.min(bound, w));
                double error = code(w, step, levels) + 0.5 - clamped / step;
                forStep += g[i] * (error - side);
                forRange += g[i] * side;
                if (side == 0) {
                    gradient[offset + i] += g[i];
                }
            }
            double slope = LN2 * (step * forStep + q * forRange);
            forBits -= LN2 * step * forStep;
            forSharedRange += slope;
            if (ranges > 1) {
                gradient[rangeAt] += (float) slope;
            }
        }
        if (ranges == 1) {
            gradient[rangeOffset] += (float) forSharedRange;
        }
        gradient[bitsOffset] += (float) forBits;
    }

    /**
     * Sets each range to the one with the least squared error of its weights, of those from where none clamps downwards.
     *
     * @param candidates how many are tried
     * @param apart how far, in {@code log2}
     */
    public void calibrateLeastError(
            float[] values, int offset, int rangeOffset, float bits, int candidates, float apart) {
        calibrate(values, offset, rangeOffset, bits);
        int levels = positiveLevels(bits);
        for (int r = 0; r < ranges; r++) {
            int from = ranges == 1 ? 0 : r * size;
            int to = ranges == 1 ? channels * size : (r + 1) * size;
            float whole = values[rangeOffset + r];
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < candidates; i++) {
                float range = whole - apart * i;
                float step = ActivationQuantiser.step(range, bits);
                double error = 0;
                for (int w = offset + from; w < offset + to; w++) {
                    double change = step * (code(values[w], step, levels) + 0.5) - values[w];
                    error += change * change;
                }
                if (error < least) {
                    least = error;
                    values[rangeOffset + r] = range;
                }
            }
        }
    }

    /** Sets each range so that no weight clamps at the given width: {@code q = 2 max|w| / (1 - 2^-b)}. */
    public void calibrate(float[] values, int offset, int rangeOffset, float bits) {
        double max = 0;
        for (int c = 0; c < channels; c++) {
            max = ranges == 1 ? max : 0;
            for (int i = c * size; i < (c + 1) * size; i++) {
                max = Math.max(max, Math.abs(values[offset + i]));
            }
            double q = 2 * Math.max(max, 1e-6) / (1 - Math.pow(2, -bits));
            values[rangeOffset + (ranges == 1 ? 0 : c)] = (float) (Math.log(q) / LN2);
        }
    }
}
