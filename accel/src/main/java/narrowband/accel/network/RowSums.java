package narrowband.accel.network;

/** Adds up weights, several at a time by a table: a network may have millions of them, and each is looked at when it is read. */
final class RowSums {
    /** Index bits of the table. */
    private static final int INDEX = 12;

    private final PackedCodes codes;
    private final int bits;
    /** How many neighbours index the table. */
    private final int together;
    /** By the codes of neighbours, the sum of their positive weights, and of their negative ones. */
    private final int[] positives;

    private final int[] negatives;
    private long positive;
    private long negative;

    /** @param bits of a code {@code k}, which means the weight {@code 2k - (2^bits - 1)} */
    RowSums(PackedCodes codes, int bits) {
        this.codes = codes;
        this.bits = bits;
        together = Math.max(1, INDEX / bits);
        positives = new int[1 << together * bits];
        negatives = new int[positives.length];
        int top = (1 << bits) - 1;
        // Code 0 means -top, and stands in an entry for each neighbour that a smaller index leaves out.
        negatives[0] = -top * together;
        for (int index = 1; index < positives.length; index++) {
            int weight = 2 * (index & top) - top;
            int others = index >> bits;
            positives[index] = positives[others] + Math.max(0, weight);
            negatives[index] = negatives[others] + top + Math.min(0, weight);
        }
    }

    /** Adds up so many weights, from one on. */
    void add(long first, int count) {
        positive = 0;
        negative = 0;
        long bit = first * bits;
        int left = count;
        int mask = positives.length - 1;
        for (; left >= together; left -= together) {
            int index = codes.window(bit) & mask;
            positive += positives[index];
            negative += negatives[index];
            bit += together * bits;
        }
        int top = (1 << bits) - 1;
        for (; left > 0; left--) {
            int weight = 2 * (codes.window(bit) & top) - top;
            positive += Math.max(0, weight);
            negative += Math.min(0, weight);
            bit += bits;
        }
    }

    /** The sum of those above 0. */
    long positive() {
        return positive;
    }

    /** The sum of those below 0. */
    long negative() {
        return negative;
    }
}
