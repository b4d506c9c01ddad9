package narrowband.accel.network;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Codes of one width, packed without gaps, least significant bit first. Immutable. */
final class PackedCodes {
    /** Up to so many bits, a code lies in three bytes wherever it begins. */
    private static final int NARROW = 16;

    /** Bytes behind the last, so that any code can be read with its neighbours. */
    private static final int SPARE = 3;

    private final byte[] bytes;
    private final int count;
    private final int bits;

    private PackedCodes(byte[] bytes, int count, int bits) {
        if (bits < 1 || bits > NARROW && bits != Integer.SIZE) {
            throw new IllegalArgumentException("codes of %d bits are not packed".formatted(bits));
        }
        this.bytes = bytes;
        this.count = count;
        this.bits = bits;
    }

    /**
     * Takes the low bits of every number.
     *
     * @param bits 1 to 16, or 32
     */
    static PackedCodes of(int[] codes, int bits) {
        byte[] bytes = new byte[size(codes.length, bits) + SPARE];
        long pending = 0;
        int held = 0;
        int at = 0;
        for (int code : codes) {
            pending |= (code & (-1L >>> Long.SIZE - bits)) << held;
            for (held += bits; held >= Byte.SIZE; held -= Byte.SIZE) {
                bytes[at++] = (byte) pending;
                pending >>>= Byte.SIZE;
            }
        }
        bytes[at] = (byte) pending;
        return new PackedCodes(bytes, codes.length, bits);
    }

    /** Copies codes that are packed already; bits behind the last are of no meaning. */
    static PackedCodes copy(byte[] source, int offset, int count, int bits) {
        int size = size(count, bits);
        byte[] bytes = Arrays.copyOf(Arrays.copyOfRange(source, offset, offset + size), size + SPARE);
        int used = (int) ((long) count * bits % Byte.SIZE);
        if (used > 0) {
            bytes[size - 1] &= (byte) ((1 << used) - 1);
        }
        return new PackedCodes(bytes, count, bits);
    }

    /** Bytes that so many codes take, the last one filled up. */
    static int size(int count, int bits) {
        return Math.toIntExact(((long) count * bits + Byte.SIZE - 1) / Byte.SIZE);
    }

    void writeTo(ByteArrayOutputStream out) {
        out.write(bytes, 0, bytes.length - SPARE);
    }

    int get(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("%d of %d codes".formatted(index, count));
        }
        int window = window((long) index * bits);
        return bits == Integer.SIZE ? window | bytes[index * Integer.BYTES + 3] << 24 : window & (1 << bits) - 1;
    }

    /** The bits from one on, in the low bits: at least 16 of them. */
    int window(long bit) {
        int at = (int) (bit / Byte.SIZE);
        return ((bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16)
                >> (int) (bit % Byte.SIZE);
    }

    int[] toArray() {
        int[] codes = new int[count];
        long pending = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (; held < bits; held += Byte.SIZE) {
                pending |= (bytes[at++] & 0xFFL) << held;
            }
            codes[i] = (int) (pending & (-1L >>> Long.SIZE - bits));
            pending >>>= bits;
            held -= bits;
        }
        return codes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedCodes that
                && bits == that.bits
                && count == that.count
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * bits + Arrays.hashCode(bytes);
    }
}
