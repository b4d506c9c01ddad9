package narrowband.sim.bound;

import narrowband.accel.design.Accelerator;

/**
 * What no run of a design can go below, from the design alone.
 *
 * @param intervalCycles cycles between images; see {@link Accelerator#intervalBound}
 * @param latencyCycles cycles from reset until the sink has the whole first result, whatever source and sink do; those from
 *     the image's first word in, where the source offers it in the first cycle; see {@link LatencyBound}
 */
public record CycleBounds(long intervalCycles, long latencyCycles) {
    public static CycleBounds of(Accelerator accelerator) {
        return new CycleBounds(accelerator.intervalBound(), LatencyBound.of(accelerator));
    }

    /** The cycles that a stream takes at least: the first image, and an interval for each behind it. */
    public long streamCycles(int images) {
        return Math.max(latencyCycles, images * intervalCycles);
    }
}
