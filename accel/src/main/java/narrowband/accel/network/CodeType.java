package narrowband.accel.network;

import narrowband.accel.InvalidInputException;

/**
 * The type of an integer code: its width in bits and whether it is signed (two's complement).
 *
 * @param bits 1..32
 */
public record CodeType(int bits, boolean signed) {
    /** The widest code; accumulators stay within a Java {@code int}. */
    public static final int MAX_BITS = 32;

    public CodeType {
        if (bits < 1 || bits > MAX_BITS || bits == MAX_BITS && !signed) {
            throw new InvalidInputException("A code type must have 1 to 31 bits (32 when signed), not %d %s bits."
                    .formatted(bits, signed ? "signed" : "unsigned"));
        }
    }

    public static CodeType unsigned(int bits) {
        return new CodeType(bits, false);
    }

    public static CodeType signed(int bits) {
        return new CodeType(bits, true);
    }

    /** The narrowest type that holds every code of {@code [min, max]}: unsigned where {@code min >= 0}. */
    public static CodeType ofRange(long min, long max) {
        if (min > max) {
            throw new IllegalArgumentException("empty range [%d, %d]".formatted(min, max));
        }
        if (min >= 0) {
            return unsigned(Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(max)));
        }
        int forMin = Long.SIZE - Long.numberOfLeadingZeros(~min) + 1;
        int forMax = max < 0 ? 1 : Long.SIZE - Long.numberOfLeadingZeros(max) + 1;
        return signed(Math.max(forMin, forMax));
    }

    public int min() {
        return signed ? (int) -(1L << (bits - 1)) : 0;
    }

    public int max() {
        return (int) ((1L << (signed ? bits - 1 : bits)) - 1);
    }

    public boolean contains(long code) {
        return min() <= code && code <= max();
    }

    /** The code as the unsigned bit pattern that hardware carries, {@code 0..2^bits-1}. */
    public long pattern(int code) {
        return code & ((1L << bits) - 1);
    }

    /** The code that a bit pattern means; inverse of {@link #pattern}. */
    public int code(long pattern) {
        return signed ? (int) (pattern << (Long.SIZE - bits) >> (Long.SIZE - bits)) : (int) pattern;
    }

    /** As hardware engineers write it: {@code u4}, {@code s12}. */
    @Override
    public String toString() {
        return (signed ? "s" : "u") + bits;
    }
}
