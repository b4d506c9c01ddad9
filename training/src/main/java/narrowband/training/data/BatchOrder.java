package narrowband.training.data;

import java.util.SplittableRandom;

/** The seeded order in which images are visited: a fresh permutation for every epoch. */
public final class BatchOrder {
    private BatchOrder() {}

    /** The order of epoch {@code epoch} over {@code size} images; the same arguments always give the same order. */
    public static int[] of(int size, long seed, int epoch) {
        return permutation(size, seed * 0x9E3779B97F4A7C15L + epoch);
    }

    static int[] permutation(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
