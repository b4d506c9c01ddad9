package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.Value;

/**
 * Watches whether a stream's producer keeps its promise: a word once offered stays, {@code valid} and {@code data} alike, until it has passed. What comes of it is for a
 * check, which makes no hardware:
 *
 * <pre>{@code
 * assertAlways(instance(new Handshake<>(out.data)).kept(out), "out keeps its words");      // this module promises it
 * assume(instance(new Handshake<>(in.data)).kept(in), "in keeps its words");               // this module relies on it
 * }</pre>
 */
public final class Handshake<T extends Value<T>> extends Module {
    final Bool valid = input();
    final Bool ready = input();
    final T data;
    final Bool kept = output();
    private final String kind;

    /** A watch over a stream of words like {@code like}. */
    public Handshake(T like) {
        kind = "handshake_" + WordName.of(like);
        describe("Watches that a word once offered stays until it has passed.");
        data = input(like);
        Bool waits = reg(false).named("waits").comment("a word was offered and not taken in the cycle before");
        T previous = delayed(data).named("previous");
        waits.set(valid.and(ready.not()));
        kept.set(waits.not().or(valid.and(data.eq(previous))));
    }

    /** 1 in each cycle in which {@code stream} keeps the word of the cycle before where it must; said once, in the module of which this is an instance. */
    public Bool kept(Stream<T> stream) {
        valid.set(stream.valid);
        ready.set(stream.ready);
        data.set(stream.data);
        return kept;
    }

    /** {@code handshake_<word>}. */
    @Override
    public String kind() {
        return kind;
    }
}
