package narrowband.hdl.ir;

import java.math.BigInteger;

/** A declared signal: a port, a wire or a register. Its driver and its name are kept by the {@link ModuleNetlist} that it belongs to. */
public final class Net implements Node {
    /** What a net is. */
    public enum Kind {
        INPUT,
        OUTPUT,
        WIRE,
        /** Takes its driver's value at each rising edge of its clock; starts with, and is reset to, {@link Net#initial()}. */
        REGISTER
    }

    /** What is particular about a register. */
    private enum Trait {
        PLAIN,
        RESETTABLE,
        SYNCHRONIZING
    }

    private final Kind kind;
    private final int width;
    private final Constant initial;
    private final Trait trait;
    private final Clock clock;
    private final SourceLine source;

    private Net(Kind kind, int width, Constant initial, Trait trait, Clock clock, SourceLine source) {
        this.kind = kind;
        this.width = width;
        this.initial = initial;
        this.trait = trait;
        this.clock = clock;
        this.source = source;
    }

    /** A port or a wire; {@code clock} is the one in whose cycles an outer input is stable. */
    public static Net of(Kind kind, int width, Clock clock, SourceLine source) {
        return new Net(kind, width, zero(width), Trait.PLAIN, clock, source);
    }

    /** A register that powers up as {@code initial} and, where {@code resettable}, returns to it on a synchronous reset. */
    public static Net register(Constant initial, boolean resettable, Clock clock, SourceLine source) {
        return new Net(
                Kind.REGISTER, initial.width(), initial, resettable ? Trait.RESETTABLE : Trait.PLAIN, clock, source);
    }

    /** The first register of a synchroniser: it alone may read a register of another clock. It powers up as 0. */
    public static Net synchronizer(int width, Clock clock, SourceLine source) {
        return new Net(Kind.REGISTER, width, zero(width), Trait.SYNCHRONIZING, clock, source);
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public int width() {
        return width;
    }

    /** A register's value at power up, as an unsigned pattern; 0 for other nets. */
    public BigInteger initial() {
        return initial.value();
    }

    /** As {@link #initial()}, with the name that it has in the user's Java. */
    public Constant initialConstant() {
        return initial;
    }

    private static Constant zero(int width) {
        return new Constant(width, BigInteger.ZERO);
    }

    /** Whether the synchronous reset acts on this register. */
    public boolean resettable() {
        return trait == Trait.RESETTABLE;
    }

    /** Whether this register takes a value over from another clock. */
    public boolean synchronizing() {
        return trait == Trait.SYNCHRONIZING;
    }

    /** The clock of a register, and the clock in which a port was declared; a clock of the module that the net belongs to. */
    public Clock clock() {
        return clock;
    }

    /** Where the user's Java declared it. */
    public SourceLine source() {
        return source;
    }
}
