package narrowband.hdl;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Net;

/** What a module's constructor may declare: ports, wires, registers, streams and memories. */
public abstract sealed class Declarations extends Expressions permits Module {
    /** What the constructor has described so far; read by {@link Elaboration}. */
    final Description description = new Description();

    Declarations() {}

    private static final int LARGEST_TRUTH_TABLE = 1024;

    /** The clock on which what is declared now will run. */
    private Clock domain = description.clocks.getFirst();

    private Module module() {
        return (Module) this;
    }

    /** An input of one bit. */
    protected final Bool input() {
        return input(Bool.FALSE);
    }

    /** An unsigned input. */
    protected final UInt input(int width) {
        return input(example(width));
    }

    /** A signed input. */
    protected final SInt signedInput(int width) {
        return input(SInt.of(width, 0));
    }

    /** An output of one bit. */
    protected final Bool output() {
        return output(Bool.FALSE);
    }

    /** An unsigned output. */
    protected final UInt output(int width) {
        return output(example(width));
    }

    /** A signed output. */
    protected final SInt signedOutput(int width) {
        return output(SInt.of(width, 0));
    }

    /** An input of the type of {@code like}. */
    protected final <T extends Value<T>> T input(T like) {
        return declared(Net.Kind.INPUT, like);
    }

    /** An output of the type of {@code like}. */
    protected final <T extends Value<T>> T output(T like) {
        return declared(Net.Kind.OUTPUT, like);
    }

    /** A wire of the type of {@code like}. */
    protected final <T extends Value<T>> T wire(T like) {
        return declared(Net.Kind.WIRE, like);
    }

    /** A wire of one bit. */
    protected final Bool wire() {
        return wire(Bool.FALSE);
    }

    /** An unsigned wire. */
    protected final UInt wire(int width) {
        return wire(example(width));
    }

    /** A signed wire. */
    protected final SInt signedWire(int width) {
        return wire(SInt.of(width, 0));
    }

    /** A register of one bit that reset sets to {@code reset}. */
    protected final Bool reg(boolean reset) {
        return reg(Bool.of(reset));
    }

    /** An unsigned register without reset (it powers up as 0): for data that a valid bit accompanies. */
    protected final UInt reg(int width) {
        return regLike(example(width));
    }

    /** An unsigned register that reset sets to {@code reset}. */
    protected final UInt reg(int width, long reset) {
        return reg(UInt.of(width, reset));
    }

    /** A signed register without reset (it powers up as 0). */
    protected final SInt signedReg(int width) {
        return regLike(SInt.of(width, 0));
    }

    /** A signed register that reset sets to {@code reset}. */
    protected final SInt signedReg(int width, long reset) {
        return reg(SInt.of(width, reset));
    }

    /**
     * A register that reset sets to {@code reset}: {@code reg(Vec.fill(4, UInt.of(8, 0)))}.
     *
     * @throws ElaborationException where {@code reset} is not made of constants
     */
    protected final <T extends Value<T>> T reg(T reset) {
        return Shape.map(reset, scalar -> {
            require(
                    scalar.node() instanceof Constant,
                    "a register is to be reset to a signal",
                    "Give it constants, or say regLike(...) for one without reset");
            return signal(scalar, register(scalar, true));
        });
    }

    /** A register that reset sets to an enum's constant. */
    protected final <E extends Enum<E>> Choice<E> reg(E reset) {
        return reg(Choice.of(reset));
    }

    /** A register of the type of {@code like}, without reset (it powers up as 0): for data that a valid bit accompanies. */
    protected final <T extends Value<T>> T regLike(T like) {
        return Shape.map(like, scalar -> signal(scalar, register(example(scalar.width()), false)));
    }

    /** {@code value} one cycle later: a register without reset. */
    protected final <T extends Value<T>> T delayed(T value) {
        T later = regLike(value);
        later.set(value);
        return later;
    }

    /**
     * A clock of this module beside its main one, with ports {@code <name>_clk} and {@code <name>_rst} named after the field that holds it. What runs on it is declared
     * {@link #in(Clock, Supplier) in} it.
     */
    protected final Clock clock() {
        Clock clock = new Clock(Caller.find());
        description.clocks.add(clock);
        return clock;
    }

    /** The clock on which what is declared now will run: the main one outside of every {@link #in(Clock, Supplier) in}. */
    protected final Clock clockNow() {
        return domain;
    }

    /**
     * What {@code declaration} declares - registers, read and write ports, instances (by their main clock), outer inputs, checks - belongs to {@code clock}:
     * {@code final UInt column = in(pixel, () -> reg(10, 0));}.
     */
    protected final <T> T in(Clock clock, Supplier<T> declaration) {
        if (!description.clocks.contains(clock)) {
            throw new ElaborationException(
                    "a clock of another module is used in " + module().kind(),
                    "Declare one with clock(), and connect(...) it where the module is an instance");
        }
        Clock outer = domain;
        domain = clock;
        try {
            return declaration.get();
        } finally {
            domain = outer;
        }
    }

