package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Stage;
import narrowband.hdl.Value;

/**
 * Two registers in a stream: cut the paths of valid, data and ready. The second one catches the word that comes in the cycle in which the consumer stops, before the producer
 * has heard of it.
 *
 * <p>Latency 1 cycle; throughput 1 word a cycle; holds 2 words. Path: none between the sides.
 */
public class SkidBuffer<T extends Value<T>> extends Stage<T, T> {
    final Bool valid = reg(false).comment("word holds a word");
    final Bool caught = reg(false).comment("spare holds the word behind it");
    final T word;
    final T spare;
    private final String kind;

    /** A buffer for words like {@code like}. */
    @SuppressWarnings("this-escape")
    public SkidBuffer(T like) {
        super(like, like);
        kind = "skid_buffer_" + WordName.of(like);
        describe("Registers in a stream for valid, data and ready.");
        word = regLike(like);
        spare = regLike(like);
        Bool moves = valid.not().or(out.ready).named("moves");
        in.ready.set(caught.not());
        when(moves, () -> {
                    valid.set(caught.or(in.valid));
                    word.set(mux(caught, spare, in.data));
                    caught.set(false);
                })
                .elseWhen(in.valid, () -> caught.set(true));
        when(caught.not(), () -> spare.set(in.data));
        out.valid.set(valid);
        out.data.set(word);
    }

    /** {@code skid_buffer_<word>}. */
    @Override
    public String kind() {
        return kind;
    }
}
