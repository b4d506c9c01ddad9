package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;

/** Values made of several others, for use by name in every module. */
abstract sealed class Expressions permits Declarations {
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

    /** {@code condition ? a : b}; the narrower is extended. */
    public static <T extends Data<T>> T mux(Bool condition, T a, T b) {
        int width = Math.max(a.width(), b.width());
        return a.of(
                common(common(condition, a), b.scope()),
                Expression.select(condition.node(), a.extended(width), b.extended(width)));
    }

    /** The option that {@code index} points at, 0 the first; the last for indices beyond. Narrower options are extended. */
    public static <T extends Data<T>> T select(UInt index, List<T> options) {
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
    public static UInt concat(Data<?>... parts) {
        Module scope = null;
        List<Node> nodes = new ArrayList<>(parts.length);
        for (Data<?> part : parts) {
            scope = common(part, scope);
            nodes.add(part.node());
        }
        return new UInt(scope, Expression.concatenate(nodes));
    }

    /** The operands' bits in one word, the first operand lowest: what a vector of lanes becomes on a bus. */
    public static UInt pack(List<? extends Data<?>> lanes) {
        return concat(lanes.reversed().toArray(new Data<?>[0]));
    }

    static Module common(Data<?> a, Data<?> b) {
        return common(a, b.scope());
    }

    private static Module common(Module a, Module b) {
        if (a != null && b != null && a != b) {
            throw new ElaborationException(
                    "signals of " + a.kind() + " and " + b.kind() + " meet in one expression",
                    "Pass the value through ports");
        }
        return a != null ? a : b;
    }

    private static Module common(Data<?> a, Module b) {
        return common(a.scope(), b);
    }
}
