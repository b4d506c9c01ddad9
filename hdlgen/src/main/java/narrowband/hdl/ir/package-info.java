/**
 * The elaborated netlist: bit-vector nodes, nets, memories, and one {@link narrowband.hdl.ir.ModuleNetlist} per module instance. Every back end (Verilog, simulators)
 * reads this and nothing else. A node is a pattern of bits; whether a comparison or an extension is signed is said by the operator, never by the operand. How users
 * describe hardware lives in {@code narrowband.hdl}; here nothing knows about it.
 */
package narrowband.hdl.ir;
