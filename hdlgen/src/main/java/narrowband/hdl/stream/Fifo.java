package narrowband.hdl.stream;

import java.util.Locale;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock;

/**
 * A first-in, first-out queue of {@code depth} words of {@code width} bits.
 *
 * <p>Timing, the same for every depth and memory style: a word is taken in a cycle that starts with fewer than {@code depth} words, and offered in each cycle that starts with
 * at least one. So a word that enters in cycle t can leave from t + 1 on, there is no combinational path between the two sides in either direction, depth 1 passes a
 * word every second cycle and every other depth one a cycle.
 */
public final class Fifo extends Module {
    /** Words enter here. */
    public final Stream<UInt> in;
    /** Words leave here, in their order. */
    public final Stream<UInt> out;

    private static final int DEEPEST_DISTRIBUTED = 64;

    private final UInt count;
    private final String kind;

    /** A FIFO in LUT RAM up to 64 words deep, in block RAM beyond. */
    public Fifo(int width, int depth) {
        this(width, depth, usual(depth));
    }

    /** A FIFO whose words lie in a memory of {@code style}; {@code BLOCK} reads it synchronously, with a bypass for a word that must leave in the cycle after it entered. */
    public Fifo(int width, int depth, MemoryBlock.Style style) {
        kind = "fifo_" + width + "x" + depth + (style == usual(depth) ? "" : "_" + name(style));
        require(depth >= 1, "a FIFO of " + depth + " words", "Give it at least one word");
        parameter("width", width);
        parameter("depth", depth);
        parameter("style", name(style));
        describe("First-in, first-out queue with registered handshakes on both sides.");
        in = streamInput(width);
        out = streamOutput(width);
        count = reg(bitsFor(depth), 0).comment("words held");
        Bool push = in.fire().named("push");
        Bool pop = out.fire().named("pop");
        in.ready.set(count.ne(depth));
        out.valid.set(count.ne(0));
        when(push.and(pop.not()), () -> count.set(count.wrappingPlus(1)))
                .elseWhen(pop.and(push.not()), () -> count.set(count.wrappingMinus(1)));
        if (depth == 1) {
            UInt word = reg(width).named("word");
            when(push, () -> word.set(in.data));
            out.data.set(word);
            return;
        }
        Ram words = ram(width, depth, style).named("words");
        UInt writeAddress = reg(words.addressWidth(), 0).named("write_address");
        UInt readAddress = reg(words.addressWidth(), 0).named("read_address");
        UInt nextRead = after(readAddress, depth).named("next_read");
        when(push, () -> writeAddress.set(after(writeAddress, depth)));
        when(pop, () -> readAddress.set(nextRead));
        words.write(writeAddress, in.data, push);
        if (style == MemoryBlock.Style.BLOCK) {
            UInt head = mux(pop, nextRead, readAddress).named("head");
            UInt stored = words.readSync(head).named("stored");
            UInt bypassed = delayed(in.data).named("bypassed").comment("the word that entered in the cycle before");
            Bool bypass =
                    delayed(push.and(head.eq(writeAddress))).named("bypass").comment("that word is the next to leave");
            out.data.set(mux(bypass, bypassed, stored));
        } else {
            out.data.set(words.read(readAddress));
        }
    }

    /** {@code fifo_<width>x<depth>}, with the memory's style where it is not the usual one for that depth. */
    @Override
    public String kind() {
        return kind;
    }

    private static MemoryBlock.Style usual(int depth) {
        return depth <= DEEPEST_DISTRIBUTED ? MemoryBlock.Style.DISTRIBUTED : MemoryBlock.Style.BLOCK;
    }

    private static String name(MemoryBlock.Style style) {
        return style.name().toLowerCase(Locale.ROOT);
    }

    private static int bitsFor(int largest) {
        return 32 - Integer.numberOfLeadingZeros(largest);
    }

    private UInt after(UInt address, int depth) {
        UInt next = address.wrappingPlus(1);
        return Integer.bitCount(depth) == 1 ? next : mux(address.eq(depth - 1), UInt.of(address.width(), 0), next);
    }
}
