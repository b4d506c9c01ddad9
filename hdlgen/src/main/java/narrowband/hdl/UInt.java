package narrowband.hdl;

import java.math.BigInteger;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/** An unsigned number, or simply bits. */
public final class UInt extends Data<UInt> {
    private static final int WIDEST_DISTANCE = 16;

    UInt(Module owner, Node node) {
        super(owner, node);
    }

    /** A constant of {@code width} bits. */
    public static UInt of(int width, long value) {
        return of(width, BigInteger.valueOf(value));
    }

    /** A constant of {@code width} bits. */
    public static UInt of(int width, BigInteger value) {
        requireWidth(width);
        if (value.signum() < 0) {
            throw new ElaborationException(
                    "constant " + value + " does not fit an unsigned value", "Choose a value from 0 up, or use SInt");
        }
        if (value.bitLength() > width) {
            throw new ElaborationException(
                    "constant " + value + " does not fit an unsigned value of " + width + " bits",
                    "Choose a value from 0 to 2^" + width + " - 1, or more bits");
        }
        return new UInt(null, new Constant(width, value));
    }

    /** A constant in as few bits as it needs. */
    public static UInt of(long value) {
        return of(Math.max(1, 64 - Long.numberOfLeadingZeros(value)), value);
    }

    /** The sum, one bit wider than the wider operand: never overflows. */
    public UInt plus(UInt other) {
        return arithmetic(Operator.ADD, other, Math.max(width(), other.width()) + 1);
    }

    public UInt plus(long value) {
        return plus(of(value));
    }

    /** The sum modulo 2^width, as wide as the wider operand. */
    public UInt wrappingPlus(UInt other) {
        return arithmetic(Operator.ADD, other, Math.max(width(), other.width()));
    }

    public UInt wrappingPlus(long value) {
        return wrappingPlus(of(value));
    }

    /** The difference, signed and one bit wider than the wider operand: never overflows. */
    public SInt minus(UInt other) {
        return arithmetic(Operator.SUBTRACT, other, Math.max(width(), other.width()) + 1)
                .asSInt();
    }

    public SInt minus(long value) {
        return minus(of(value));
    }

    /** The difference modulo 2^width, as wide as the wider operand. */
    public UInt wrappingMinus(UInt other) {
        return arithmetic(Operator.SUBTRACT, other, Math.max(width(), other.width()));
    }

    public UInt wrappingMinus(long value) {
        return wrappingMinus(of(value));
    }

    /** The product, as wide as both operands together. */
    public UInt times(UInt other) {
        return arithmetic(Operator.MULTIPLY, other, width() + other.width());
    }

    /** Multiplied by 2^distance: that many zeros enter below. */
    public UInt shiftLeft(int distance) {
        requireDistance(distance);
        return distance == 0 ? this : Module.concat(this, UInt.of(distance, 0));
    }

    /** Multiplied by 2^distance, in {@code width()} + 2^{@code distance.width()} - 1 bits. */
    public UInt shiftLeft(UInt distance) {
        requireDistance(distance);
        Node wide = extended(width() + (1 << distance.width()) - 1);
        return new UInt(Module.common(this, distance), Expression.shift(Operator.SHIFT_LEFT, wide, distance.node()));
    }

    /** Divided by 2^distance, rounded down: {@code distance} bits narrower. */
    public UInt shiftRight(int distance) {
        requireDistance(distance, width());
        return bits(width() - 1, distance);
    }

    /** Divided by 2^distance, rounded down; the width stays. */
    public UInt shiftRight(UInt distance) {
        return new UInt(Module.common(this, distance), Expression.shift(Operator.SHIFT_RIGHT, node(), distance.node()));
    }

    /** The number in {@code width} bits, or the largest that {@code width} bits hold. */
    public UInt sat(int width) {
        requireWidth(width);
        if (width >= width()) {
            return extend(width);
        }
        BigInteger largest = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
        return Module.mux(bits(width() - 1, width).any(), of(width, largest), trunc(width));
    }

    /** A shift to the left makes room for the largest distance. */
    static void requireDistance(UInt distance) {
        if (distance.width() > WIDEST_DISTANCE) {
            throw new ElaborationException(
                    "a distance of " + distance.width() + " bits shifts to the left",
                    "Say .trunc(" + WIDEST_DISTANCE + ") or less");
        }
    }

    private UInt arithmetic(Operator operator, UInt other, int width) {
        return new UInt(
                Module.common(this, other), Expression.binary(operator, extended(width), other.extended(width)));
    }

    @Override
    UInt self() {
        return this;
    }

    @Override
    UInt of(Module owner, Node node) {
        return new UInt(owner, node);
    }

    @Override
    UInt constant(long value) {
        return of(value);
    }

    @Override
    UInt constant(int width, BigInteger value) {
        return of(width, value);
    }

    @Override
    Node extended(int width) {
        return Expression.zeroExtend(node(), width);
    }
}
