package narrowband.sim.cycle;

/**
 * What a {@link Dram} did for one stream.
 *
 * @param stream {@code image} or {@code weights}
 * @param bursts requested
 * @param busCycles cycles in which the bus gave its words
 * @param waitingForLatency cycles in which a word could have been taken, but its burst's latency was not over, or its row not open
 * @param waitingForBus the same where the bus had not come to it: the bandwidth was too low
 * @param rowHits bursts that found their row open; 0, as are the next two, where the memory has no rows
 * @param rowMisses bursts that found none open in their bank
 * @param rowConflicts bursts that found another open
 */
public record DramActivity(
        String stream,
        long bursts,
        double busCycles,
        long waitingForLatency,
        long waitingForBus,
        long rowHits,
        long rowMisses,
        long rowConflicts) {}
