package narrowband.training.gdnsq;

import narrowband.training.net.Graph;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.WeightGrid;

/**
 * The weight quantiser of a layer: one width {@code b} for the layer, a step {@code s} for each channel or one for all, from a
 * range that is learned as its logarithm {@code beta}; values on a {@link WeightGrid}.
 *
 * <p>Arrays are slices of flat buffers: {@code [channels * size]} weights and 1 or {@code channels} ranges.
 *
 * @param channels output channels
 * @param size weights of a channel
 * @param ranges how many groups of channels have a step of their own: 1 or {@code channels}
 * @param grid what weights are rounded to
 */
public record WeightQuantiser(int channels, int size, int ranges, WeightGrid grid) {
    private static final double LN2 = Math.log(2);
    private static final double[] NO_NOISE = {};

    /** On the symmetric mid-rise grid. */
    public WeightQuantiser(int channels, int size, int ranges) {
        this(channels, size, ranges, WeightGrid.MID_RISE);
    }

    /** The quantiser of a layer's weights. */
    public static WeightQuantiser of(Graph graph, Weighted layer) {
        return new WeightQuantiser(layer.outputs(), graph.fanIn(layer), graph.weightRanges(layer), graph.weightGrid());
    }

    /** The positive levels of width {@code b} on the mid-rise grid: {@code 2^b / 2} rounded, at least 1. */
    public static int positiveLevels(float bits) {
        return Math.max(1, (int) Math.floor(Math.pow(2, bits) / 2 + 0.5));
    }

    /** Weights that share a step. */
    private int groupSize() {
        return channels / ranges * size;
    }

    /** The levels of a group on a lattice, for weights from {@code from} on. */
    private HalfStepLattice lattice(float[] weights, int from, float range, float bits) {
        return switch (grid) {
            case MID_RISE -> HalfStepLattice.midRise(range, bits);
            case HALF_INTEGER -> {
                Extremes ends = Extremes.of(weights, from, from + groupSize());
                yield HalfStepLattice.halfInteger(range, bits, weights[ends.least()], weights[ends.largest()]);
            }
            case AFFINE -> throw new IllegalStateException("weights on the affine grid lie on no lattice");
        };
    }

    /** The step of a channel's weights. */
    public float step(float[] weights, int offset, float[] ranges, int rangeOffset, float bits, int channel) {
        int group = this.ranges == 1 ? 0 : channel;
        return switch (grid) {
            case MID_RISE -> ActivationQuantiser.step(ranges[rangeOffset + group], bits);
            case HALF_INTEGER -> HalfStepLattice.halfIntegerStep(ranges[rangeOffset + group], bits);
            case AFFINE -> {
                int from = offset + group * groupSize();
                yield AffineLevels.of(weights, from, from + groupSize(), bits).step();
            }
        };
    }

    /** Writes the quantised weights to {@code out[0..]}. */
    public void quantise(float[] weights, int offset, float[] ranges, int rangeOffset, float bits, float[] out) {
        for (int group = 0; group < this.ranges; group++) {
            int from = group * groupSize();
            int to = from + groupSize();
            if (grid == WeightGrid.AFFINE) {
                AffineLevels levels = AffineLevels.of(weights, offset + from, offset + to, bits);
                for (int i = from; i < to; i++) {
                    out[i] = levels.value(levels.code(weights[offset + i]));
                }
            } else {
                HalfStepLattice lattice = lattice(weights, offset + from, ranges[rangeOffset + group], bits);
                for (int i = from; i < to; i++) {
                    out[i] = lattice.value(lattice.code(weights[offset + i]));
                }
            }
        }
    }

    /**
     * The weights as integers, {@code [channels * size]}: odd numbers, each worth half a step.
     *
     * @throws IllegalStateException on a grid without integers
     */
    public int[] integers(float[] weights, int offset, float[] ranges, int rangeOffset, float bits) {
        int[] integers = new int[channels * size];
        for (int group = 0; group < this.ranges; group++) {
            int from = group * groupSize();
            HalfStepLattice lattice = lattice(weights, offset + from, ranges[rangeOffset + group], bits);
            for (int i = from; i < from + groupSize(); i++) {
                integers[i] = 2 * lattice.code(weights[offset + i]) + 1;
            }
        }
        return integers;
    }

    /** {@link #addGradient(float[], float[], float[], int, int, int, double[])} without noise. */
    public void addGradient(float[] g, float[] values, float[] gradient, int offset, int rangeOffset, int bitsOffset) {
        addGradient(g, values, gradient, offset, rangeOffset, bitsOffset, NO_NOISE);
    }

    /**
     * The straight-through gradient, which is that of {@code clamp(w, l, u) + s e} with the rounding error {@code e} frozen
     * (gdnsq 5.1): {@code dw = g} within the clamp, {@code ds = sum g (e + [w < l] dl/ds + [w > u] du/ds)},
     * {@code dq = sum g ([w < l] dl/dq + [w > u] du/dq)}; what the bounds, or the step, owe to the smallest and the largest
     * weight is added to those. Adds to {@code gradient} at the places of the parameters.
     *
     * @param g the gradient for the quantised weights, {@code [channels * size]}
     * @param values all parameters
     * @param gradient all gradients, added to
     * @param offset the weights' place in both
     * @param rangeOffset the ranges' place in both
     * @param bitsOffset the width's place in both
     * @param noise {@code sum r g} of each channel, which adds {@code s sum r g} to {@code ds} (see {@link Dither}); empty without
     */
    public void addGradient(
            float[] g, float[] values, float[] gradient, int offset, int rangeOffset, int bitsOffset, double[] noise) {
        switch (grid) {
            case MID_RISE, HALF_INTEGER ->
                addLatticeGradient(g, values, gradient, offset, rangeOffset, bitsOffset, noise);
            case AFFINE -> addAffineGradient(g, values, gradient, offset, bitsOffset, noise);
        }
    }

