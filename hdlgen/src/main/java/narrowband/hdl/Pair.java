package narrowband.hdl;

/** Two values that travel together. */
public record Pair<A extends Value<A>, B extends Value<B>>(A first, B second) implements Bundle<Pair<A, B>> {}
