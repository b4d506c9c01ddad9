package narrowband.training.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Quantisers and ReLUs, alone and joined with the batch norm or the addition before them, with the Vector API. Methods that take
 * a channel do a vector of channels from there, for all pixels; others take places {@code from..to-1}, a multiple of the lanes.
 */
final class VectorActivations {
    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> WIDE_INT = IntVector.SPECIES_PREFERRED;
    private static final int LANES = WIDE.length();

    private VectorActivations() {}

    private static FloatVector code(FloatVector x, float inverse, float lowest, float highest) {
        FloatVector v = x.mul(inverse).min(highest).max(lowest);
        IntVector k = (IntVector) v.sub(lowest).add(0.5f).convertShape(VectorOperators.F2I, WIDE_INT, 0);
        return ((FloatVector) k.convertShape(VectorOperators.I2F, WIDE, 0)).add(lowest);
    }

    static void quantise(float[] x, int from, int to, Grid grid, float[] out) {
        float inverse = 1 / grid.step();
        for (int i = from; i < to; i += LANES) {
            code(FloatVector.fromArray(WIDE, x, i), inverse, grid.lowest(), grid.highest())
                    .mul(grid.step())
                    .intoArray(out, i);
        }
    }

    static void addQuantise(float[] a, float[] b, int from, int to, Grid grid, float[] out) {
        float inverse = 1 / grid.step();
        for (int i = from; i < to; i += LANES) {
            FloatVector x = FloatVector.fromArray(WIDE, a, i).add(FloatVector.fromArray(WIDE, b, i));
            code(x, inverse, grid.lowest(), grid.highest()).mul(grid.step()).intoArray(out, i);
        }
    }

    static void normaliseQuantise(
            float[] x,
            int offset,
            int pixels,
            int channels,
            int channel,
            float[] scale,
            float[] shift,
            Grid grid,
            float[] out) {
        float inverse = 1 / grid.step();
        FloatVector factor = FloatVector.fromArray(WIDE, scale, channel);
        FloatVector constant = FloatVector.fromArray(WIDE, shift, channel);
        int end = offset + pixels * channels;
        for (int i = offset + channel; i < end; i += channels) {
            code(FloatVector.fromArray(WIDE, x, i).fma(factor, constant), inverse, grid.lowest(), grid.highest())
                    .mul(grid.step())
                    .intoArray(out, i);
        }
    }

    static void normaliseRectify(
            float[] x, int offset, int pixels, int channels, int channel, float[] scale, float[] shift, float[] out) {
        FloatVector factor = FloatVector.fromArray(WIDE, scale, channel);
        FloatVector constant = FloatVector.fromArray(WIDE, shift, channel);
        int end = offset + pixels * channels;
        for (int i = offset + channel; i < end; i += channels) {
            FloatVector.fromArray(WIDE, x, i).fma(factor, constant).max(0).intoArray(out, i);
        }
    }

    static void quantiseGradient(
            float[] x, float[] g, int from, int to, Grid grid, float[] out, float[] sums, int sumsOffset) {
        float inverse = 1 / grid.step();
        // Below, the bound moves with the range only where it is not 0.
        float moving = grid.lower() < 0 ? 1 : 0;
        FloatVector zero = FloatVector.zero(WIDE);
        FloatVector forStep = zero;
        FloatVector forRange = zero;
        for (int i = from; i < to; i += LANES) {
            FloatVector value = FloatVector.fromArray(WIDE, x, i);
            FloatVector slope = FloatVector.fromArray(WIDE, g, i);
            VectorMask<Float> above = value.compare(VectorOperators.GT, grid.upper());
            VectorMask<Float> below = value.compare(VectorOperators.LT, grid.lower());
            FloatVector clamped = value.min(grid.upper()).max(grid.lower()).mul(inverse);
            FloatVector error =
                    code(value, inverse, grid.lowest(), grid.highest()).sub(clamped);
            FloatVector slopeAbove = zero.blend(slope, above);
            forStep = slope.fma(error, forStep).sub(slopeAbove);
            forRange = forRange.add(slopeAbove).sub(zero.blend(slope, below).mul(moving));
            slope.blend(zero, above.or(below)).intoArray(out, i);
        }
        sums[sumsOffset] += VectorKernels.sum(forStep);
        sums[sumsOffset + 1] += VectorKernels.sum(forRange);
    }

