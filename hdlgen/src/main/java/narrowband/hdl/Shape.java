package narrowband.hdl;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/** What a value is made of: takes values apart into their scalars and puts values of the same type together from others. */
final class Shape {
    private Shape() {}

    /**
     * A scalar in a value.
     *
     * @param path components and indices that lead to it, joined by underscores; empty where it is the value itself
     */
    record Leaf(String path, Scalar<?> scalar) {
        /** What this scalar is called where the value is called {@code value}. */
        String name(String value) {
            return path.isEmpty() ? value : value + "_" + path;
        }
    }

    /** All scalars in {@code value}, in their order. */
    static List<Leaf> leaves(Value<?> value) {
        List<Leaf> leaves = new ArrayList<>();
        gather(value, "", leaves);
        return leaves;
    }

    private static void gather(Value<?> value, String path, List<Leaf> leaves) {
        switch (value) {
            case Scalar<?> scalar -> leaves.add(new Leaf(path, scalar));
            case Vec<?> vec -> {
                for (int i = 0; i < vec.size(); i++) {
                    gather(vec.get(i), join(path, String.valueOf(i)), leaves);
                }
            }
            case Bundle<?> bundle -> {
                Components components = Components.of(bundle);
                for (int i = 0; i < components.size(); i++) {
                    if (components.value(bundle, i) instanceof Value<?> part) {
                        gather(part, join(path, components.name(i)), leaves);
                    }
                }
            }
        }
    }

    private static String join(String path, String step) {
        return path.isEmpty() ? step : path + "_" + step;
    }

    /** A value of the type of {@code like} in which each scalar is what {@code change} makes of that of {@code like}. */
    static <T extends Value<T>> T map(T like, UnaryOperator<Scalar<?>> change) {
        return self(rebuilt(like, change));
    }

    private static Value<?> rebuilt(Value<?> like, UnaryOperator<Scalar<?>> change) {
        return switch (like) {
            case Scalar<?> scalar -> change.apply(scalar);
            case Vec<?> vec -> rebuilt(vec, change);
            case Bundle<?> bundle -> {
                Components components = Components.of(bundle);
                Object[] parts = new Object[components.size()];
                for (int i = 0; i < parts.length; i++) {
                    Object part = components.value(bundle, i);
                    parts[i] = part instanceof Value<?> value ? rebuilt(value, change) : part;
                }
                yield components.build(parts);
            }
        };
    }

    private static <E extends Value<E>> Vec<E> rebuilt(Vec<E> vec, UnaryOperator<Scalar<?>> change) {
        List<E> elements = new ArrayList<>(vec.size());
        for (E element : vec) {
            elements.add(map(element, change));
        }
        return Vec.of(elements);
    }

    /** A value in which each scalar is what {@code change} makes of those of {@code a} and {@code b}. */
    private static <T extends Value<T>> T zip(T a, T b, BinaryOperator<Scalar<?>> change) {
        if (a instanceof Scalar<?> x && b instanceof Scalar<?> y) {
            return self(change.apply(x, y));
        }
        requireAlike(a, b);
        Iterator<Leaf> others = leaves(b).iterator();
        return map(a, scalar -> change.apply(scalar, others.next().scalar()));
    }

    static void drive(Value<?> target, Value<?> value) {
        requireAlike(target, value);
        Iterator<Leaf> values = leaves(value).iterator();
        for (Leaf leaf : leaves(target)) {
            leaf.scalar().drive(values.next().scalar(), "component " + leaf.path());
        }
    }

    static <T extends Value<T>> T mux(Bool condition, T a, T b) {
        return zip(a, b, (x, y) -> {
            int width = Math.max(x.width(), y.width());
            Module scope = Module.common(Module.common(condition, x), y.scope());
            return x.of(scope, Expression.select(condition.node(), x.extended(width), y.extended(width)));
        });
    }

    static Bool equal(Value<?> a, Value<?> b) {
        requireAlike(a, b);
        Iterator<Leaf> others = leaves(b).iterator();
        Bool equal = Bool.TRUE;
        for (Leaf leaf : leaves(a)) {
            Scalar<?> other = others.next().scalar();
            equal = equal.and(Scalar.compare(Operator.EQUAL, leaf.scalar(), other));
        }
        return equal;
    }

