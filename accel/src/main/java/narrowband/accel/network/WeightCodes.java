package narrowband.accel.network;

import narrowband.accel.InvalidInputException;

/**
 * The weights of a layer as unsigned codes {@code k} of one width on the symmetric mid-rise grid: the integer weight is
 * the odd number {@code 2k - (2^bits - 1)}, so that every bit plane {@code i} adds {@code +2^i} or {@code -2^i}.
 *
 * <p>Two bits: codes 0, 1, 2, 3 mean -3, -1, +1, +3. Codes lie in the order {@code [output][input]}; a convolution's
 * inputs run over {@code [kernel row][kernel column][input channel]}.
 */
public final class WeightCodes {
    /** The widest weight. */
    public static final int MAX_BITS = 16;

    private final int bits;
    private final int outputs;
    private final int inputs;
    private final PackedCodes codes;

    /**
     * @param bits 1..16
     * @param codes {@code outputs * inputs} codes of {@code 0..2^bits-1}; copied
     * @throws InvalidInputException if the width or a code is out of range
     */
    public WeightCodes(int bits, int outputs, int inputs, int[] codes) {
        requireShape(bits, outputs, inputs, codes.length);
        for (int k : codes) {
            if (k < 0 || k >= 1 << bits) {
                throw new InvalidInputException(
                        "A weight code of %d bits must be 0 to %d, not %d.".formatted(bits, (1 << bits) - 1, k));
            }
        }
        this.bits = bits;
        this.outputs = outputs;
        this.inputs = inputs;
        this.codes = PackedCodes.of(codes, bits);
    }

    /** The next weights of packed data, whose codes are in range by their width. */
    WeightCodes(int bits, int outputs, int inputs, NetworkData data) {
        int count = Math.multiplyExact(outputs, inputs);
        requireShape(bits, outputs, inputs, count);
        this.bits = bits;
        this.outputs = outputs;
        this.inputs = inputs;
        this.codes = data.take(count, bits);
    }

    private static void requireShape(int bits, int outputs, int inputs, int count) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new InvalidInputException("Weights must have 1 to %d bits, not %d.".formatted(MAX_BITS, bits));
        }
        if (outputs < 1 || inputs < 1 || count != (long) outputs * inputs) {
            throw new InvalidInputException("Weights of %d outputs and %d inputs need %d codes, not %d."
                    .formatted(outputs, inputs, (long) outputs * inputs, count));
        }
    }

    public int bits() {
        return bits;
    }

    public int outputs() {
        return outputs;
    }

    /** The weights of one output. */
    public int inputs() {
        return inputs;
    }

    public int code(int output, int input) {
        return codes.get(output * inputs + input);
    }

    /** The odd integer that the code means. */
    public int value(int output, int input) {
        return 2 * code(output, input) - ((1 << bits) - 1);
    }

    /** All codes, {@code [outputs * inputs]}, as a copy. */
    public int[] codes() {
        return codes.toArray();
    }

    PackedCodes packed() {
        return codes;
    }

    /** All weights as integers, {@code [outputs * inputs]}. */
    public int[] values() {
        int top = (1 << bits) - 1;
        int[] values = codes();
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * values[i] - top;
        }
        return values;
    }

    /** The range of any sum of products with inputs of {@code [min, max]}, over all outputs, zero taps allowed. */
    CodeType accumulator(CodeType input) {
        long low = 0;
        long high = 0;
        RowSums sums = new RowSums(codes, bits);
        for (int o = 0; o < outputs; o++) {
            sums.add((long) o * inputs, inputs);
            long positive = sums.positive();
            long negative = sums.negative();
            // The least sum has the least inputs, none above 0, at positive weights and the largest at negative ones.
            low = Math.min(low, positive * input.min() + negative * input.max());
            high = Math.max(high, positive * input.max() + negative * input.min());
        }
        if (low < Integer.MIN_VALUE || high > Integer.MAX_VALUE) {
            throw new InvalidInputException(
                    "The accumulator would need the range %d to %d, more than 32 bits; use fewer bits."
                            .formatted(low, high));
        }
        return CodeType.ofRange(Math.min(low, -1), high);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightCodes that
                && bits == that.bits
                && outputs == that.outputs
                && inputs == that.inputs
                && codes.equals(that.codes);
    }

    @Override
    public int hashCode() {
        return 31 * bits + codes.hashCode();
    }
}
