package narrowband.hdl;

import java.math.BigInteger;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/** A number in two's complement. */
public final class SInt extends Data<SInt> {
    SInt(Module owner, Node node) {
        super(owner, node);
    }

    /** A constant of {@code width} bits. */
    public static SInt of(int width, long value) {
        return of(width, BigInteger.valueOf(value));
    }

    /** A constant of {@code width} bits. */
    public static SInt of(int width, BigInteger value) {
        requireWidth(width);
        if (value.bitLength() >= width) {
            throw new ElaborationException(
                    "constant " + value + " does not fit a signed value of " + width + " bits",
                    "Choose a value from -2^" + (width - 1) + " to 2^" + (width - 1) + " - 1, or more bits");
        }
        return new SInt(null, new Constant(width, Operator.modulo(value, width)));
    }

    /** A constant in as few bits as it needs. */
    public static SInt of(long value) {
        return of(BigInteger.valueOf(value).bitLength() + 1, value);
    }

    /** The sum, one bit wider than the wider operand: never overflows. */
    public SInt plus(SInt other) {
        return arithmetic(Operator.ADD, other, Math.max(width(), other.width()) + 1);
    }

    public SInt plus(long value) {
        return plus(of(value));
    }

    /** The sum modulo 2^width, as wide as the wider operand. */
    public SInt wrappingPlus(SInt other) {
        return arithmetic(Operator.ADD, other, Math.max(width(), other.width()));
    }

    /** The difference, one bit wider than the wider operand: never overflows. */
    public SInt minus(SInt other) {
        return arithmetic(Operator.SUBTRACT, other, Math.max(width(), other.width()) + 1);
    }

    public SInt minus(long value) {
        return minus(of(value));
    }

    /** The difference modulo 2^width, as wide as the wider operand. */
    public SInt wrappingMinus(SInt other) {
        return arithmetic(Operator.SUBTRACT, other, Math.max(width(), other.width()));
    }

    /** The product, as wide as both operands together. */
    public SInt times(SInt other) {
        return arithmetic(Operator.MULTIPLY, other, width() + other.width());
    }

    /** The number with its sign changed, one bit wider. */
    public SInt negate() {
        return of(1, 0).minus(this).trunc(width() + 1);
    }

    /** Multiplied by 2^distance. */
    public SInt shiftLeft(int distance) {
        requireDistance(distance);
        return distance == 0 ? this : Module.concat(this, UInt.of(distance, 0)).asSInt();
    }

    /** Divided by 2^distance, rounded towards minus infinity: {@code distance} bits narrower. */
    public SInt shiftRight(int distance) {
        requireDistance(distance, width());
        return bits(width() - 1, distance).asSInt();
    }

    /** Multiplied by 2^distance, in {@code width()} + 2^{@code distance.width()} - 1 bits. */
    public SInt shiftLeft(UInt distance) {
        UInt.requireDistance(distance);
        Node wide = extended(width() + (1 << distance.width()) - 1);
        return new SInt(Module.common(this, distance), Expression.shift(Operator.SHIFT_LEFT, wide, distance.node()));
    }

    /** Divided by 2^distance, rounded towards minus infinity; the width stays. */
    public SInt shiftRight(UInt distance) {
        return new SInt(
                Module.common(this, distance), Expression.shift(Operator.SIGNED_SHIFT_RIGHT, node(), distance.node()));
    }

    /** 1 where the number is below 0. */
    public Bool isNegative() {
        return bit(width() - 1);
    }

    /** The number in {@code width} bits, or the nearest that {@code width} bits hold. */
    public SInt sat(int width) {
        requireWidth(width);
        if (width >= width()) {
            return extend(width);
        }
        BigInteger bound = BigInteger.ONE.shiftLeft(width - 1);
        UInt excess = bits(width() - 1, width - 1);
        Bool fits = excess.all().or(excess.any().not());
        SInt limit = Module.mux(isNegative(), of(width, bound.negate()), of(width, bound.subtract(BigInteger.ONE)));
        return Module.mux(fits, trunc(width), limit);
    }

    private SInt arithmetic(Operator operator, SInt other, int width) {
        return new SInt(
                Module.common(this, other), Expression.binary(operator, extended(width), other.extended(width)));
    }

    @Override
    SInt self() {
        return this;
    }

    @Override
    SInt of(Module owner, Node node) {
        return new SInt(owner, node);
    }

    @Override
    SInt constant(long value) {
        return of(value);
    }

    @Override
    SInt constant(int width, BigInteger value) {
        return of(width, value);
    }

    @Override
    Node extended(int width) {
        return Expression.signExtend(node(), width);
    }

    @Override
    Operator lessThan() {
        return Operator.SIGNED_LESS;
    }

    @Override
    Operator lessOrEqual() {
        return Operator.SIGNED_LESS_OR_EQUAL;
    }
}