    static UInt packed(Value<?> value) {
        Module scope = scope(value);
        List<Node> nodes = new ArrayList<>();
        for (Scalar<?> scalar : uppermostFirst(value)) {
            nodes.add(scalar.node());
        }
        return new UInt(scope, Expression.concatenate(nodes));
    }

    static List<Scalar<?>> uppermostFirst(Value<?> value) {
        List<Scalar<?>> scalars = new ArrayList<>();
        pack(value, scalars);
        return scalars;
    }

    private static void pack(Value<?> value, List<Scalar<?>> scalars) {
        switch (value) {
            case Scalar<?> scalar -> scalars.add(scalar);
            case Vec<?> vec -> {
                for (int i = vec.size() - 1; i >= 0; i--) {
                    pack(vec.get(i), scalars);
                }
            }
            case Bundle<?> bundle -> {
                Components components = Components.of(bundle);
                for (int i = 0; i < components.size(); i++) {
                    if (components.value(bundle, i) instanceof Value<?> part) {
                        pack(part, scalars);
                    }
                }
            }
        }
    }

    static <T extends Value<T>> T unpacked(T like, UInt bits) {
        int width = like.width();
        Module.require(
                bits.width() == width,
                "a value of " + width + " bits is made from " + bits.width() + " bits",
                "Give it exactly " + width + " bits");
        List<Integer> lows = new ArrayList<>();
        place(like, 0, lows);
        Iterator<Integer> low = lows.iterator();
        return map(like, scalar -> {
            int at = low.next();
            return scalar.of(
                    bits.scope(), bits.bits(at + scalar.width() - 1, at).node());
        });
    }

    /** The lowest bit of each scalar in the packed word, in the order of {@link #leaves}. */
    private static void place(Value<?> value, int low, List<Integer> lows) {
        switch (value) {
            case Scalar<?> scalar -> lows.add(low);
            case Vec<?> vec -> {
                int next = low;
                for (Value<?> element : vec) {
                    place(element, next, lows);
                    next += element.width();
                }
            }
            case Bundle<?> bundle -> {
                int high = low + bundle.width();
                Components components = Components.of(bundle);
                for (int i = 0; i < components.size(); i++) {
                    if (components.value(bundle, i) instanceof Value<?> part) {
                        high -= part.width();
                        place(part, high, lows);
                    }
                }
            }
        }
    }

    /** The module in whose description all scalars may be used now; null for constants. */
    static Module scope(Value<?> value) {
        Module scope = null;
        for (Leaf leaf : leaves(value)) {
            scope = Module.common(leaf.scalar(), scope);
        }
        return scope;
    }

    /** Whether all scalars are constants. */
    static boolean constant(Value<?> value) {
        return leaves(value).stream().allMatch(leaf -> leaf.scalar().node() instanceof Constant);
    }

    /** Both have the same components, lengths and parameters; widths may differ. */
    static void requireAlike(Value<?> a, Value<?> b) {
        if (a instanceof Vec<?> first && b instanceof Vec<?> second) {
            Module.require(
                    first.size() == second.size(),
                    "a vector of " + first.size() + " elements meets one of " + second.size(),
                    "Choose as many elements as the other has");
            for (int i = 0; i < first.size(); i++) {
                requireAlike(first.get(i), second.get(i));
            }
        } else if (a instanceof Bundle<?> first && b instanceof Bundle<?> second) {
            Components components = Components.of(first);
            for (int i = 0; i < components.size(); i++) {
                Object one = components.value(first, i);
                Object other = components.value(second, i);
                if (one instanceof Value<?> x && other instanceof Value<?> y) {
                    requireAlike(x, y);
                } else {
                    Module.require(
                            one.equals(other),
                            components.name(i) + " of " + components.type() + " is " + one + " here and " + other
                                    + " there",
                            "Convert one of the two");
                }
            }
        }
    }

    /** Every type parameter of a value is the value's own type; {@link Components} has checked it for records. */
    @SuppressWarnings("unchecked")
    static <T extends Value<T>> T self(Value<?> value) {
        return (T) value;
    }
}
