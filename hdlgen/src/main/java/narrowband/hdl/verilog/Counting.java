package narrowband.hdl.verilog;

/** How the ones of a word are counted in Verilog. Every form means the same; they differ in what synthesis makes of them. */
public enum Counting {
    /** A loop over the bits: short to read, and left to the synthesis tool. */
    LOOP,
    /** Full adders, level by level: for look-up tables of four inputs. */
    FULL_ADDERS,
    /** Counters of six bits, level by level: for look-up tables of six inputs, one for each bit of such a count. */
    SIX_BIT_COUNTERS
}
