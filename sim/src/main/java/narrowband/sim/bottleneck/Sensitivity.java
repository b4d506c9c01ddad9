package narrowband.sim.bottleneck;

/**
 * What it would be worth if one thing were without limit: the design simulated again in that way.
 *
 * @param without what is without limit; a layer's name where {@code layer} is set
 * @param layer whether it is the work of a layer, that takes no time
 * @param intervalCycles cycles between results in the steady state
 * @param intervalGain how many times as many images per second; at least 1
 * @param latencyCycles of the first image
 * @param latencyGain how many times as soon; at least 1
 */
public record Sensitivity(
        String without,
        boolean layer,
        double intervalCycles,
        double intervalGain,
        long latencyCycles,
        double latencyGain) {
    /** The larger of the two gains. */
    public double gain() {
        return Math.max(intervalGain, latencyGain);
    }

    /** @param none a simulation without any relief */
    static Sensitivity of(String without, boolean layer, Outcome none, Outcome relieved) {
        return new Sensitivity(
                without,
                layer,
                relieved.interval,
                none.interval / relieved.interval,
                relieved.latency,
                (double) none.latency / relieved.latency);
    }

    /** What of a simulation counts here. */
    record Outcome(double interval, long latency) {}
}
