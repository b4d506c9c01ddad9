/**
 * The coarsest of the models of time: what a design's cycles cannot go below, in closed form and within microseconds to
 * milliseconds, without running anything. For searching, and to tell how much of the exact cycles is waiting.
 */
package narrowband.sim.bound;
