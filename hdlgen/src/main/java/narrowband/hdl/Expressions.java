package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;

/** Values made of several others, for use by name in every module. */
public abstract sealed class Expressions permits Declarations {
    Expressions() {}

    /**
     * Checks a constructor's argument.
     *
     * @throws ElaborationException with the line of the user's Java, {@code fault} and {@code remedy} where {@code holds} is false
     */
    protected static void require(boolean holds, String fault, String remedy) {
        if (!holds) {
            throw new ElaborationException(fault, remedy);
        }
    }

    /** {@code condition ? a : b}; the narrower number is extended. */
    public static <T extends Value<T>> T mux(Bool condition, T a, T b) {
        return Shape.mux(condition, a, b);
    }

    /** The option that {@code index} points at, 0 the first; the last for indices beyond. Narrower numbers are extended. */
    public static <T extends Value<T>> T select(UInt index, List<T> options) {
        require(!options.isEmpty(), "a choice among no options", "Give at least one");
        List<T> level = new ArrayList<>(options);
        int bit = 0;
        for (; level.size() > 1; bit++) {
            List<T> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                T upper = i + 1 < level.size() ? level.get(i + 1) : options.getLast();
                next.add(bit < index.width() ? mux(index.bit(bit), upper, level.get(i)) : level.get(i));
            }
            level = next;
        }
        T chosen = level.getFirst();
        return options.size() == 1 || bit >= index.width()
                ? chosen
                : mux(index.bits(index.width() - 1, bit).any(), options.getLast(), chosen);
    }

    /** The operands' bits in one word, the first operand uppermost. */
    public static UInt concat(Value<?>... parts) {
        Module scope = null;
        List<Node> nodes = new ArrayList<>(parts.length);
        for (Value<?> part : parts) {
            UInt bits = part.asUInt();
            scope = common(bits, scope);
            nodes.add(bits.node());
        }
        return new UInt(scope, Expression.concatenate(nodes));
    }

    /** The operands' bits in one word, the first operand lowest: what a vector of lanes becomes on a bus. */
    public static UInt pack(List<? extends Value<?>> lanes) {
        return concat(lanes.reversed().toArray(new Value<?>[0]));
    }

    static Module common(Scalar<?> a, Scalar<?> b) {
        return common(a, b.scope());
    }

    static Module common(Module a, Module b) {
        if (a != null && b != null && a != b) {
            throw new ElaborationException(
                    "signals of " + a.kind() + " and " + b.kind() + " meet in one expression",
                    "Pass the value through ports");
        }
        return a != null ? a : b;
    }

    static Module common(Scalar<?> a, Module b) {
        return common(a.scope(), b);
    }
}
