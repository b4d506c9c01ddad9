package narrowband.sim.energy;

/**
 * What one event costs, and how sure that is. The uncertainty is log-normal on either side of the nominal value: the true
 * value is below {@code low} with a probability of 10 %, and above {@code high} with 10 %.
 *
 * @param low the 10th percentile, above 0
 * @param nominal the median
 * @param high the 90th percentile
 * @param source where the figures come from
 */
public record UnitEnergy(double low, double nominal, double high, String source) {
    /** The 90th percentile of the standard normal distribution. */
    private static final double Z90 = 1.2815515655446004;

    public UnitEnergy {
        if (!(0 < low && low <= nominal && nominal <= high)) {
            throw new IllegalArgumentException(
                    "unit energies must rise from low over nominal to high, above 0, not %s, %s, %s"
                            .formatted(low, nominal, high));
        }
    }

    /** The value at a standard normal variate: {@code nominal} at 0, {@code high} at its 90th percentile. */
    double at(double z) {
        return nominal * Math.pow((z < 0 ? nominal / low : high / nominal), z / Z90);
    }

    /**
     * This energy corrected by a measurement.
     *
     * @param scale of all its values
     * @param factor by which it can still be off either way; intervals that are narrower stay as they are
     */
    UnitEnergy calibrated(double scale, double factor, String how) {
        double value = nominal * scale;
        return new UnitEnergy(
                value / Math.min(nominal / low, factor),
                value,
                value * Math.min(high / nominal, factor),
                how + "; " + source);
    }
}
