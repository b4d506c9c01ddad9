package narrowband.hdl.stream;

import java.util.function.Function;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock;

/**
 * A first-in, first-out queue whose words enter on one clock and leave on another. The two may have any frequencies. Each side tells the other how far it is in Gray code, of
 * which one bit changes at a time, through two registers in a row (Cummings, "Simulation and Synthesis Techniques for Asynchronous FIFO Design", SNUG 2002, style 1).
 *
 * <pre>{@code
 * final Clock pixel = clock();
 * final AsyncFifo<UInt> queue = instance(new AsyncFifo<>(UInt.of(8, 0), 16));
 * ...
 * connect(queue.reader, pixel);
 * }</pre>
 *
 * <p>Latency: a word that enters is offered after 2 to 3 edges of the reading clock; its place is free again after 2 to 3 edges of the writing clock. Throughput: 1 word a
 * cycle of the slower clock from a depth of 8 on where the clocks are about equally fast. Path: none between the sides. Reset both sides together, for at least three
 * cycles of the slower clock.
 */
public class AsyncFifo<T extends Value<T>> extends Module {
    /** The clock on which words leave; the main clock is that on which they enter. */
    public final Clock reader = clock();
    /** Words enter here. */
    public final Stream<T> in;
    /** Words leave here, in their order. */
    public final Stream<T> out;

    /** Words that entered, modulo twice the depth; likewise those that left. */
    final UInt written;

    final UInt read;
    final UInt writtenGray;
    final UInt readGray;
    /** What the writing side knows of {@code readGray}, and the reading side of {@code writtenGray}. */
    final UInt leftGray;

    final UInt cameGray;
    /** The word that lies at an address. */
    final Function<UInt, T> wordAt;

    private final String kind;

    /**
     * A queue of {@code depth} words like {@code like}, in LUT RAM.
     *
     * @param depth a power of two from 2 up
     */
    public AsyncFifo(T like, int depth) {
        this(like, depth, MemoryBlock.Style.DISTRIBUTED);
    }

    /**
     * A queue of {@code depth} words like {@code like}, which lie in a memory of {@code style}.
     *
     * @param depth a power of two from 2 up
     * @param style not {@code BLOCK}: words are read in the cycle in which they are offered
     */
    @SuppressWarnings("this-escape")
    public AsyncFifo(T like, int depth, MemoryBlock.Style style) {
        require(
                style != MemoryBlock.Style.BLOCK,
                "a FIFO for two clocks in block RAM",
                "Choose LUT RAM (DISTRIBUTED), or AUTO where there is none");
        require(
                depth >= 2 && Integer.bitCount(depth) == 1,
                "a FIFO for two clocks of " + depth + " words",
                "Choose a power of two from 2 up");
        kind = "async_fifo_" + WordName.of(like) + "x" + depth;
        parameter("depth", depth);
        describe("First-in, first-out queue between two clocks.");
        in = streamInput(like);
        out = in(reader, () -> streamOutput(like));
        int bits = Integer.numberOfTrailingZeros(depth);
        Ram words = ram(like.width(), depth, style).named("words");
        wordAt = address -> like.fromBits(words.read(address));

        written = reg(bits + 1, 0).named("written").comment("words that entered, modulo twice the depth");
        writtenGray = reg(bits + 1, 0).named("written_gray");
        read = in(reader, () -> reg(bits + 1, 0)).named("read").comment("words that left");
        readGray = in(reader, () -> reg(bits + 1, 0)).named("read_gray");

        leftGray = synchronizeGray(readGray).named("left_gray");
        cameGray = in(reader, () -> synchronizeGray(writtenGray)).named("came_gray");

        // Full: as many words ahead as there are places, which Gray code shows as two uppermost bits that differ.
        UInt limit = bits == 1
                ? leftGray.not()
                : concat(leftGray.bits(bits, bits - 1).not(), leftGray.trunc(bits - 1));
        in.ready.set(writtenGray.ne(limit));
        Bool push = in.fire().named("push");
        UInt nextWritten = written.wrappingPlus(1).named("next_written");
        when(push, () -> {
            written.set(nextWritten);
            writtenGray.set(gray(nextWritten));
        });
        words.write(written.trunc(bits), in.data.asUInt(), push);

        out.valid.set(readGray.ne(cameGray));
        out.data.set(wordAt.apply(read.trunc(bits)));
        Bool pop = out.fire().named("pop");
        UInt nextRead = read.wrappingPlus(1).named("next_read");
        when(pop, () -> {
            read.set(nextRead);
            readGray.set(gray(nextRead));
        });
    }

    static UInt gray(UInt number) {
        return number.xor(number.shiftRight(1));
    }

    /** {@code async_fifo_<word>x<depth>}. */
    @Override
    public String kind() {
        return kind;
    }
}
