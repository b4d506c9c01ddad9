package narrowband.benchmarks.hardware;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.stream.Fifo;

/**
 * A source, FIFOs in a row with a gate before each, and a sink. The gates hold words back for pseudo-random times, by the rules of AXI4-Stream: what was once offered stays
 * offered until it is taken. FIFOs of every fourth place lie in block RAM.
 */
public final class QueueChain extends Module {
    private static final int WIDTH = 32;
    private static final int ROTATION = 5;
    private static final int[] DEPTHS = {4, 16, 8, 128};

    /** Takes in every word that leaves, and when. */
    public final UInt signature = output(WIDTH);
    /** Words that have left, modulo 2^32. */
    public final UInt words = output(WIDTH);

    private final List<Fifo<UInt>> queues = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();

    /** A chain of {@code length} FIFOs. */
    public QueueChain(int length) {
        parameter("length", length);
        describe("FIFOs in a row, with gates that hold words back.");
        UInt next = reg(WIDTH, 1).named("next_word");
        Stream<UInt> source = stream(WIDTH).named("source");
        source.valid.set(Bool.TRUE);
        source.data.set(next);
        when(source.fire(), () -> next.set(next.wrappingPlus(0x9e3779b9L)));
        Stream<UInt> from = source;
        for (int i = 0; i < length; i++) {
            Gate gate = instance(new Gate(WIDTH, i + 1));
            Fifo<UInt> queue = instance(Fifo.of(WIDTH, DEPTHS[i % DEPTHS.length]));
            gates.add(gate);
            queues.add(queue);
            gate.in.connect(from);
            queue.in.connect(gate.out);
            from = queue.out;
        }
        Gate last = instance("exit", new Gate(WIDTH, length + 1));
        last.in.connect(from);
        last.out.ready.set(Bool.TRUE);
        UInt kept = reg(WIDTH, 0).named("kept");
        UInt count = reg(WIDTH, 0).named("count");
        UInt turned = PopcountArray.rotated(kept, ROTATION);
        kept.set(mux(last.out.valid, turned.xor(last.out.data), turned));
        when(last.out.valid, () -> count.set(count.wrappingPlus(1)));
        signature.set(kept);
        words.set(count);
    }

    /** Lets a word pass once its pseudo-random bit has been 1 since the word before. */
    public static final class Gate extends Module {
        private static final int STATE_BITS = 16;

        final Stream<UInt> in;
        final Stream<UInt> out;

        /** A gate whose generator starts at {@code seed}, which is not 0. */
        Gate(int width, int seed) {
            parameter("width", width);
            parameter("seed", seed);
            describe("Holds words back for pseudo-random times.");
            in = streamInput(width);
            out = streamOutput(width);
            UInt state = reg(STATE_BITS, (seed * 0x2545L) & 0xffff)
                    .named("state")
                    .comment("of x^16 + x^14 + x^13 + x^11 + 1");
            Bool feedback = state.bit(0).xor(state.bit(2)).xor(state.bit(3)).xor(state.bit(5));
            state.set(feedback.concat(state.bits(STATE_BITS - 1, 1)));
            Bool open = reg(false).named("open");
            Bool chance = state.bit(0).or(state.bit(7)).named("chance");
            open.set(mux(out.fire(), chance, open.or(chance)));
            out.valid.set(in.valid.and(open));
            in.ready.set(out.ready.and(open));
            out.data.set(in.data);
        }
    }
}
