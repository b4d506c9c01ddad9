/**
 * The cycle simulators, which obey the timing contract of {@link narrowband.accel.design.Process} to the letter, and the records of what
 * they saw. {@link narrowband.sim.cycle.CycleSimulator} skips what nobody can see. {@link narrowband.sim.cycle.SteppedSimulator} goes
 * through every cycle, by a method that is written for the design; {@code SteppedProcess} and {@code SteppedFifo} are what that method
 * means, and what {@link narrowband.sim.cycle.Waves} looks at. The emitted Verilog must show the same cycles; faster models must show
 * the same counts.
 */
package narrowband.sim.cycle;
