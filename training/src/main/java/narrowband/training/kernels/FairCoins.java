package narrowband.training.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Fair coins, one for each place of a tensor, tossed by a key: the same key and place, the same side. */
public final class FairCoins {
    /** Coins of one draw. */
    private static final int DRAW = Long.SIZE;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;

    private FairCoins() {}

    /** The coins of the places {@code 64 draw..64 draw + 63}, one bit each from the lowest; 1 is tails. */
    private static long draw(long key, int draw) {
        return mixed(key + (draw + 1) * GOLDEN);
    }

    /** A number in which each bit depends on each of the given one: the finaliser of SplitMix64 (Steele et al. 2014). */
    public static long mixed(long z) {
        long once = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }

    /** The coin of a place: 1 or -1. */
    public static int at(long key, int place) {
        return (draw(key, place / DRAW) >>> place % DRAW & 1) == 0 ? 1 : -1;
    }

    /** {@code sum_i coin(i) g[i]} for {@code i} in {@code offset..offset+count-1}. */
    public static double sum(float[] g, int offset, int count, long key) {
        int end = offset + count;
        int firstWhole = Math.min(end, Math.ceilDiv(offset, DRAW) * DRAW);
        int lastWhole = Math.max(firstWhole, end / DRAW * DRAW);
        double sum = plainSum(g, offset, firstWhole, key);
        for (int i = firstWhole; i < lastWhole; i += DRAW) {
            long coins = draw(key, i / DRAW);
            FloatVector part = FloatVector.zero(WIDE);
            for (int k = 0; k < DRAW; k += WIDE.length()) {
                FloatVector values = FloatVector.fromArray(WIDE, g, i + k);
                part = part.add(values.lanewise(VectorOperators.NEG, VectorMask.fromLong(WIDE, coins >>> k)));
            }
            sum += VectorKernels.sum(part);
        }
        return sum + plainSum(g, lastWhole, end, key);
    }

    private static double plainSum(float[] g, int from, int to, long key) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += at(key, i) * g[i];
        }
        return sum;
    }
}
