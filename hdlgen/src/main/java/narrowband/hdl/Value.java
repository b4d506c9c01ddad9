package narrowband.hdl;

import java.util.List;

/**
 * Anything that is hardware: a {@link Scalar} (number, truth value, enum constant), a {@link Bundle} of named values or a {@link Vec} of numbered ones.
 *
 * <p>A value also serves as the example of its type: {@code input(like)} declares an input of the same kind, widths and lengths, {@code reg(reset)} a register that starts
 * as the given constants. Each scalar in a bundle or vector is a signal of its own in the Verilog, called {@code <field>_<component>} or {@code <field>_<index>}.
 *
 * @param <T> the type itself
 */
public sealed interface Value<T extends Value<T>> permits Scalar, Bundle, Vec {
    /** Width in bits: of all parts together. */
    default int width() {
        int width = 0;
        for (Shape.Leaf leaf : Shape.leaves(this)) {
            width = Math.addExact(width, leaf.scalar().width());
        }
        return width;
    }

    /**
     * Drives this signal: at once for a wire, an output or a child's input, at the next rising edge for a register; under the conditions of the enclosing {@code when}s. A
     * narrower number is extended.
     *
     * @throws ElaborationException where a part of {@code value} is wider than the signal, or where the two differ in a length or a parameter
     */
    default void set(T value) {
        Shape.drive(this, value);
    }

    /** Gives a signal or an expression its name in the Verilog and in waves; needed only for what is not a field of the module. What folds to a constant keeps no name. */
    default T named(String name) {
        for (Shape.Leaf leaf : Shape.leaves(this)) {
            leaf.scalar().named(leaf.name(name));
        }
        return Shape.self(this);
    }

    /** A remark that the Verilog shows beside the declaration. */
    default T comment(String comment) {
        for (Shape.Leaf leaf : Shape.leaves(this)) {
            leaf.scalar().comment(comment);
        }
        return Shape.self(this);
    }

    /** 1 where both are equal in every part; the narrower number is extended. */
    default Bool eq(T other) {
        return Shape.equal(this, other);
    }

    /** 1 where both differ in any part; the narrower number is extended. */
    default Bool ne(T other) {
        return eq(other).not();
    }

    /** The scalars that this value is made of, in the order of {@link #asUInt}: the uppermost bits first. */
    default List<Scalar<?>> scalars() {
        return Shape.uppermostFirst(this);
    }

    /** All bits in one word: a record's first component uppermost, as in {@code concat} and in a packed struct; a vector's element 0 lowest, as in {@code pack}. */
    default UInt asUInt() {
        return Shape.packed(this);
    }

    /**
     * A value of this type whose bits are given, the inverse of {@link #asUInt}; this value is only the example.
     *
     * @throws ElaborationException where {@code bits} has not exactly the width of this value
     */
    default T fromBits(UInt bits) {
        T like = Shape.self(this);
        return Shape.unpacked(like, bits);
    }
}
