package narrowband.sim.cycle;

/**
 * What a {@link Dram} did for one stream.
 *
 * @param stream {@code image} or {@code weights}
 * @param bursts requested
 * @param busCycles cycles in which the bus gave its words
 * @param waitingForLatency cycles in which a word could have been taken, but its burst's latency was not over
 * @param waitingForBus the same where the bus had not come to it: the bandwidth was too low
 */
public record DramActivity(String stream, long bursts, double busCycles, long waitingForLatency, long waitingForBus) {}
