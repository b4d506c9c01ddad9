/**
 * The cycle-stepped simulator: the timing contract of {@link narrowband.accel.design.Process}, interpreted cycle by cycle
 * and to the letter, and the records of what it saw. The emitted Verilog must show the same cycles; faster models must show
 * the same counts.
 */
package narrowband.sim.cycle;
