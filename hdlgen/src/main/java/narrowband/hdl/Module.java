package narrowband.hdl;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/**
 * A piece of hardware: extend it, declare ports and registers as fields, describe what drives them in the constructor. See the package's description for the rules.
 *
 * <p>A module belongs to the thread that builds it and becomes part of one design.
 */
public abstract class Module {
    /** What the constructor has described so far; read by {@link Elaboration}. */
    final Description description = new Description();

    private Block block = new Block(null, Bool.TRUE, Bool.TRUE);
    private When last;
    private Module parent;

    /** Describes nothing yet. */
    protected Module() {}

    static final class Description {
        final List<Net> nets = new ArrayList<>();
        final List<SynchronousRead> reads = new ArrayList<>();
        final List<MemoryBlock> memories = new ArrayList<>();
        final Map<MemoryBlock, MemoryWrite> writes = new IdentityHashMap<>();
        final List<Module> instances = new ArrayList<>();
        final Map<String, String> parameters = new LinkedHashMap<>();
        final Map<Object, String> names = new LinkedHashMap<>();
        final Map<Node, String> comments = new IdentityHashMap<>();
        final Map<Net, Net> unset = new IdentityHashMap<>();
        /** Where instances were made and parts were named. */
        final Map<Object, SourceLine> sources = new IdentityHashMap<>();

        final SourceLine source = Caller.find();
        String text = "";
    }

    /** The name of this kind of module in the Verilog; the class's simple name in lower case with underscores unless overridden. */
    public String kind() {
        return Naming.snakeCase(getClass().getSimpleName());
    }

    /** Says what the module does, for the header of its Verilog. */
    protected final void describe(String sentence) {
        description.text = sentence;
    }

    /** Records a constructor parameter for the header; it also tells apart kinds of one class. */
    protected final void parameter(String name, Object value) {
        description.parameters.put(name, String.valueOf(value));
    }

    /**
     * Checks a constructor's argument.
     *
     * @throws ElaborationException with the line of the user's Java, {@code fault} and {@code remedy} where {@code holds} is false
     */
    protected static void require(boolean holds, String fault, String remedy) {
        if (!holds) {
            throw new ElaborationException(fault, remedy);
        }
    }

    /** An input of one bit. */
    protected final Bool input() {
        return new Bool(this, net(Net.Kind.INPUT, 1));
    }

    /** An unsigned input. */
    protected final UInt input(int width) {
        return new UInt(this, net(Net.Kind.INPUT, width));
    }

    /** A signed input. */
    protected final SInt signedInput(int width) {
        return new SInt(this, net(Net.Kind.INPUT, width));
    }

    /** An output of one bit. */
    protected final Bool output() {
        return new Bool(this, net(Net.Kind.OUTPUT, 1));
    }

    /** An unsigned output. */
    protected final UInt output(int width) {
        return new UInt(this, net(Net.Kind.OUTPUT, width));
    }

    /** A signed output. */
    protected final SInt signedOutput(int width) {
        return new SInt(this, net(Net.Kind.OUTPUT, width));
    }

    /** A wire of one bit. */
    protected final Bool wire() {
        return new Bool(this, net(Net.Kind.WIRE, 1));
    }

    /** An unsigned wire. */
    protected final UInt wire(int width) {
        return new UInt(this, net(Net.Kind.WIRE, width));
    }

    /** A signed wire. */
    protected final SInt signedWire(int width) {
        return new SInt(this, net(Net.Kind.WIRE, width));
    }

    /** A register of one bit that reset sets to {@code reset}. */
    protected final Bool reg(boolean reset) {
        return new Bool(this, register(Bool.of(reset), true));
    }

    /** An unsigned register without reset (it powers up as 0): for data that a valid bit accompanies. */
    protected final UInt reg(int width) {
        return new UInt(this, register(UInt.of(width, 0), false));
    }

    /** An unsigned register that reset sets to {@code reset}. */
    protected final UInt reg(int width, long reset) {
        return new UInt(this, register(UInt.of(width, reset), true));
    }

