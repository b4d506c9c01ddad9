package narrowband.hdl.ir;

import java.math.BigInteger;

/** A fixed pattern of bits. */
public final class Constant implements Node {
    private final int width;
    private final BigInteger value;

    /**
     * A constant of {@code width} bits.
     *
     * @param value the pattern read as an unsigned number, in [0, 2^width)
     */
    public Constant(int width, BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > width) {
            throw new IllegalArgumentException("constant " + value + " does not fit " + width + " bits");
        }
        this.width = width;
        this.value = value;
    }

    @Override
    public int width() {
        return width;
    }

    /** The pattern read as an unsigned number. */
    public BigInteger value() {
        return value;
    }

    /** Whether every bit is 0. */
    public boolean isZero() {
        return value.signum() == 0;
    }

    /** Whether every bit is 1. */
    public boolean isAllOnes() {
        return value.bitCount() == width;
    }
}
