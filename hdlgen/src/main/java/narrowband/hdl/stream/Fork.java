package narrowband.hdl.stream;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.Value;

/**
 * Copies a stream to several. Each copy may take the word in a cycle of its own; the word leaves {@link #in} in the cycle in which the last copy takes it.
 *
 * <p>Latency 0; throughput 1 word a cycle. Paths: {@code in.valid} and {@code in.data} to each output's; each output's {@code ready} to {@code in.ready}.
 */
public class Fork<T extends Value<T>> extends Module {
    /** Words enter here. */
    public final Stream<T> in;
    /** Each word leaves once at each of these. */
    public final List<Stream<T>> outs;

    final List<Bool> taken = new ArrayList<>();
    private final String kind;

    /** A fork of words like {@code like} to {@code copies} streams. */
    @SuppressWarnings("this-escape")
    public Fork(T like, int copies) {
        require(copies >= 1, "a fork to " + copies + " streams", "Give it at least one");
        kind = "fork_" + WordName.of(like) + "_to_" + copies;
        describe("Copies a stream to %d, each of which takes a word when it can.".formatted(copies));
        in = streamInput(like);
        List<Stream<T>> copiesOfIn = new ArrayList<>();
        Bool last = Bool.TRUE;
        for (int i = 0; i < copies; i++) {
            Stream<T> out = streamOutput(like).named("out_" + i);
            Bool had = reg(false).named("taken_" + i).comment("has taken the word that is still offered");
            out.valid.set(in.valid.and(had.not()));
            out.data.set(in.data);
            last = last.and(had.or(out.ready));
            copiesOfIn.add(out);
            taken.add(had);
        }
        outs = List.copyOf(copiesOfIn);
        Bool done = last.named("done");
        in.ready.set(done);
        for (int i = 0; i < copies; i++) {
            Bool had = taken.get(i);
            Bool takes = had.or(outs.get(i).ready);
            when(in.valid, () -> had.set(takes.and(done.not())));
        }
    }

    /** {@code fork_<word>_to_<copies>}. */
    @Override
    public String kind() {
        return kind;
    }
}
