package narrowband.hdl;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** A fixed number of values of one type. Its length is part of its type: vectors of different lengths do not meet. */
public final class Vec<T extends Value<T>> implements Value<Vec<T>>, Iterable<T> {
    private final List<T> elements;

    private Vec(List<T> elements) {
        this.elements = List.copyOf(elements);
        Module.require(!elements.isEmpty(), "a vector without elements", "Give it at least one");
        for (T element : elements) {
            Shape.requireAlike(elements.getFirst(), element);
        }
    }

    /** A vector of these elements, in this order. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T extends Value<T>> Vec<T> of(T... elements) {
        return new Vec<>(List.of(elements));
    }

    /** A vector of these elements, in this order. */
    public static <T extends Value<T>> Vec<T> of(List<T> elements) {
        return new Vec<>(elements);
    }

    /** A vector of {@code size} times the same element: the example of a vector, or a register's reset value. */
    public static <T extends Value<T>> Vec<T> fill(int size, T element) {
        return generate(size, index -> element);
    }

    /** A vector whose element {@code i} is {@code element.apply(i)}. */
    public static <T extends Value<T>> Vec<T> generate(int size, IntFunction<T> element) {
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(element.apply(i));
        }
        return new Vec<>(elements);
    }

    /** The number of elements. */
    public int size() {
        return elements.size();
    }

    /** An element. */
    public T get(int index) {
        Module.require(
                index >= 0 && index < size(),
                "element " + index + " is not in a vector of " + size() + " elements",
                "Choose 0 to " + (size() - 1));
        return elements.get(index);
    }

    /** The element that {@code index} points at: a choice among all; the last one for indices beyond. */
    public T get(UInt index) {
        return Module.select(index, elements);
    }

    /** Drives the element that {@code index} points at, and no other; none for indices beyond. A vector of wires needs a default {@code set} before. */
    public void set(UInt index, T value) {
        Module scope = Shape.scope(this);
        Module.require(scope != null, "an element of a constant vector is set", "Set a vector of wires or registers");
        for (int i = 0; i < size(); i++) {
            T element = elements.get(i);
            if (index.width() >= UInt.of(i).width()) {
                scope.when(index.eq(i), () -> element.set(value));
            }
        }
    }

    /** A vector of what {@code function} makes of each element. */
    public <R extends Value<R>> Vec<R> map(Function<? super T, R> function) {
        return generate(size(), index -> function.apply(elements.get(index)));
    }

    /** The elements. */
    public List<T> toList() {
        return elements;
    }

    @Override
    public Iterator<T> iterator() {
        return elements.iterator();
    }
}
