package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.Value;

/**
 * Watches whether a stream's producer keeps its promise: a word once offered stays, {@code valid} and {@code data} alike, until it has passed. A module without outputs,
 * which synthesis removes.
 *
 * <pre>{@code
 * instance(Handshake.promised(out.data)).watch(out);      // this module keeps it
 * instance(Handshake.expected(in.data)).watch(in);        // this module relies on it
 * }</pre>
 */
public final class Handshake<T extends Value<T>> extends Module {
    final Bool valid = input();
    final Bool ready = input();
    final T data;
    private final String kind;

    private Handshake(T like, boolean promised) {
        kind = (promised ? "promised_" : "expected_") + "handshake_" + WordName.of(like);
        describe("Watches that a word once offered stays until it has passed.");
        data = input(like);
        Bool waits = reg(false).named("waits").comment("a word was offered and not taken in the cycle before");
        waits.set(valid.and(ready.not()));
        T previous = delayed(data).named("previous");
        check(promised, waits.not().or(valid), "valid stays until the word has passed");
        check(promised, waits.not().or(data.eq(previous)), "the word stays until it has passed");
    }

    private void check(boolean promised, Bool condition, String message) {
        if (promised) {
            assertAlways(condition, message);
        } else {
            assume(condition, message);
        }
    }

    /** A watch that claims the promise kept: a proof obligation, and a failure in simulation. */
    public static <T extends Value<T>> Handshake<T> promised(T like) {
        return new Handshake<>(like, true);
    }

    /** A watch that takes the promise for granted: a proof relies on it, and simulation holds its stimuli to it. */
    public static <T extends Value<T>> Handshake<T> expected(T like) {
        return new Handshake<>(like, false);
    }

    /** Watches {@code stream}; said once, in the module of which this is an instance. */
    public void watch(Stream<T> stream) {
        valid.set(stream.valid);
        ready.set(stream.ready);
        data.set(stream.data);
    }

    /** {@code promised_handshake_<word>} or {@code expected_handshake_<word>}. */
    @Override
    public String kind() {
        return kind;
    }
}
