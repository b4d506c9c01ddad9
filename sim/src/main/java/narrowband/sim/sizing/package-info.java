/** FIFO depths, found by simulation: what an accelerator is laid out with is safe but generous. */
package narrowband.sim.sizing;
