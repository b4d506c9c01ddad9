/**
 * Runs an elaborated design in the JVM, cycle by cycle: {@link narrowband.hdl.simulation.Interpreter} is the meaning, and what is faster is proven equal to it.
 * {@link narrowband.hdl.simulation.CoSimulation} runs the emitted Verilog of the same design in an outside simulator and compares each output in each cycle.
 */
package narrowband.hdl.simulation;
