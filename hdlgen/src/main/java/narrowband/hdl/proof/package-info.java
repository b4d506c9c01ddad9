/**
 * Proofs about designs with outside provers: {@link narrowband.hdl.proof.FormalProof} proves a design's own checks, {@link narrowband.hdl.proof.Equivalence} that the emitted
 * Verilog is what the netlist means, bit by bit. Nothing here is needed to build or to run a design.
 */
package narrowband.hdl.proof;
