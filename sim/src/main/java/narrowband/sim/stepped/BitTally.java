package narrowband.sim.stepped;

/** How often each bit of words was set. */
final class BitTally {
    /** Bits of the number of words that are added together. */
    private static final int PLACES = 32;

    private final long[] counts = new long[Long.SIZE];
    /** By binary place, the digits of all 64 counts of the words that are being added. */
    private final long[] digits = new long[PLACES];

    long of(int bit) {
        return counts[bit];
    }

    /** Adds the first so many words, sixteen at a time with full adders for all 64 bits at once (Harley and Seal). */
    void add(long[] words, int length) {
        long ones = 0;
        long twos = 0;
        long fours = 0;
        long eights = 0;
        long pending = 0;
        int whole = length & -16;
        for (int from = 0; from < whole; from += 8) {
            long twosA = carry(ones, words[from], words[from + 1]);
            ones ^= words[from] ^ words[from + 1];
            long twosB = carry(ones, words[from + 2], words[from + 3]);
            ones ^= words[from + 2] ^ words[from + 3];
            long foursA = carry(twos, twosA, twosB);
            twos ^= twosA ^ twosB;
            twosA = carry(ones, words[from + 4], words[from + 5]);
            ones ^= words[from + 4] ^ words[from + 5];
            twosB = carry(ones, words[from + 6], words[from + 7]);
            ones ^= words[from + 6] ^ words[from + 7];
            long foursB = carry(twos, twosA, twosB);
            twos ^= twosA ^ twosB;
            long more = carry(fours, foursA, foursB);
            fours ^= foursA ^ foursB;
            if ((from & 8) == 0) {
                pending = more;
            } else {
                add(carry(eights, pending, more), 4);
                eights ^= pending ^ more;
            }
        }
        add(ones, 0);
        add(twos, 1);
        add(fours, 2);
        add(eights, 3);
        for (int from = whole; from < length; from++) {
            add(words[from], 0);
        }
        for (int place = 0; place < PLACES; place++) {
            for (long left = digits[place]; left != 0; left &= left - 1) {
                counts[Long.numberOfTrailingZeros(left)] += 1L << place;
            }
            digits[place] = 0;
        }
    }

    /** The carries of a full adder for each bit. */
    private static long carry(long a, long b, long c) {
        return a & b | (a ^ b) & c;
    }

    /** Adds one at a binary place to the counts of some bits. */
    private void add(long bits, int place) {
        long more = bits;
        for (int at = place; more != 0; at++) {
            long before = digits[at];
            digits[at] = before ^ more;
            more &= before;
        }
    }
}
