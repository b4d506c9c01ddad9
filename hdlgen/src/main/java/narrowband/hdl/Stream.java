package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Net;

/**
 * A flow of words with a handshake: a word passes in each cycle in which {@code valid} (from the producer) and {@code ready} (from the consumer) are both 1. A producer that
 * has raised {@code valid} keeps it and {@code data} until the word has passed; it does not wait for {@code ready} before it raises {@code valid}.
 *
 * <p>Streams are values. {@link #map}, {@link #filter} and {@link #join} make new ones without a register: nothing takes a cycle, and {@code ready} travels back in the cycle in
 * which it is given. {@link #through} puts a module in between, such as those of {@code narrowband.hdl.stream}:
 *
 * <pre>{@code
 * out.connect(in.filter(word -> word.ne(0)).map(word -> word.times(gain)).through(new RegisterSlice<>(product)));
 * }</pre>
 *
 * <p>A stream has one consumer: what reads it sets {@code ready} once.
 */
public final class Stream<T extends Value<T>> {
    /** 1 while the producer offers a word. */
    public final Bool valid;
    /** 1 while the consumer takes a word. */
    public final Bool ready;
    /** The word. */
    public final T data;

    private final Module owner;

    Stream(Module owner, Bool valid, Bool ready, T data) {
        this.owner = owner;
        this.valid = valid;
        this.ready = ready;
        this.data = data;
    }

    /** 1 in a cycle in which a word passes. */
    public Bool fire() {
        return valid.and(ready);
    }

    /** Drives this stream (an output, or an instance's input) from another one: valid and data forwards, ready backwards. */
    public void connect(Stream<T> source) {
        valid.set(source.valid);
        data.set(source.data);
        source.ready.set(ready);
    }

    /** A stream of what {@code function} makes of each word, in the same cycle. */
    public <R extends Value<R>> Stream<R> map(Function<? super T, R> function) {
        return new Stream<>(owner.scope(), valid, ready, function.apply(data));
    }

    /** A stream of the words for which {@code condition} is 1; the others are taken and dropped, one a cycle. Its {@code valid} and this stream's {@code ready} depend on {@code data} in the same cycle. */
    public Stream<T> filter(Function<? super T, Bool> condition) {
        Module scope = owner.scope();
        Bool kept = condition.apply(data);
        Bool taken = scope.wire();
        ready.set(taken.or(kept.not()));
        return new Stream<>(scope, valid.and(kept), taken, data);
    }

    /** A stream of pairs: a word of {@code a} and one of {@code b} pass in the same cycle. Either's {@code ready} depends on the other's {@code valid} in the same cycle. */
    public static <A extends Value<A>, B extends Value<B>> Stream<Pair<A, B>> join(Stream<A> a, Stream<B> b) {
        return joined(List.of(a, b), new Pair<>(a.data, b.data));
    }

    /** A stream of vectors: a word of each stream, all of which pass in the same cycle. Each one's {@code ready} depends on the others' {@code valid} in the same cycle. */
    public static <T extends Value<T>> Stream<Vec<T>> join(List<Stream<T>> streams) {
        Module.require(!streams.isEmpty(), "a join of no streams", "Give at least one");
        List<T> words = new ArrayList<>();
        for (Stream<T> stream : streams) {
            words.add(stream.data);
        }
        return joined(streams, Vec.of(words));
    }

    private static <R extends Value<R>> Stream<R> joined(List<? extends Stream<?>> streams, R data) {
        Stream<?> first = streams.getFirst();
        Module scope = first.owner.scope();
        Bool taken = scope.wire();
        Bool all = Bool.TRUE;
        for (Stream<?> stream : streams) {
            all = all.and(stream.valid);
            Bool pass = taken;
            for (Stream<?> other : streams) {
                pass = other == stream ? pass : pass.and(other.valid);
            }
            stream.ready.set(pass);
        }
        return new Stream<>(scope, all, taken, data);
    }

    /** This stream behind {@code stage}, which becomes an instance of the module that is being described. */
    public <R extends Value<R>> Stream<R> through(Stage<T, R> stage) {
        owner.scope().instance(stage);
        stage.in.connect(this);
        return stage.out;
    }

    /** As {@link #through(Stage)}, with the instance's name; needed only where the stage is not a field. */
    public <R extends Value<R>> Stream<R> through(String name, Stage<T, R> stage) {
        owner.scope().instance(name, stage);
        stage.in.connect(this);
        return stage.out;
    }

    /** Names the signals {@code <name>_valid}, {@code <name>_ready} and {@code <name>_data}, as far as they have no name elsewhere; needed only where the stream is not a field of the module. */
    public Stream<T> named(String name) {
        name(valid, name + "_valid");
        name(ready, name + "_ready");
        for (Shape.Leaf leaf : Shape.leaves(data)) {
            name(leaf.scalar(), leaf.name(name + "_data"));
        }
        return this;
    }

    private void name(Scalar<?> part, String name) {
        boolean port = part.node() instanceof Net && part.owner() != part.scope();
        if (!port && !(part.node() instanceof Constant)) {
            part.named(name);
        }
    }
}
