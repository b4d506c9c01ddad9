package narrowband.hdl;

import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/**
 * A value on one set of wires: a number or truth value ({@link Data}) or an enum constant ({@link Choice}). A signal (port, wire, register) and an expression of signals have
 * the same type; only signals can be {@link #set}.
 */
public abstract sealed class Scalar<T extends Scalar<T>> implements Value<T> permits Data, Choice {
    private final Node node;
    /** The module that declared the operands; null for constants, which belong everywhere. */
    private final Module owner;

    Scalar(Module owner, Node node) {
        this.owner = owner;
        this.node = node;
    }

    @Override
    public final int width() {
        return node.width();
    }

    /** The bit pattern in the netlist. */
    public final Node node() {
        return node;
    }

    @Override
    public final void set(T value) {
        drive(value, "a signal");
    }

    /** Drives this signal, which a message calls {@code part}. */
    final void drive(Scalar<?> value, String part) {
        if (!(node instanceof Net net)) {
            throw new ElaborationException(
                    "an expression cannot be set", "Set an output, a wire, a register or an input of an instance");
        }
        if (value.width() > width()) {
            throw new ElaborationException(
                    "a value of " + value.width() + " bits is set to " + part + " of " + width() + " bits",
                    "Say .trunc(" + width() + ") or .sat(" + width() + "), or widen the signal");
        }
        Module scope = scope();
        Module other = value.scope();
        if (other != null && other != scope) {
            throw new ElaborationException(
                    "a signal of " + scope.kind() + " is set from signals of " + other.kind(),
                    "Pass the value through ports");
        }
        scope.drive(net, owner, value.extended(width()));
    }

    @Override
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

    @Override
    public final T comment(String comment) {
        Module scope = scope();
        if (scope != null) {
            scope.remark(node, comment);
        }
        return self();
    }

    /** Says that nothing needs to read this input: it belongs to an interface of which its module does not need all. */
    public final T spare() {
        Module scope = scope();
        if (scope != null) {
            scope.spare(node);
        }
        return self();
    }

    @Override
    public final Bool eq(T other) {
        return compare(Operator.EQUAL, this, other);
    }

    @Override
    public final Bool ne(T other) {
        return compare(Operator.NOT_EQUAL, this, other);
    }

    /** The same bits, as an unsigned number. */
    @Override
    public final UInt asUInt() {
        return new UInt(scope(), node);
    }

    static Bool compare(Operator operator, Scalar<?> a, Scalar<?> b) {
        int width = Math.max(a.width(), b.width());
        return new Bool(Module.common(a, b), Expression.compare(operator, a.extended(width), b.extended(width)));
    }

    /** The module whose description this value may be used in now; null for a constant. */
    final Module scope() {
        return owner == null ? null : owner.scope();
    }

    /** The module in whose description this value arose; null for a constant. */
    final Module owner() {
        return owner;
    }

    abstract T self();

    abstract T of(Module owner, Node node);

    abstract Node extended(int width);
}
