package narrowband.hdl.verilog;

/**
 * How Verilog is written.
 *
 * @param sourceLines whether each declaration, memory and check shows the line of the author's Java that it comes from. A kind of module that is built in several places
 *     shows the first of them.
 */
public record VerilogOptions(boolean sourceLines) {
    /** Without source lines: the text changes only where the hardware does. */
    public static final VerilogOptions PLAIN = new VerilogOptions(false);
}
