package narrowband.hdl.verilog;

/**
 * How Verilog is written.
 *
 * @param sourceLines whether each declaration, memory and check shows the line of the author's Java that it comes from. A kind of module that is built in several places
 *     shows the first of them.
 * @param counting how ones are counted
 */
public record VerilogOptions(boolean sourceLines, Counting counting) {
    /** Without source lines: the text changes only where the hardware does. */
    public static final VerilogOptions PLAIN = new VerilogOptions(false, Counting.LOOP);

    /** These options with source lines or without. */
    public VerilogOptions withSourceLines(boolean shown) {
        return new VerilogOptions(shown, counting);
    }

    /** These options with another way to count ones. */
    public VerilogOptions withCounting(Counting way) {
        return new VerilogOptions(sourceLines, way);
    }
}
