package narrowband.hdl.stream;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;

/**
 * Merges several streams into one, by turns: after a word of one input the next input in a circle that offers a word is served, so that none waits for more than one word of
 * each other. The order of each input's words is kept.
 *
 * <p>Latency 1 cycle; throughput 1 word a cycle, all inputs together. Paths: {@code out.ready} and each input's {@code valid} to each input's {@code ready}.
 */
public class Arbiter<T extends Value<T>> extends Module {
    /** Words enter here. */
    public final List<Stream<T>> ins;
    /** All words leave here. */
    public final Stream<T> out;

    final Bool valid = reg(false).comment("word holds a word");
    final T word;
    /** The input whose word was taken last. */
    final UInt last;

    final List<Bool> turns = new ArrayList<>();
    private final String kind;

    /** An arbiter of {@code inputs} streams of words like {@code like}. */
    @SuppressWarnings("this-escape")
    public Arbiter(T like, int inputs) {
        require(inputs >= 1, "an arbiter of " + inputs + " streams", "Give it at least one");
        kind = "arbiter_" + WordName.of(like) + "_of_" + inputs;
        describe("Merges %d streams by turns.".formatted(inputs));
        List<Stream<T>> streams = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            streams.add(streamInput(like).named("in_" + i));
        }
        ins = List.copyOf(streams);
        out = streamOutput(like);
        word = regLike(like);
        last = reg(UInt.of(inputs - 1).width(), inputs - 1).comment("the input served last");
        Bool moves = valid.not().or(out.ready).named("moves");
        Bool any = turns();
        T next = ins.getLast().data;
        UInt number = UInt.of(last.width(), inputs - 1);
        for (int i = inputs - 2; i >= 0; i--) {
            next = mux(turns.get(i), ins.get(i).data, next);
            number = mux(turns.get(i), UInt.of(last.width(), i), number);
        }
        T chosen = next;
        UInt chosenNumber = number;
        for (int i = 0; i < inputs; i++) {
            ins.get(i).ready.set(moves.and(turns.get(i)));
        }
        when(moves, () -> {
            valid.set(any);
            word.set(chosen);
            when(any, () -> last.set(chosenNumber));
        });
        out.valid.set(valid);
        out.data.set(word);
    }

    /** Gives each input its condition to be served: the first after the last one, else the first of all. Returns whether there is one. */
    private Bool turns() {
        List<Bool> after = new ArrayList<>();
        for (int i = 0; i < ins.size(); i++) {
            after.add(ins.get(i).valid.and(last.lt(i)));
        }
        Bool anyAfter = firstOf(after);
        Bool foundAfter = Bool.FALSE;
        Bool found = Bool.FALSE;
        for (int i = 0; i < ins.size(); i++) {
            Bool firstAfter = after.get(i).and(foundAfter.not());
            Bool first = ins.get(i).valid.and(found.not());
            Bool turn = wire().named("turn_" + i);
            turn.set(mux(anyAfter, firstAfter, first));
            turns.add(turn);
            foundAfter = foundAfter.or(after.get(i));
            found = found.or(ins.get(i).valid);
        }
        return found;
    }

    private static Bool firstOf(List<Bool> conditions) {
        Bool any = Bool.FALSE;
        for (Bool condition : conditions) {
            any = any.or(condition);
        }
        return any;
    }

    /** {@code arbiter_<word>_of_<inputs>}. */
    @Override
    public String kind() {
        return kind;
    }
}
