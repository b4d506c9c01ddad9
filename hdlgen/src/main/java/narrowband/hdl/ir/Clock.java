package narrowband.hdl.ir;

/**
 * A clock with its synchronous, active-high reset, as one module sees it. Every module has a main clock (ports {@code clk} and {@code rst}) and may have others, named like
 * its signals (ports {@code <name>_clk} and {@code <name>_rst}). What a module's clock is inside its parent, the {@link Instance} says.
 */
public final class Clock {
    private final SourceLine source;

    /** A clock of its own. */
    public Clock(SourceLine source) {
        this.source = source;
    }

    /** Where the user's Java declared it. */
    public SourceLine source() {
        return source;
    }
}