    static void addQuantiseGradient(
            float[] a, float[] b, float[] g, int from, int to, Grid grid, float[] out, float[] sums, int sumsOffset) {
        float inverse = 1 / grid.step();
        float moving = grid.lower() < 0 ? 1 : 0;
        FloatVector zero = FloatVector.zero(WIDE);
        FloatVector forStep = zero;
        FloatVector forRange = zero;
        for (int i = from; i < to; i += LANES) {
            FloatVector value = FloatVector.fromArray(WIDE, a, i).add(FloatVector.fromArray(WIDE, b, i));
            FloatVector slope = FloatVector.fromArray(WIDE, g, i);
            VectorMask<Float> above = value.compare(VectorOperators.GT, grid.upper());
            VectorMask<Float> below = value.compare(VectorOperators.LT, grid.lower());
            FloatVector clamped = value.min(grid.upper()).max(grid.lower()).mul(inverse);
            FloatVector error =
                    code(value, inverse, grid.lowest(), grid.highest()).sub(clamped);
            FloatVector slopeAbove = zero.blend(slope, above);
            forStep = slope.fma(error, forStep).sub(slopeAbove);
            forRange = forRange.add(slopeAbove).sub(zero.blend(slope, below).mul(moving));
            slope.blend(zero, above.or(below)).intoArray(out, i);
        }
        sums[sumsOffset] += VectorKernels.sum(forStep);
        sums[sumsOffset + 1] += VectorKernels.sum(forRange);
    }

    static void normaliseQuantiseGradient(
            float[] x,
            float[] g,
            int offset,
            int pixels,
            int channels,
            int channel,
            float[] scale,
            float[] shift,
            Grid grid,
            float[] out,
            float[] sums,
            int sumsOffset) {
        float inverse = 1 / grid.step();
        float moving = grid.lower() < 0 ? 1 : 0;
        FloatVector factor = FloatVector.fromArray(WIDE, scale, channel);
        FloatVector constant = FloatVector.fromArray(WIDE, shift, channel);
        FloatVector zero = FloatVector.zero(WIDE);
        FloatVector forStep = zero;
        FloatVector forRange = zero;
        FloatVector sum = zero;
        FloatVector product = zero;
        int end = offset + pixels * channels;
        for (int i = offset + channel; i < end; i += channels) {
            FloatVector in = FloatVector.fromArray(WIDE, x, i);
            FloatVector value = in.fma(factor, constant);
            FloatVector slope = FloatVector.fromArray(WIDE, g, i);
            VectorMask<Float> above = value.compare(VectorOperators.GT, grid.upper());
            VectorMask<Float> below = value.compare(VectorOperators.LT, grid.lower());
            FloatVector clamped = value.min(grid.upper()).max(grid.lower()).mul(inverse);
            FloatVector error =
                    code(value, inverse, grid.lowest(), grid.highest()).sub(clamped);
            FloatVector slopeAbove = zero.blend(slope, above);
            forStep = slope.fma(error, forStep).sub(slopeAbove);
            forRange = forRange.add(slopeAbove).sub(zero.blend(slope, below).mul(moving));
            FloatVector passed = slope.blend(zero, above.or(below));
            sum = sum.add(passed);
            product = passed.fma(in, product);
            passed.intoArray(out, i);
        }
        sum.intoArray(sums, sumsOffset + channel);
        product.intoArray(sums, sumsOffset + channels + channel);
        sums[sumsOffset + 2 * channels] += VectorKernels.sum(forStep);
        sums[sumsOffset + 2 * channels + 1] += VectorKernels.sum(forRange);
    }

    static void normaliseRectifyGradient(
            float[] x,
            float[] g,
            int offset,
            int pixels,
            int channels,
            int channel,
            float[] scale,
            float[] shift,
            float[] out,
            float[] sums,
            int sumsOffset) {
        FloatVector factor = FloatVector.fromArray(WIDE, scale, channel);
        FloatVector constant = FloatVector.fromArray(WIDE, shift, channel);
        FloatVector zero = FloatVector.zero(WIDE);
        FloatVector sum = zero;
        FloatVector product = zero;
        int end = offset + pixels * channels;
        for (int i = offset + channel; i < end; i += channels) {
            FloatVector in = FloatVector.fromArray(WIDE, x, i);
            VectorMask<Float> positive = in.fma(factor, constant).compare(VectorOperators.GT, 0);
            FloatVector passed = zero.blend(FloatVector.fromArray(WIDE, g, i), positive);
            sum = sum.add(passed);
            product = passed.fma(in, product);
            passed.intoArray(out, i);
        }
        sum.intoArray(sums, sumsOffset + channel);
        product.intoArray(sums, sumsOffset + channels + channel);
    }
}
