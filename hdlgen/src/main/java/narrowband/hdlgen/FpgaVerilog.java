package narrowband.hdlgen;

import narrowband.accel.design.Fpga;
import narrowband.hdl.verilog.Counting;
import narrowband.hdl.verilog.VerilogOptions;

/** How Verilog is written for an FPGA: what it means is the same for all. */
public final class FpgaVerilog {
    private FpgaVerilog() {}

    /** Ones are counted by what the FPGA's look-up tables do best. */
    public static VerilogOptions options(Fpga fpga) {
        return VerilogOptions.PLAIN.withCounting(
                fpga.lutInputs() >= 6 ? Counting.SIX_BIT_COUNTERS : Counting.FULL_ADDERS);
    }
}
