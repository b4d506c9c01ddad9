/**
 * The cycle simulator, which obeys the timing contract of {@link narrowband.accel.design.Process} to the letter and skips what nobody can
 * see; the world outside, with its patterns of stalls and its memory; and the records of what was seen. The emitted Verilog must show
 * the same cycles; faster models must show the same counts. The check that goes through every cycle is {@code narrowband.sim.stepped}.
 */
package narrowband.sim.cycle;
