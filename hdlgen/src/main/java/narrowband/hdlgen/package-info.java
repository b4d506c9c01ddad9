/**
 * Emits an accelerator as Verilog: the top module with AXI4-Stream in and out, its memory files, a self-checking test bench;
 * and runs the same design inside the Java machine, or its files in Icarus Verilog or Verilator.
 *
 * <p>The units are in {@code unit}; what a unit does and when is not decided here but in {@code accel}. What a processor sees
 * is in {@code control}, what synthesis tools are told and asked in {@code synthesis}.
 */
package narrowband.hdlgen;
