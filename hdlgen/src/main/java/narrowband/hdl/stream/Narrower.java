package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.Vec;

/**
 * Splits vectors into their elements, element 0 first.
 *
 * <p>Latency 1 cycle to a vector's first element; throughput 1 element a cycle. Path: {@code out.ready} to {@code in.ready}.
 */
public class Narrower<T extends Value<T>> extends Stage<Vec<T>, T> {
    final Bool valid = reg(false).comment("words holds elements that have not left");
    final Vec<T> words;
    /** The element that is offered. */
    final UInt next;

    private final String kind;

    /** Vectors of {@code size} words like {@code like}. */
    @SuppressWarnings("this-escape")
    public Narrower(T like, int size) {
        super(Vec.fill(size, like), like);
        kind = "narrower_" + WordName.of(like) + "_by_" + size;
        describe("Splits each word into %d.".formatted(size));
        words = regLike(Vec.fill(size, like));
        next = reg(UInt.of(size - 1).width(), 0).comment("the element that is offered");
        Bool last = wire().named("last");
        last.set(next.eq(size - 1));
        Bool takes = valid.not().or(last.and(out.ready)).named("takes");
        in.ready.set(takes);
        when(takes, () -> {
                    valid.set(in.valid);
                    words.set(in.data);
                    next.set(0);
                })
                .elseWhen(out.ready, () -> {
                    next.set(next.wrappingPlus(1));
                    for (int i = 0; i + 1 < size; i++) {
                        words.get(i).set(words.get(i + 1));
                    }
                });
        out.valid.set(valid);
        out.data.set(words.get(0));
    }

    /** {@code narrower_<word>_by_<size>}. */
    @Override
    public String kind() {
        return kind;
    }
}
