/** Writes a netlist as Verilog-2001: one file per kind of module, readable, deterministic to the byte, clean under the linters of Verilator, Icarus and Yosys. */
package narrowband.hdl.verilog;
