package narrowband.hdlgen;

import java.util.List;
import java.util.Map;

/**
 * What an emitted design did with a stream of images.
 *
 * @param results the codes of each image's result, in order
 * @param resultCycles the cycle in which each word of each result was taken; cycle 0 is the first after reset
 * @param transfers the words of every channel by its name, or none if no trace was asked for
 */
public record RtlRun(List<int[]> results, List<long[]> resultCycles, Map<String, Transfers> transfers) {
    /** The cycle after the last word was taken. */
    public long cycles() {
        return resultCycles.getLast()[resultCycles.getLast().length - 1] + 1;
    }

    /**
     * The words that entered a channel.
     *
     * @param cycles the cycle in which each was pushed
     * @param codes all lanes of all words, in order
     */
    public record Transfers(long[] cycles, int[] codes) {}
}
