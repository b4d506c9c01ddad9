package narrowband.training.net;

/**
 * The values that a layer's weights may take at {@code b} bits. {@code w} is a weight, {@code w^} what it is rounded to,
 * {@code s} the step of its channel; rounding is half up (gdnsq 5.1).
 */
public enum WeightGrid {
    /**
     * Symmetric about 0, which is no value (gdnsq 5.3, the default): {@code w^ = s (j + 1/2)} with
     * {@code j = floor(w / s)} clamped to {@code -2^(b-1)..2^(b-1)-1}. The range {@code q} is learned, {@code s = q 2^-b}. Each bit
     * plane of the hardware is {@code +-1}; there are {@code b} of them.
     */
    MID_RISE,
    /**
     * A half-integer zero point {@code Z/2} for each channel (gdnsq 5.3): {@code w^ = s (k + Z/2)}, {@code k} in
     * {@code 0..2^b-1}, {@code Z} the odd integer {@code 2 floor(l / s) + 1}, so that {@code m = s Z/2} is the value nearest to
     * {@code l}. The range {@code r} is learned, {@code s = r / (2^b - 1)}, and {@code l = (min w + max w - r) / 2}: the smallest
     * weight as long as {@code r} is {@code max w - min w}; when it is less, weights clamp at both ends.
     *
     * <p>{@code Z} is odd since the hardware's planes are {@code +-1}: their sums {@code sum_i +-2^i} are the odd integers, the
     * weight {@code 2k + Z} must be one, and where {@code Z} is even, none is. And it stays within
     * {@code -(2^(b+1)-1)..1}, where {@code 2k + Z} takes one plane more than {@code b} at most; beyond that, all values would
     * lie on one side of 0 and none next to it. So an accelerator takes {@code b + 1} planes for such a layer, and the cost
     * that budgets share counts them.
     */
    HALF_INTEGER,
    /**
     * The published method's own (gdnsq 1.1): {@code w^ = m + s k}, {@code k = floor((w - m) / s + 1/2)}, {@code m = min w}, no
     * clamp; {@code b = log2((max w - min w) / s + 1)}, solved for the step: {@code s = (max w - min w) / (2^b - 1)}. All channels
     * of a layer have its width. The zero point {@code m} is any real number, so there are no exact integers: such a network
     * trains and is evaluated in floating point, for comparison, and cannot be lowered.
     */
    AFFINE;

    /** Whether all weights are integers times one number for each channel, as hardware needs them. */
    public boolean hasIntegers() {
        return this != AFFINE;
    }

    /** Whether ranges are learned, instead of being those of the weights as they are. */
    public boolean learnsRanges() {
        return this != AFFINE;
    }

    /** Bit planes that the hardware takes beyond the width {@code b}, at most. */
    public int morePlanes() {
        return this == HALF_INTEGER ? 1 : 0;
    }
}