    private void addLatticeGradient(
            float[] g, float[] values, float[] gradient, int offset, int rangeOffset, int bitsOffset, double[] noise) {
        float bits = values[bitsOffset];
        // -ds/db in units of ln2 s: s = q 2^-b, or r / (2^b - 1).
        double perBit = grid == WeightGrid.MID_RISE ? 1 : Math.pow(2, bits) / (Math.pow(2, bits) - 1);
        double forBits = 0;
        for (int group = 0; group < ranges; group++) {
            float range = values[rangeOffset + group];
            HalfStepLattice lattice = lattice(values, offset + group * groupSize(), range, bits);
            double q = Math.pow(2, range);
            double forGroup = 0;
            double forMiddle = 0;
            for (int c = group * (channels / ranges); c < (group + 1) * (channels / ranges); c++) {
                double forStep = noise.length > 0 ? lattice.step() * noise[c] : 0;
                double forRange = 0;
                for (int i = c * size; i < (c + 1) * size; i++) {
                    float w = values[offset + i];
                    boolean below = w < lattice.lower();
                    boolean above = w > lattice.upper();
                    double clamped = Math.max(lattice.lower(), Math.min(lattice.upper(), w));
                    double error = lattice.code(w) + 0.5 - clamped / lattice.step();
                    if (below || above) {
                        forStep += g[i] * (error + (below ? lattice.lowerByStep() : lattice.upperByStep()));
                        forRange += g[i] * (below ? lattice.lowerByRange() : lattice.upperByRange());
                        forMiddle += g[i];
                    } else {
                        forStep += g[i] * error;
                        gradient[offset + i] += g[i];
                    }
                }
                forGroup += LN2 * (lattice.step() * forStep + q * forRange);
                forBits -= LN2 * perBit * lattice.step() * forStep;
            }
            gradient[rangeOffset + group] += (float) forGroup;
            if (lattice.byMiddle() != 0) {
                addToExtremes(values, gradient, offset + group * groupSize(), (float) (forMiddle / 2));
            }
        }
        gradient[bitsOffset] += (float) forBits;
    }

    /** The middle of a group's weights is the mean of its smallest and its largest. */
    private void addToExtremes(float[] values, float[] gradient, int from, float half) {
        Extremes ends = Extremes.of(values, from, from + groupSize());
        gradient[ends.least()] += half;
        gradient[ends.largest()] += half;
    }

    private void addAffineGradient(
            float[] g, float[] values, float[] gradient, int offset, int bitsOffset, double[] noise) {
        float bits = values[bitsOffset];
        double forBits = 0;
        for (int group = 0; group < ranges; group++) {
            int from = group * groupSize();
            AffineLevels levels = AffineLevels.of(values, offset + from, offset + from + groupSize(), bits);
            double forStep = 0;
            for (int c = from / size; c < from / size + channels / ranges; c++) {
                forStep += noise.length > 0 ? levels.step() * noise[c] : 0;
            }
            for (int i = from; i < from + groupSize(); i++) {
                float w = values[offset + i];
                forStep += g[i] * (levels.code(w) - levels.steps(w));
                gradient[offset + i] += g[i];
            }
            gradient[levels.ends().largest()] += (float) (forStep / levels.levels());
            gradient[levels.ends().least()] -= (float) (forStep / levels.levels());
            forBits -= LN2 * (levels.levels() + 1) / levels.levels() * levels.step() * forStep;
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
        for (int r = 0; r < ranges && grid.learnsRanges(); r++) {
            int from = offset + r * groupSize();
            float whole = values[rangeOffset + r];
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < candidates; i++) {
                float range = whole - apart * i;
                HalfStepLattice lattice = lattice(values, from, range, bits);
                double error = 0;
                for (int w = from; w < from + groupSize(); w++) {
                    double change = lattice.step() * (lattice.code(values[w]) + 0.5) - values[w];
                    error += change * change;
                }
                if (error < least) {
                    least = error;
                    values[rangeOffset + r] = range;
                }
            }
        }
    }

    /**
     * Sets each range so that it holds all weights at the given width: {@code q = 2 max|w| / (1 - 2^-b)}, or
     * {@code r = max w - min w}.
     */
    public void calibrate(float[] values, int offset, int rangeOffset, float bits) {
        for (int r = 0; r < ranges && grid.learnsRanges(); r++) {
            int from = offset + r * groupSize();
            Extremes ends = Extremes.of(values, from, from + groupSize());
            double min = values[ends.least()];
            double max = values[ends.largest()];
            double q = grid == WeightGrid.MID_RISE
                    ? 2 * Math.max(Math.max(max, -min), 1e-6) / (1 - Math.pow(2, -bits))
                    : Math.max(max - min, 1e-6);
            values[rangeOffset + r] = (float) (Math.log(q) / LN2);
        }
    }
}