    /** A signed register without reset (it powers up as 0). */
    protected final SInt signedReg(int width) {
        return new SInt(this, register(SInt.of(width, 0), false));
    }

    /** A signed register that reset sets to {@code reset}. */
    protected final SInt signedReg(int width, long reset) {
        return new SInt(this, register(SInt.of(width, reset), true));
    }

    /** {@code value} one cycle later: a register without reset. */
    protected final <T extends Data<T>> T delayed(T value) {
        T later = value.of(this, register(UInt.of(value.width(), 0), false));
        later.set(value);
        return later;
    }

    /** A stream into this module. */
    protected final Stream<UInt> streamInput(int width) {
        return new Stream<>(this, input(), output(), input(width));
    }

    /** A stream out of this module. */
    protected final Stream<UInt> streamOutput(int width) {
        return new Stream<>(this, output(), input(), output(width));
    }

    /** A stream within this module; producer and consumer are described by setting its signals. */
    protected final Stream<UInt> stream(int width) {
        return new Stream<>(this, wire(), wire(), wire(width));
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
        return new Rom(this, memory(width, words.size(), false, words, style));
    }

    /** A RAM whose contents are undefined until written (the simulators read 0). */
    protected final Ram ram(int width, int depth, MemoryBlock.Style style) {
        return new Ram(this, memory(width, depth, true, List.of(), style));
    }

    /** A RAM with contents at power up. */
    protected final Ram ram(int width, List<BigInteger> words, MemoryBlock.Style style) {
        return new Ram(this, memory(width, words.size(), true, words, style));
    }

    /** Puts a module into this one; returns it. Its ports are then this module's to set and read. */
    protected final <M extends Module> M instance(M module) {
        if (module.parent() != null || module == this) {
            throw new ElaborationException(
                    module == this
                            ? module.kind() + " is made an instance of itself"
                            : "this " + module.kind() + " is already an instance in "
                                    + module.parent().kind(),
                    "Construct a new one for each instance");
        }
        Naming.checkKind(module, Caller.find());
        adopt(module, this);
        description.instances.add(module);
        description.sources.put(module, Caller.find());
        return module;
    }

    /** As {@link #instance(Module)}, with a name; needed only where the instance is not a field. */
    protected final <M extends Module> M instance(String name, M module) {
        instance(module);
        name(module, name);
        return module;
    }

    /** What {@code branch} sets, it sets only in cycles in which {@code condition} is 1. */
    protected final When when(Bool condition, Runnable branch) {
        return new When(this, block).branch(condition, branch);
    }

    /** {@code condition ? a : b}; the narrower is extended. */
    public static <T extends Data<T>> T mux(Bool condition, T a, T b) {
        int width = Math.max(a.width(), b.width());
        return a.of(
                common(common(condition, a), b.scope()),
                Expression.select(condition.node(), a.extended(width), b.extended(width)));
    }

