package narrowband.sim.sizing;

import java.util.function.IntPredicate;

/** The shallowest FIFO that does. */
final class LeastDepth {
    private LeastDepth() {}

    /**
     * Bisects for a depth that suffices while one less does not; {@code least} where that suffices.
     *
     * @param least the smallest depth that may be given
     * @param enough one that suffices
     */
    static int find(int least, int enough, IntPredicate suffices) {
        if (enough <= least || suffices.test(least)) {
            return least;
        }
        int tooFew = least;
        int most = enough;
        while (most - tooFew > 1) {
            int middle = (most + tooFew) >>> 1;
            if (suffices.test(middle)) {
                most = middle;
            } else {
                tooFew = middle;
            }
        }
        return most;
    }
}
