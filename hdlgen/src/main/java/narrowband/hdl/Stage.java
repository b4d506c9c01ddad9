package narrowband.hdl;

/**
 * A module with one stream in and one stream out, to be put into a stream with {@link Stream#through}. A subclass describes what happens between {@link #in} and {@link #out};
 * those in {@code narrowband.hdl.stream} are examples.
 *
 * @param <A> the words that enter
 * @param <B> the words that leave
 */
public abstract class Stage<A extends Value<A>, B extends Value<B>> extends Module {
    /** Words enter here. */
    public final Stream<A> in;
    /** Words leave here. */
    public final Stream<B> out;

    /** A stage from words like {@code enters} to words like {@code leaves}. */
    @SuppressWarnings("this-escape")
    protected Stage(A enters, B leaves) {
        in = streamInput(enters);
        out = streamOutput(leaves);
    }
}