    /** The option that {@code index} points at, 0 the first; the last for indices beyond. Narrower options are extended. */
    public static <T extends Data<T>> T select(UInt index, List<T> options) {
        require(!options.isEmpty(), "a choice among no options", "Give at least one");
        List<T> level = new ArrayList<>(options);
        int bit = 0;
        for (; level.size() > 1; bit++) {
            List<T> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                T upper = i + 1 < level.size() ? level.get(i + 1) : options.getLast();
                next.add(bit < index.width() ? mux(index.bit(bit), upper, level.get(i)) : level.get(i));
            }
            level = next;
        }
        T chosen = level.getFirst();
        return options.size() == 1 || bit >= index.width()
                ? chosen
                : mux(index.bits(index.width() - 1, bit).any(), options.getLast(), chosen);
    }

    /** The operands' bits in one word, the first operand uppermost. */
    public static UInt concat(Data<?>... parts) {
        Module scope = null;
        List<Node> nodes = new ArrayList<>(parts.length);
        for (Data<?> part : parts) {
            scope = common(part, scope);
            nodes.add(part.node());
        }
        return new UInt(scope, Expression.concatenate(nodes));
    }

    /** The operands' bits in one word, the first operand lowest: what a vector of lanes becomes on a bus. */
    public static UInt pack(List<? extends Data<?>> lanes) {
        return concat(lanes.reversed().toArray(new Data<?>[0]));
    }

    static Module common(Data<?> a, Data<?> b) {
        return common(a, b.scope());
    }

    private static Module common(Module a, Module b) {
        if (a != null && b != null && a != b) {
            throw new ElaborationException(
                    "signals of " + a.kind() + " and " + b.kind() + " meet in one expression",
                    "Pass the value through ports");
        }
        return a != null ? a : b;
    }

    private static Module common(Data<?> a, Module b) {
        return common(a.scope(), b);
    }

    private Node net(Net.Kind kind, int width) {
        Data.requireWidth(width);
        return add(Net.of(kind, width, Caller.find()));
    }

    private Net register(Data<?> reset, boolean resettable) {
        BigInteger initial = ((narrowband.hdl.ir.Constant) reset.node()).value();
        return add(Net.register(reset.width(), initial, resettable, Caller.find()));
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
        MemoryBlock memory = new MemoryBlock(width, depth, writable, words, style, Caller.find());
        description.memories.add(memory);
        return memory;
    }

    final void drive(Net net, Module owner, Node value) {
        boolean fromOutside = owner != this;
        if (fromOutside != (net.kind() == Net.Kind.INPUT)) {
            throw new ElaborationException(
                    fromOutside
                            ? "a signal inside " + owner.kind() + " is set from outside"
                            : "an input of " + kind() + " is set by the module itself",
                    fromOutside
                            ? "Give " + owner.kind() + " an input"
                            : "Make it a wire, or set it in the parent after instance(...)");
        }
        SourceLine source = Caller.find();
        last = null;
        block.set(net, value, source, () -> Naming.known(owner, net));
    }

    final Node unset(Net net) {
        return net.kind() == Net.Kind.REGISTER
                ? net
                : description.unset.computeIfAbsent(
                        net, missing -> Net.of(Net.Kind.WIRE, missing.width(), missing.source()));
    }

    final void run(Block branch, Runnable body) {
        if (branch.condition().scope() != null && branch.condition().scope() != this) {
            throw new ElaborationException(
                    "a condition of " + kind() + " comes from "
                            + branch.condition().scope().kind(),
                    "Pass it through a port");
        }
        Block outer = block;
        block = branch;
        last = null;
        try {
            body.run();
        } finally {
            block = outer;
        }
    }

    /** The condition under which the statement now described is reached. */
    final Bool condition() {
        return block.reached();
    }

    final void last(When when) {
        last = when;
    }

    final boolean isLast(When when) {
        return last == when;
    }

    final void declare(SynchronousRead read) {
        description.reads.add(read);
    }

    final void declare(MemoryBlock memory, MemoryWrite write) {
        last = null;
        if (description.writes.putIfAbsent(memory, write) != null) {
            throw new ElaborationException(
                    "RAM " + Naming.known(this, memory) + " is written twice",
                    "Describe its one write port once, with address and data chosen by mux");
        }
    }

    final void name(Object part, String name) {
        Naming.check(name);
        description.names.put(part, name);
        description.sources.put(part, Caller.find());
    }

    final void remark(Node node, String comment) {
        description.comments.put(node, comment);
    }

    final Module scope() {
        if (parent == null) {
            return this;
        }
        if (parent.parent != null) {
            throw new ElaborationException(
                    "a signal of " + kind() + " is used two levels above it",
                    "Pass the value through ports of " + parent.kind());
        }
        return parent;
    }

    final Module parent() {
        return parent;
    }

    private static void adopt(Module child, Module parent) {
        child.parent = parent;
    }

    final Map<Net, Node> drivers() {
        return block.drivers();
    }
}
