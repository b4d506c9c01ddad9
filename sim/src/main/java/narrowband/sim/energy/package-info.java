/**
 * Energy estimates: counts from the simulation times unit energies from a profile of a technology, with the uncertainty that
 * the unit energies carry; two designs compared, and a profile calibrated to a board. No figure here is measured on the
 * design itself.
 */
package narrowband.sim.energy;
