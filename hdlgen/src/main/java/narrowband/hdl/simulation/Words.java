package narrowband.hdl.simulation;

import java.math.BigInteger;

/** Arithmetic on values of several words, and what else compiled code calls. All values are masked to their width. */
final class Words {
    private Words() {}

    static int count(int width) {
        return (width + 63) >>> 6;
    }

    /** The bits of the last word of a value of {@code width} bits. */
    static long mask(int width) {
        return -1L >>> (-width & 63);
    }

    static void store(long[] state, int at, int width, BigInteger value) {
        state[at] = value.longValue();
        for (int i = 1; i < count(width); i++) {
            state[at + i] = value.shiftRight(64 * i).longValue();
        }
    }

    static BigInteger load(long[] state, int at, int width) {
        int words = count(width);
        if (words == 1 && state[at] >= 0) {
            return BigInteger.valueOf(state[at]);
        }
        byte[] bytes = new byte[8 * words];
        for (int i = 0; i < words; i++) {
            long word = state[at + i];
            for (int j = 0; j < 8; j++) {
                bytes[8 * (words - i) - 1 - j] = (byte) (word >>> (8 * j));
            }
        }
        return new BigInteger(1, bytes);
    }

    static void add(long[] s, int to, int a, int b, int width) {
        int words = count(width);
        long carry = 0;
        for (int i = 0; i < words; i++) {
            long x = s[a + i];
            long y = s[b + i];
            long sum = x + y + carry;
            carry = ((x & y) | ((x | y) & ~sum)) >>> 63;
            s[to + i] = sum;
        }
        s[to + words - 1] &= mask(width);
    }

    static void subtract(long[] s, int to, int a, int b, int width) {
        int words = count(width);
        long borrow = 0;
        for (int i = 0; i < words; i++) {
            long x = s[a + i];
            long y = s[b + i];
            long difference = x - y - borrow;
            borrow = ((~x & y) | (~(x ^ y) & difference)) >>> 63;
            s[to + i] = difference;
        }
        s[to + words - 1] &= mask(width);
    }

    static void multiply(long[] s, int to, int a, int b, int width) {
        int words = count(width);
        for (int i = 0; i < words; i++) {
            s[to + i] = 0;
        }
        for (int i = 0; i < words; i++) {
            long x = s[a + i];
            long carry = 0;
            for (int j = 0; x != 0 && i + j < words; j++) {
                long y = s[b + j];
                long low = x * y;
                long high = Math.unsignedMultiplyHigh(x, y);
                long sum = low + s[to + i + j];
                high += Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
                long total = sum + carry;
                high += Long.compareUnsigned(total, sum) < 0 ? 1 : 0;
                s[to + i + j] = total;
                carry = high;
            }
        }
        s[to + words - 1] &= mask(width);
    }

    static long less(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    static long signedLess(long a, long b) {
        return a < b ? 1 : 0;
    }

    static long less(long[] s, int a, int b, int width) {
        for (int i = count(width) - 1; i >= 0; i--) {
            if (s[a + i] != s[b + i]) {
                return Long.compareUnsigned(s[a + i], s[b + i]) < 0 ? 1 : 0;
            }
        }
        return 0;
    }

    static long signedLess(long[] s, int a, int b, int width) {
        int top = count(width) - 1;
        int unused = -width & 63;
        long x = s[a + top] << unused;
        long y = s[b + top] << unused;
        return x != y ? (x < y ? 1 : 0) : less(s, a, b, width);
    }

    static void shiftLeft(long[] s, int to, int a, long amount, int width) {
        int words = count(width);
        boolean all = amount < 0 || amount >= width;
        int skip = all ? words : (int) (amount >>> 6);
        int bits = (int) amount & 63;
        for (int i = words - 1; i >= 0; i--) {
            long word = 0;
            if (i >= skip) {
                word = s[a + i - skip] << bits;
                if (bits != 0 && i > skip) {
                    word |= s[a + i - skip - 1] >>> (64 - bits);
                }
            }
            s[to + i] = word;
        }
        s[to + words - 1] &= mask(width);
    }

    static void shiftRight(long[] s, int to, int a, long amount, int width) {
        int words = count(width);
        boolean all = amount < 0 || amount >= width;
        int skip = all ? words : (int) (amount >>> 6);
        int bits = (int) amount & 63;
        for (int i = 0; i < words; i++) {
            long word = 0;
            if (i + skip < words) {
                word = s[a + i + skip] >>> bits;
                if (bits != 0 && i + skip + 1 < words) {
                    word |= s[a + i + skip + 1] << (64 - bits);
                }
            }
            s[to + i] = word;
        }
    }

    static void signedShiftRight(long[] s, int to, int a, long amount, int width) {
        int words = count(width);
        boolean negative = (s[a + words - 1] & 1L << (width - 1)) != 0;
        shiftRight(s, to, a, amount, width);
        long kept = amount < 0 || amount >= width ? 0 : width - amount;
        for (int i = 0; negative && i < words; i++) {
            long below = kept - 64L * i;
            s[to + i] |= below >= 64 ? 0 : below <= 0 ? -1L : -1L << below;
        }
        s[to + words - 1] &= mask(width);
    }

    static long shiftLeft(long a, long amount) {
        return amount >= 0 && amount < 64 ? a << amount : 0;
    }

    static long shiftRight(long a, long amount) {
        return amount >= 0 && amount < 64 ? a >>> amount : 0;
    }

    /** The operand is sign-extended to 64 bits. */
    static long signedShiftRight(long a, long amount) {
        return a >> (amount >= 0 && amount < 64 ? amount : 63);
    }

    /** One word of a narrow memory; 0 beyond its depth. */
    static long read(long[] memory, long address) {
        return address < memory.length ? memory[(int) address] : 0;
    }

    /** A wide word of a memory; 0 beyond its depth. */
    static void read(long[] memory, long address, long[] to, int at, int words) {
        long from = address * words;
        if (from + words <= memory.length) {
            System.arraycopy(memory, (int) from, to, at, words);
        } else {
            java.util.Arrays.fill(to, at, at + words, 0);
        }
    }

    static void copy(long[] from, int start, long[] to, int at, int words) {
        System.arraycopy(from, start, to, at, words);
    }
}
