/**
 * A design as single bits: an and-inverter graph, derived from the netlist by what each operator means and by nothing that the Verilog emitter does. Proofs compare it with
 * what an outside tool makes of the emitted text; see {@code narrowband.hdl.proof}.
 */
package narrowband.hdl.bits;
