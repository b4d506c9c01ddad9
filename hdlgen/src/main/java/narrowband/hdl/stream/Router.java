package narrowband.hdl.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;

/**
 * Sends each word of a stream to one of several.
 *
 * <p>Latency 0; throughput 1 word a cycle. Paths: {@code in.valid} and {@code in.data} to each output's, {@code in.data} and each output's {@code ready} to {@code in.ready}.
 */
public class Router<T extends Value<T>> extends Module {
    /** Words enter here. */
    public final Stream<T> in;
    /** Each word leaves at one of these. */
    public final List<Stream<T>> outs;

    private final String kind;

    /**
     * A router of words like {@code like} to {@code outputs} streams.
     *
     * @param destination the number of the output for a word, made of the word alone; numbers beyond the last output mean the last
     */
    @SuppressWarnings("this-escape")
    public Router(T like, int outputs, Function<? super T, UInt> destination) {
        require(outputs >= 1, "a router to " + outputs + " streams", "Give it at least one");
        kind = "router_" + WordName.of(like) + "_to_" + outputs;
        describe("Sends each word of a stream to one of %d.".formatted(outputs));
        in = streamInput(like);
        UInt chosen = destination.apply(in.data);
        UInt number = wire(chosen).named("destination");
        number.set(chosen);
        List<Stream<T>> streams = new ArrayList<>();
        Bool taken = Bool.FALSE;
        for (int i = 0; i < outputs; i++) {
            Stream<T> out = streamOutput(like).named("out_" + i);
            Bool here = i == outputs - 1 ? number.ge(i) : number.eq(i);
            out.valid.set(in.valid.and(here));
            out.data.set(in.data);
            taken = taken.or(here.and(out.ready));
            streams.add(out);
        }
        outs = List.copyOf(streams);
        in.ready.set(taken);
    }

    /** {@code router_<word>_to_<outputs>}. */
    @Override
    public String kind() {
        return kind;
    }
}
