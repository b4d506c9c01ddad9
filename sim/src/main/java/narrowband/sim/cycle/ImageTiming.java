package narrowband.sim.cycle;

/**
 * When one image passed through, in cycles after reset.
 *
 * @param firstWordIn the cycle in which its first word entered the image channel
 * @param lastWordIn the cycle in which its last word did
 * @param outputs the cycle in which the sink took each word of its result
 */
public record ImageTiming(long firstWordIn, long lastWordIn, CycleList outputs) {
    public long firstWordOut() {
        return outputs.first();
    }

    public long lastWordOut() {
        return outputs.last();
    }

    /** Cycles from the first word in to the last word out, both counted. */
    public long latencyCycles() {
        return lastWordOut() - firstWordIn + 1;
    }
}
