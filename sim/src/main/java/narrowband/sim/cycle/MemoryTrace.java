package narrowband.sim.cycle;

import java.util.BitSet;

/**
 * In which cycles a memory offered words, to be offered again in the same ones to the emitted design. If that takes each in the
 * cycle in which it was taken here, it would have done so with the memory itself: what a memory offers in a cycle depends only
 * on what was taken before.
 *
 * @param image cycles in which a word of an image was offered
 * @param weights the same of weights; none where the design takes none
 */
public record MemoryTrace(CycleList image, CycleList weights) {
    public StallPattern imagePattern() {
        return pattern(image);
    }

    public StallPattern weightsPattern() {
        return pattern(weights);
    }

    private static StallPattern pattern(CycleList cycles) {
        BitSet offered = new BitSet();
        for (long cycle : cycles.toArray()) {
            offered.set(Math.toIntExact(cycle));
        }
        return cycle -> offered.get(Math.toIntExact(cycle));
    }
}
