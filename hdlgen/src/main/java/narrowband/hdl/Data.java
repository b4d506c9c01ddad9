package narrowband.hdl;

import java.math.BigInteger;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/** A number or truth value: {@link UInt}, {@link SInt} or {@link Bool}, with their arithmetic and their bits. */
public abstract sealed class Data<T extends Data<T>> extends Scalar<T> permits UInt, SInt, Bool {
    Data(Module owner, Node node) {
        super(owner, node);
    }

    /** Sets a constant; it must fit. */
    public final void set(long value) {
        set(constant(width(), BigInteger.valueOf(value)));
    }

    public final Bool eq(long value) {
        return eq(constant(value));
    }

    public final Bool ne(long value) {
        return ne(constant(value));
    }

    public final Bool lt(T other) {
        return compare(lessThan(), self(), other);
    }

    public final Bool lt(long value) {
        return lt(constant(value));
    }

    public final Bool le(T other) {
        return compare(lessOrEqual(), self(), other);
    }

    public final Bool le(long value) {
        return le(constant(value));
    }

    public final Bool gt(T other) {
        return compare(lessThan(), other, self());
    }

    public final Bool gt(long value) {
        return gt(constant(value));
    }

    public final Bool ge(T other) {
        return compare(lessOrEqual(), other, self());
    }

    public final Bool ge(long value) {
        return ge(constant(value));
    }

    /** The same bits, as a number in two's complement. */
    public final SInt asSInt() {
        return new SInt(scope(), node());
    }

    /** Bit {@code index}, 0 the lowest. */
    public final Bool bit(int index) {
        return new Bool(scope(), bits(index, index).node());
    }

    /** The bit that {@code index} points at; 0 beyond the width. */
    public final Bool bit(UInt index) {
        Node shifted = Expression.shift(Operator.SHIFT_RIGHT, node(), index.node());
        return new Bool(Module.common(this, index), Expression.extract(shifted, 0, 0));
    }

    /** Bits {@code high} down to {@code low}, both included. */
    public final UInt bits(int high, int low) {
        if (low < 0 || high < low || high >= width()) {
            throw new ElaborationException(
                    "bits " + high + " to " + low + " are not in a value of " + width() + " bits",
                    "Choose 0 <= low <= high < " + width());
        }
        return new UInt(scope(), Expression.extract(node(), high, low));
    }

    /** These bits above those of {@code lower}. */
    public final UInt concat(Data<?> lower) {
        return Module.concat(this, lower);
    }

    /** The lowest {@code width} bits: drops the rest on purpose. */
    public final T trunc(int width) {
        if (width < 1 || width > width()) {
            throw new ElaborationException(
                    "a value of " + width() + " bits is truncated to " + width + " bits",
                    "Choose between 1 and " + width() + ", or extend()");
        }
        return of(scope(), Expression.extract(node(), width - 1, 0));
    }

    /** The same number in at least as many bits. */
    public final T extend(int width) {
        if (width < width()) {
            throw new ElaborationException(
                    "a value of " + width() + " bits is extended to " + width + " bits", "Say .trunc(" + width + ")");
        }
        return of(scope(), extended(width));
    }

    /** 1 where any bit is 1. */
    public final Bool any() {
        return reduce(Operator.REDUCE_OR);
    }

    /** 1 where every bit is 1. */
    public final Bool all() {
        return reduce(Operator.REDUCE_AND);
    }

    /** 1 where an odd number of bits is 1. */
    public final Bool parity() {
        return reduce(Operator.REDUCE_XOR);
    }

    /** The number of bits that are 1, in as many bits as the number {@code width()} needs. */
    public final UInt countOnes() {
        return new UInt(scope(), Expression.reduce(Operator.COUNT_ONES, node()));
    }

    /** Every bit inverted. */
    public final T not() {
        return of(scope(), Expression.not(node()));
    }

    /** Bit by bit; the narrower is extended. */
    public final T and(T other) {
        return bitwise(Operator.AND, other);
    }

    /** Bit by bit; the narrower is extended. */
    public final T or(T other) {
        return bitwise(Operator.OR, other);
    }

    /** Bit by bit; the narrower is extended. */
    public final T xor(T other) {
        return bitwise(Operator.XOR, other);
    }

    final T bitwise(Operator operator, T other) {
        int width = Math.max(width(), other.width());
        return of(Module.common(this, other), Expression.binary(operator, extended(width), other.extended(width)));
    }

    private Bool reduce(Operator operator) {
        return new Bool(scope(), Expression.reduce(operator, node()));
    }

    static void requireWidth(int width) {
        if (width < 1) {
            throw new ElaborationException("a signal of " + width + " bits", "Give it at least one bit");
        }
    }

    static void requireDistance(int distance) {
        Module.require(distance >= 0, "a shift by " + distance, "Shift the other way");
    }

    static void requireDistance(int distance, int width) {
        requireDistance(distance);
        Module.require(
                distance < width,
                "a value of " + width + " bits is shifted to the right by " + distance,
                "Shift by less than its width: nothing else is left");
    }

    /** A constant of this type in as few bits as it needs. */
    abstract T constant(long value);

    /** A constant of this type; an error where it does not fit. */
    abstract T constant(int width, BigInteger value);

    Operator lessThan() {
        return Operator.LESS;
    }

    Operator lessOrEqual() {
        return Operator.LESS_OR_EQUAL;
    }
}
