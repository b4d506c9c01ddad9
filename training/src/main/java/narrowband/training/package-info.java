/**
 * Training from a data set to a finished low-bit network: the three phases, their schedule, progress, history and the
 * checkpoint from which an interrupted run goes on to the same bits.
 */
package narrowband.training;
