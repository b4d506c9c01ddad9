/**
 * Why an accelerator is as fast as it is and not faster: where each cycle of each unit went, which way through the units decided
 * when the results came out, and what it would be worth if something were without limit.
 */
package narrowband.sim.bottleneck;
