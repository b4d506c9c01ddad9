/**
 * The simulator that goes through every cycle, as a check of {@link narrowband.sim.cycle.CycleSimulator}, which knows nothing of it.
 * {@link narrowband.sim.stepped.SteppedSimulator} runs a method that is written for the design, in bytecode; {@code SteppedProcess} and
 * {@code SteppedFifo} are what that method means, and what {@link narrowband.sim.stepped.Waves} looks at. The world outside and the
 * records of what was seen are those of {@code narrowband.sim.cycle}.
 */
package narrowband.sim.stepped;
