/**
 * Hardware as Java objects. A module is a class that extends {@link narrowband.hdl.Module}: its fields and its constructor are the circuit, its constructor arguments are the
 * parameters, and the names of the fields become the names in the Verilog.
 *
 * <pre>{@code
 * final class Counter extends Module {
 *     final Bool enable = input();
 *     final UInt count = output(8);
 *     final UInt value = reg(8, 0);          // 8 bits, 0 after reset
 *
 *     Counter(int limit) {
 *         parameter("limit", limit);
 *         when(enable, () ->
 *             when(value.eq(limit - 1), () -> value.set(0))
 *                 .otherwise(() -> value.set(value.wrappingPlus(1))));
 *         count.set(value);
 *     }
 * }
 *
 * Design design = Design.of(new Counter(10));
 * VerilogEmitter.emit(design).writeTo(folder);         // counter.v (and .mem files)
 * Simulator simulator = Simulator.of(design);
 * simulator.poke(counter.enable, 1).step(3);
 * assert simulator.peek(counter.count) == 3;
 * }</pre>
 *
 * <p>Widths: {@code plus}, {@code minus} and {@code times} grow so that nothing is lost; {@code wrappingPlus} and {@code wrappingMinus} keep the wider operand's width. A
 * narrower value may be set to a wider signal (it is extended by its own type); a wider one is an error until the author says {@code trunc(n)} or {@code sat(n)}.
 *
 * <p>{@code set} describes what drives a signal: a wire or an output has the value at once, a register takes it at the next rising edge. Inside {@code when} it holds only
 * under the condition; a later {@code when} overrides an earlier {@code set}. A register that no branch sets keeps its value; a wire must be set in every case.
 *
 * <p>Everything that is hardware is a {@link narrowband.hdl.Value}: a number, a truth value, a constant of a Java enum ({@link narrowband.hdl.Choice}), a record of values
 * ({@link narrowband.hdl.Bundle}), a vector of values ({@link narrowband.hdl.Vec}). An example stands for its type: {@code input(like)}, {@code reg(resetValue)}. A
 * {@link narrowband.hdl.Stream} carries any of them with a handshake.
 *
 * <p>A module has a main clock with a synchronous, active-high reset, both implicit: the emitted modules have ports {@code clk} and {@code rst} where they need them. Others are
 * declared with {@code clock()}. Registers and read ports also start from their reset value at power up, so that no value is ever unknown.
 *
 * <p>The netlist that comes out is in {@code ir}, its Verilog in {@code verilog}, its simulators in {@code simulation}, ready-made stream modules in {@code stream}, proofs of a design's
 * checks in {@code proof}. A tutorial with complete designs is the {@code README.md} of this module.
 */
package narrowband.hdl;
