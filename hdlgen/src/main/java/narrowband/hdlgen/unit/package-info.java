/**
 * The accelerator's hardware units, one module for each unit of {@code accel.design}, which obey the timing contract of
 * {@code accel.design.Process} to the cycle.
 *
 * <p>A unit steps through nested loops of counters. Its pipeline moves as a whole unless the word in its last stage waits
 * for room; a step fires when the pipeline moves and what it reads is there.
 */
package narrowband.hdlgen.unit;
