package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.Vec;

/**
 * Gathers words into vectors, the first word as element 0.
 *
 * <p>Latency 1 cycle from a vector's last word; throughput 1 word a cycle. Path: {@code out.ready} to {@code in.ready}.
 */
public class Widener<T extends Value<T>> extends Stage<T, Vec<T>> {
    final Bool valid = reg(false).comment("words holds a whole vector");
    final Vec<T> words;
    /** The element that comes next. */
    final UInt next;

    private final String kind;

    /** Vectors of {@code size} words like {@code like}. */
    @SuppressWarnings("this-escape")
    public Widener(T like, int size) {
        super(like, Vec.fill(size, like));
        kind = "widener_" + WordName.of(like) + "_by_" + size;
        describe("Gathers %d words into one.".formatted(size));
        words = regLike(Vec.fill(size, like));
        next = reg(UInt.of(size - 1).width(), 0).comment("the element that comes next");
        Bool moves = valid.not().or(out.ready).named("moves");
        Bool last = wire().named("last");
        last.set(next.eq(size - 1));
        in.ready.set(moves);
        when(moves, () -> valid.set(in.valid.and(last)));
        when(in.fire(), () -> {
            next.set(mux(last, UInt.of(next.width(), 0), next.wrappingPlus(1)));
            for (int i = 0; i < size; i++) {
                words.get(i).set(i == size - 1 ? in.data : words.get(i + 1));
            }
        });
        out.valid.set(valid);
        out.data.set(words);
    }

    /** {@code widener_<word>_by_<size>}. */
    @Override
    public String kind() {
        return kind;
    }
}
