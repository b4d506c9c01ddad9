package narrowband.hdl;

/**
 * Values with names that belong together: a Java record whose components are values.
 *
 * <pre>{@code
 * record Complex(SInt real, SInt imaginary) implements Bundle<Complex> {
 *     static Complex of(int width) {
 *         return new Complex(SInt.of(width, 0), SInt.of(width, 0));
 *     }
 *
 *     Complex plus(Complex other) {
 *         return new Complex(real.plus(other.real), imaginary.plus(other.imaginary));
 *     }
 * }
 *
 * final Complex sample = input(Complex.of(8));      // ports sample_real and sample_imaginary
 * final Complex sum = reg(Complex.of(9));           // registers sum_real and sum_imaginary, 0 after reset
 * }</pre>
 *
 * <p>A component that is a Java number, string or enum constant is a parameter of the type, such as the place of a binary point: it is kept, and values that meet must agree in it.
 * Nothing else may be a component. The record's canonical constructor makes each value of the type, so it may check the components but must keep them.
 *
 * @param <T> the record itself
 */
public non-sealed interface Bundle<T extends Record & Bundle<T>> extends Value<T> {}
