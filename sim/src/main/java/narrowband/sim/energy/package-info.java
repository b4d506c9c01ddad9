/**
 * Energy estimates: counts from the simulation times unit energies from a profile of the FPGA's technology, with the
 * uncertainty that the unit energies carry. No figure here is measured on the design itself.
 */
package narrowband.sim.energy;
