package narrowband.hdl.ir;

import java.math.BigInteger;

/** A declared signal: a port, a wire or a register. Its driver and its name are kept by the {@link ModuleNetlist} that it belongs to. */
public final class Net implements Node {
    /** What a net is. */
    public enum Kind {
        INPUT,
        OUTPUT,
        WIRE,
        /** Takes its driver's value at each rising clock edge; starts with, and is reset to, {@link Net#initial()}. */
        REGISTER
    }

    private final Kind kind;
    private final int width;
    private final BigInteger initial;
    private final boolean resettable;
    private final SourceLine source;

    private Net(Kind kind, int width, BigInteger initial, boolean resettable, SourceLine source) {
        this.kind = kind;
        this.width = width;
        this.initial = initial;
        this.resettable = resettable;
        this.source = source;
    }

    /** A port or a wire. */
    public static Net of(Kind kind, int width, SourceLine source) {
        return new Net(kind, width, BigInteger.ZERO, false, source);
    }

    /** A register that powers up as {@code initial} and, where {@code resettable}, returns to it on a synchronous reset. */
    public static Net register(int width, BigInteger initial, boolean resettable, SourceLine source) {
        return new Net(Kind.REGISTER, width, initial, resettable, source);
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
        return initial;
    }

    /** Whether the synchronous reset acts on this register. */
    public boolean resettable() {
        return resettable;
    }

    /** Where the user's Java declared it. */
    public SourceLine source() {
        return source;
    }
}
