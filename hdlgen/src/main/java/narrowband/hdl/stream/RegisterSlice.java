package narrowband.hdl.stream;

import narrowband.hdl.Bool;
import narrowband.hdl.Stage;
import narrowband.hdl.Value;

/**
 * One register in a stream: cuts the paths of valid and data.
 *
 * <p>Latency 1 cycle; throughput 1 word a cycle. Path: {@code out.ready} to {@code in.ready}. For a register in {@code ready} too, see {@link SkidBuffer}.
 */
public class RegisterSlice<T extends Value<T>> extends Stage<T, T> {
    final Bool valid = reg(false).comment("word holds a word");
    final T word;
    private final String kind;

    /** A slice for words like {@code like}. */
    @SuppressWarnings("this-escape")
    public RegisterSlice(T like) {
        super(like, like);
        kind = "register_slice_" + WordName.of(like);
        describe("A register in a stream: valid and data are registered, ready passes through.");
        word = regLike(like);
        Bool moves = valid.not().or(out.ready).named("moves");
        in.ready.set(moves);
        when(moves, () -> {
            valid.set(in.valid);
            word.set(in.data);
        });
        out.valid.set(valid);
        out.data.set(word);
    }

    /** {@code register_slice_<word>}. */
    @Override
    public String kind() {
        return kind;
    }
}