    /** As {@link #in(Clock, Supplier)}, for several statements. */
    protected final void in(Clock clock, Runnable declarations) {
        in(clock, () -> {
            declarations.run();
            return this;
        });
    }

    /**
     * A bit of another clock, two cycles of the present clock later: two registers in a row, so that the first one's metastability does not spread. The value must come
     * straight from a register, or it could be caught in a glitch.
     */
    protected final Bool synchronize(Bool value) {
        return synchronized2(value).comment("taken over from another clock");
    }

    /**
     * A number of another clock, two cycles of the present clock later. The number must come straight from a register and change by at most one bit per cycle of its own
     * clock (a Gray code), or bits of different ages would mix.
     */
    protected final UInt synchronizeGray(UInt value) {
        return synchronized2(value).comment("Gray code taken over from another clock");
    }

    private <T extends Data<T>> T synchronized2(T value) {
        T first = value.of(module(), add(Net.synchronizer(value.width(), domain, Caller.find())));
        first.set(value);
        return delayed(first);
    }

    /** A stream into this module, of words of {@code width} bits. */
    protected final Stream<UInt> streamInput(int width) {
        return streamInput(example(width));
    }

    /** A stream into this module, of words of the type of {@code like}. */
    protected final <T extends Value<T>> Stream<T> streamInput(T like) {
        return new Stream<>(module(), input(), output(), input(like));
    }

    /** A stream out of this module, of words of {@code width} bits. */
    protected final Stream<UInt> streamOutput(int width) {
        return streamOutput(example(width));
    }

    /** A stream out of this module, of words of the type of {@code like}. */
    protected final <T extends Value<T>> Stream<T> streamOutput(T like) {
        return new Stream<>(module(), output(), input(), output(like));
    }

    /** A stream within this module, of words of {@code width} bits; producer and consumer are described by setting its signals. */
    protected final Stream<UInt> stream(int width) {
        return stream(example(width));
    }

    /** A stream within this module, of words of the type of {@code like}; producer and consumer are described by setting its signals. */
    protected final <T extends Value<T>> Stream<T> stream(T like) {
        return new Stream<>(module(), wire(), wire(), wire(like));
    }

    /** A ROM of words of at most 63 bits; unsigned patterns. */
    protected final Rom rom(int width, long[] words, MemoryBlock.Style style) {
        List<BigInteger> contents = new ArrayList<>(words.length);
        for (long word : words) {
            contents.add(BigInteger.valueOf(word));
        }
        return rom(width, contents, style);
    }

    /** A ROM of words of any width; unsigned patterns. */
    protected final Rom rom(int width, List<BigInteger> words, MemoryBlock.Style style) {
        return new Rom(module(), memory(width, words.size(), false, words, style));
    }

    /** A RAM whose contents are undefined until written (the simulators read 0). */
    protected final Ram ram(int width, int depth, MemoryBlock.Style style) {
        return new Ram(module(), memory(width, depth, true, List.of(), style));
    }

    /** A RAM with contents at power up. */
    protected final Ram ram(int width, List<BigInteger> words, MemoryBlock.Style style) {
        return new Ram(module(), memory(width, words.size(), true, words, style));
    }

    private static UInt example(int width) {
        return UInt.of(width, 0);
    }

    private <T extends Value<T>> T declared(Net.Kind kind, T like) {
        return Shape.map(like, scalar -> signal(scalar, net(kind, scalar.width())));
    }

    private Scalar<?> signal(Scalar<?> like, Net net) {
        Scalar<?> signal = like.of(module(), net);
        // A reader of the Verilog sees what the codes of an enum mean.
        return signal instanceof Choice<?> choice ? choice.comment(choice.encoding()) : signal;
    }

    final Net net(Net.Kind kind, int width) {
        Data.requireWidth(width);
        return add(Net.of(kind, width, domain, Caller.find()));
    }

    private Net register(Scalar<?> reset, boolean resettable) {
        return add(Net.register((Constant) reset.node(), resettable, domain, Caller.find()));
    }

    private Net add(Net net) {
        description.nets.add(net);
        return net;
    }

    private MemoryBlock memory(
            int width, int depth, boolean writable, List<BigInteger> words, MemoryBlock.Style style) {
        Data.requireWidth(width);
        if (depth < 1) {
            throw new ElaborationException("a memory of " + depth + " words", "Give it at least one word");
        }
        for (BigInteger word : words) {
            if (word.signum() < 0 || word.bitLength() > width) {
                throw new ElaborationException(
                        "word " + word + " does not fit a memory of " + width + " bits",
                        "Store unsigned patterns; take a signed value modulo 2^" + width);
            }
        }
        if (style == MemoryBlock.Style.LOGIC && (writable || depth > LARGEST_TRUTH_TABLE)) {
            throw new ElaborationException(
                    writable ? "a RAM of truth tables" : "truth tables of " + depth + " words",
                    "Choose another style, or a ROM of at most " + LARGEST_TRUTH_TABLE + " words");
        }
        MemoryBlock memory = new MemoryBlock(width, depth, writable, words, style, Caller.find());
        description.memories.add(memory);
        return memory;
    }
}
