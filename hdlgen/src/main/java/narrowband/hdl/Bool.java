package narrowband.hdl;

import java.math.BigInteger;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;

/** A truth value: one bit. */
public final class Bool extends Data<Bool> {
    /** Constant 1. */
    public static final Bool TRUE = new Bool(null, Expression.bit(true));
    /** Constant 0. */
    public static final Bool FALSE = new Bool(null, Expression.bit(false));

    Bool(Module owner, Node node) {
        super(owner, node);
    }

    public static Bool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /** Sets a constant. */
    public void set(boolean value) {
        set(of(value));
    }

    @Override
    Bool self() {
        return this;
    }

    @Override
    Bool of(Module owner, Node node) {
        return new Bool(owner, node);
    }

    @Override
    Bool constant(long value) {
        return constant(1, BigInteger.valueOf(value));
    }

    @Override
    Bool constant(int width, BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 1) {
            throw new ElaborationException("constant " + value + " is not a truth value", "Choose 0 or 1");
        }
        return of(value.signum() != 0);
    }

    @Override
    Node extended(int width) {
        if (width > 1) {
            throw new ElaborationException(
                    "a truth value is extended to " + width + " bits", "Say .asUInt().extend(" + width + ")");
        }
        return node();
    }
}
