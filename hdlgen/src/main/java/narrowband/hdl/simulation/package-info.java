/**
 * Runs an elaborated design in the JVM, cycle by cycle. {@link narrowband.hdl.simulation.Interpreter} is the meaning; {@link narrowband.hdl.simulation.CompiledSimulator} is what
 * to use, and tests hold it to the interpreter in every signal.
 *
 * <p>How a design is compiled: {@code Graph} numbers its values and folds what ports hide; {@code Cone} finds what some of them need and chooses what is held in variables;
 * {@code Schedule} orders a cycle's {@code Step}s so that registers change in place; {@code LoopCompiler} makes one method with a loop of a small design, {@code ChunkCompiler}
 * many methods of a large one; {@code StepCode}, {@code WordCode}, {@code NarrowCode} and {@code Jumps} write the bytecode. An edge computes what registers, memories and
 * checks need and nothing else; {@code Observation} computes what is peeked.
 *
 * <p>{@link narrowband.hdl.simulation.Waves} writes a run as a value change dump, {@link narrowband.hdl.simulation.PowerUp} starts registers at random and
 * {@link narrowband.hdl.simulation.StartDependence} finds outputs that show it. {@link narrowband.hdl.simulation.CoSimulation} runs the emitted Verilog of the same design in an
 * outside simulator and compares each output in each cycle.
 */
package narrowband.hdl.simulation;
