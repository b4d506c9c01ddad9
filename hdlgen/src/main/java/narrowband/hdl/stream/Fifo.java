package narrowband.hdl.stream;

import java.util.Locale;
import java.util.function.Function;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.ir.MemoryBlock;

/**
 * A first-in, first-out queue of {@code depth} words.
 *
 * <p>Timing, the same for every depth and memory style: a word is taken in a cycle that starts with fewer than {@code depth} words, and offered in each cycle that starts with
 * at least one. So a word that enters in cycle t can leave from t + 1 on, there is no combinational path between the two sides in either direction, depth 1 passes a
 * word every second cycle and every other depth one a cycle.
 */
public class Fifo<T extends Value<T>> extends Stage<T, T> {
    private static final int DEEPEST_DISTRIBUTED = 64;

    final UInt count;
    /** Where the next word goes. */
    final UInt writeAddress;
    /** Where the oldest word lies. */
    final UInt readAddress;
    /** The word that lies at an address. */
    final Function<UInt, T> wordAt;

    /** Whether there will be room in the next cycle. */
    private final Bool roomAhead;

    private final String kind;

    /** A FIFO of words like {@code like}, in LUT RAM up to 64 words deep, in block RAM beyond. */
    public Fifo(T like, int depth) {
        this(like, depth, usual(depth));
    }

    /**
     * A FIFO of words like {@code like}, which lie in a memory of {@code style}; {@code BLOCK} reads it synchronously, with a bypass for a word that must leave in the cycle after
     * it entered.
     */
    public Fifo(T like, int depth, MemoryBlock.Style style) {
        this(like, depth, style, style == MemoryBlock.Style.BLOCK);
    }

    /** As {@link #Fifo(Value, int, MemoryBlock.Style)}; {@code registered} tells whether words are read with a register, which block RAM demands and others allow. */
    @SuppressWarnings("this-escape")
    Fifo(T like, int depth, MemoryBlock.Style style, boolean registered) {
        super(like, like);
        int width = like.width();
        kind = "fifo_" + WordName.of(like) + "x" + depth + (style == usual(depth) ? "" : "_" + name(style));
        require(depth >= 1, "a FIFO of " + depth + " words", "Give it at least one word");
        parameter("width", width);
        parameter("depth", depth);
        parameter("style", name(style));
        describe("First-in, first-out queue with registered handshakes on both sides.");
        count = reg(bitsFor(depth), 0).comment("words held");
        Bool push = in.fire().named("push");
        Bool pop = out.fire().named("pop");
        // Registers of their own, so that the stages on both sides need not wait for a comparison.
        Bool room = reg(true).named("room").comment("fewer words are held than there are places");
        Bool some = reg(false).named("some").comment("at least one word is held");
        in.ready.set(room);
        out.valid.set(some);
        when(push.and(pop.not()), () -> count.set(count.wrappingPlus(1)))
                .elseWhen(pop.and(push.not()), () -> count.set(count.wrappingMinus(1)));
        // With room for a word, all places but one are taken; with a word, only one is. One of two places is told by
        // the other flag.
        Bool lastPlace = depth == 1 ? Bool.TRUE : depth == 2 ? some : count.eq(depth - 1);
        Bool onlyWord = depth == 1 ? Bool.TRUE : depth == 2 ? room : count.eq(1);
        roomAhead = pop.or(room.and(in.valid.and(lastPlace).not())).named("room_ahead");
        room.set(roomAhead);
        some.set(push.or(some.and(pop.and(onlyWord).not())));
        if (depth == 1) {
            T word = regLike(like).named("word");
            when(push, () -> word.set(in.data));
            writeAddress = UInt.of(1, 0);
            readAddress = UInt.of(1, 0);
            wordAt = address -> word;
            out.data.set(word);
            return;
        }
        Ram words = ram(width, depth, style).named("words");
        wordAt = address -> like.fromBits(words.read(address));
        writeAddress = reg(words.addressWidth(), 0).named("write_address");
        readAddress = reg(words.addressWidth(), 0).named("read_address");
        UInt nextRead = after(readAddress, depth).named("next_read");
        when(push, () -> writeAddress.set(after(writeAddress, depth)));
        when(pop, () -> readAddress.set(nextRead));
        words.write(writeAddress, in.data.asUInt(), push);
        if (registered) {
            // A word that enters while its place is read comes out of the bypass, as the first one does.
            words.ignoringCollisions().ignoringStart();
            UInt head = mux(pop, nextRead, readAddress).named("head");
            UInt stored = words.readSync(head).named("stored");
            UInt bypassed =
                    delayed(in.data.asUInt()).named("bypassed").comment("the word that entered in the cycle before");
            Bool bypass =
                    delayed(push.and(head.eq(writeAddress))).named("bypass").comment("that word is the next to leave");
            out.data.set(like.fromBits(mux(bypass, bypassed, stored)));
        } else {
            out.data.set(wordAt.apply(readAddress));
        }
    }

    /** A FIFO of words of {@code width} bits, as {@link #Fifo(Value, int)}. */
    public static Fifo<UInt> of(int width, int depth) {
        return new Fifo<>(UInt.of(width, 0), depth);
    }

    /** A FIFO of words of {@code width} bits, as {@link #Fifo(Value, int, MemoryBlock.Style)}. */
    public static Fifo<UInt> of(int width, int depth, MemoryBlock.Style style) {
        return new Fifo<>(UInt.of(width, 0), depth, style);
    }

    /**
     * An output that tells in each cycle whether {@code in} will be ready in the next one, so that what depends on it can be a register of the producer's. It depends on
     * {@code in.valid} and {@code out.ready} in the same cycle. Say this once, before the FIFO becomes an instance.
     */
    public Bool announcedRoom() {
        Bool announced = output().named("in_ready_ahead").comment("in_ready in the next cycle");
        announced.set(roomAhead);
        return announced;
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

    final UInt after(UInt address, int depth) {
        UInt next = address.wrappingPlus(1);
        return Integer.bitCount(depth) == 1 ? next : mux(address.eq(depth - 1), UInt.of(address.width(), 0), next);
    }
}
