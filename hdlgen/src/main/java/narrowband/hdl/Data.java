package narrowband.hdl;

import java.math.BigInteger;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/**
 * A value on wires: {@link UInt}, {@link SInt} or {@link Bool}. A signal (port, wire, register) and an expression of signals have the same type; only signals can be
 * {@link #set}.
 */
public abstract sealed class Data<T extends Data<T>> permits UInt, SInt, Bool {
    private final Node node;
    /** The module that declared the operands; null for constants, which belong everywhere. */
    private final Module owner;

    Data(Module owner, Node node) {
        this.owner = owner;
        this.node = node;
    }

    /** Width in bits. */
    public final int width() {
        return node.width();
    }

    /** The bit pattern in the netlist. */
    public final Node node() {
        return node;
    }

    /** Drives this signal: at once for a wire, an output or a child's input, at the next rising edge for a register; under the conditions of the enclosing {@code when}s. */
    public final void set(T value) {
        if (!(node instanceof Net net)) {
            throw new ElaborationException(
                    "an expression cannot be set", "Set an output, a wire, a register or an input of an instance");
        }
        if (value.width() > width()) {
            throw new ElaborationException(
                    "a value of " + value.width() + " bits is set to a signal of " + width() + " bits",
                    "Say .trunc(" + width() + ") or .sat(" + width() + "), or widen the signal");
        }
        Module scope = scope();
        Module other = value.scope();
        if (other != null && other != scope) {
            throw new ElaborationException(
                    "a signal of " + scope.kind() + " is set from signals of " + other.kind(),
                    "Pass the value through ports");
        }
        scope.drive(net, owner, value.extend(width()).node());
    }

    /** Sets a constant; it must fit. */
    public final void set(long value) {
        set(constant(width(), BigInteger.valueOf(value)));
    }

    /** Gives a signal or an expression its name in the Verilog and in waves; needed only for what is not a field of the module. What folds to a constant keeps no name. */
    public final T named(String name) {
        Module scope = scope();
        if (scope == null) {
            throw new ElaborationException("a constant cannot be named", "Name the signal that it is set to");
        }
        if (node instanceof Net && scope != owner) {
            throw new ElaborationException(
                    "a port of " + owner.kind() + " is named from outside", "Name it where it is declared");
        }
        if (!(node instanceof Constant)) {
            scope.name(node, name);
        }
        return self();
    }

    /** A remark that the Verilog shows beside the declaration. */
    public final T comment(String comment) {
        Module scope = scope();
        if (scope != null) {
            scope.remark(node, comment);
        }
        return self();
    }

    /** 1 where both are equal; the narrower is extended. */
    public final Bool eq(T other) {
        return compare(Operator.EQUAL, self(), other);
    }

    public final Bool eq(long value) {
        return eq(constant(value));
    }

    /** 1 where both differ; the narrower is extended. */
    public final Bool ne(T other) {
        return compare(Operator.NOT_EQUAL, self(), other);
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

    /** The same bits, as an unsigned number. */
    public final UInt asUInt() {
        return new UInt(scope(), node);
    }

    /** The same bits, as a number in two's complement. */
    public final SInt asSInt() {
        return new SInt(scope(), node);
    }

    /** Bit {@code index}, 0 the lowest. */
    public final Bool bit(int index) {
        return new Bool(scope(), bits(index, index).node());
    }

    /** The bit that {@code index} points at; 0 beyond the width. */
    public final Bool bit(UInt index) {
        Node shifted = Expression.shift(Operator.SHIFT_RIGHT, node, index.node());
        return new Bool(Module.common(this, index), Expression.extract(shifted, 0, 0));
    }

    /** Bits {@code high} down to {@code low}, both included. */
    public final UInt bits(int high, int low) {
        if (low < 0 || high < low || high >= width()) {
            throw new ElaborationException(
                    "bits " + high + " to " + low + " are not in a value of " + width() + " bits",
                    "Choose 0 <= low <= high < " + width());
        }
        return new UInt(scope(), Expression.extract(node, high, low));
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
        return of(scope(), Expression.extract(node, width - 1, 0));
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
        return new UInt(scope(), Expression.reduce(Operator.COUNT_ONES, node));
    }

    /** Every bit inverted. */
    public final T not() {
        return of(scope(), Expression.not(node));
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

    final Bool compare(Operator operator, T a, T b) {
        int width = Math.max(a.width(), b.width());
        return new Bool(Module.common(a, b), Expression.compare(operator, a.extended(width), b.extended(width)));
    }

    private Bool reduce(Operator operator) {
        return new Bool(scope(), Expression.reduce(operator, node));
    }

    /** The module whose description this value may be used in now; null for a constant. */
    final Module scope() {
        return owner == null ? null : owner.scope();
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

    /** The module in whose description this value arose; null for a constant. */
    final Module owner() {
        return owner;
    }

    abstract T self();

    abstract T of(Module owner, Node node);

    /** A constant of this type in as few bits as it needs. */
    abstract T constant(long value);

    /** A constant of this type; an error where it does not fit. */
    abstract T constant(int width, BigInteger value);

    abstract Node extended(int width);

    Operator lessThan() {
        return Operator.LESS;
    }

    Operator lessOrEqual() {
        return Operator.LESS_OR_EQUAL;
    }
}
