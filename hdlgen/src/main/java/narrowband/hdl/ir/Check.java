package narrowband.hdl.ir;

/**
 * Something said about a design that is no hardware. It counts at each rising edge of {@code clock}, with the values before the edge; in modules that the reset of that clock
 * reaches, not while the reset is active.
 *
 * @param message what is claimed, for whoever sees it fail
 * @param condition one bit
 */
public record Check(Kind kind, String message, Node condition, Clock clock, SourceLine source) {
    /** What is said about the condition. */
    public enum Kind {
        /** It always holds: a proof obligation, and a failure in a simulation. */
        ASSERT,
        /** The inputs never make it false: proofs rely on it, and a simulation holds its stimuli to it. */
        ASSUME,
        /** It holds at least once: simulations count how often. */
        COVER
    }
}
