package narrowband.hdl.ir;

import java.math.BigInteger;

/** A fixed pattern of bits. */
public final class Constant implements Node {
    private final int width;
    private final BigInteger value;
    private final String type;
    private final String symbol;

    /**
     * A constant of {@code width} bits.
     *
     * @param value the pattern read as an unsigned number, in [0, 2^width)
     */
    public Constant(int width, BigInteger value) {
        this(width, value, "", "");
    }

    /**
     * A constant that has a name in the user's Java.
     *
     * @param type the type that it belongs to with others; empty for none
     * @param symbol what the Verilog may call it, an identifier; empty for none
     */
    public Constant(int width, BigInteger value, String type, String symbol) {
        if (value.signum() < 0 || value.bitLength() > width) {
            throw new IllegalArgumentException("constant " + value + " does not fit " + width + " bits");
        }
        this.width = width;
        this.value = value;
        this.type = type;
        this.symbol = symbol;
    }

    @Override
    public int width() {
        return width;
    }

    /** The pattern read as an unsigned number. */
    public BigInteger value() {
        return value;
    }

    /** The type of a constant that has a name, such as its enum; empty for a plain number. */
    public String type() {
        return type;
    }

    /** What the Verilog may call it; empty for a plain number. */
    public String symbol() {
        return symbol;
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
