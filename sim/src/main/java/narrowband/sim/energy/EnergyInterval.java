package narrowband.sim.energy;

/**
 * An energy and its uncertainty, in picojoules.
 *
 * @param nominal at the nominal unit energies; nominal energies of parts add up to that of the whole
 * @param p10 the 10th percentile
 * @param p50 the median
 * @param p90 the 90th percentile
 */
public record EnergyInterval(double nominal, double p10, double p50, double p90) {}
