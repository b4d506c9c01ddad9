package narrowband.accel.network;

import java.nio.ByteBuffer;
import java.util.Arrays;
import narrowband.accel.InvalidInputException;

/** A sequence of bit-packed runs of codes, least significant bit first; every run starts on a byte. */
final class PackedCodes {
    private byte[] written = new byte[64];
    private int size;
    private final ByteBuffer unread;

    PackedCodes() {
        this(ByteBuffer.allocate(0));
    }

    PackedCodes(ByteBuffer unread) {
        this.unread = unread;
    }

    /** Appends the low {@code bits} (1..32) of every code. */
    void append(int[] codes, int bits) {
        long more = ((long) codes.length * bits + Byte.SIZE - 1) / Byte.SIZE;
        int needed = Math.addExact(size, Math.toIntExact(more));
        if (needed > written.length) {
            written = Arrays.copyOf(written, Math.max(needed, 2 * written.length));
        }
        long pending = 0;
        int count = 0;
        for (int code : codes) {
            pending |= (code & ((1L << bits) - 1)) << count;
            for (count += bits; count >= Byte.SIZE; count -= Byte.SIZE) {
                written[size++] = (byte) pending;
                pending >>>= Byte.SIZE;
            }
        }
        if (count > 0) {
            written[size++] = (byte) pending;
        }
    }

    /** Takes the next run of {@code count} codes of {@code bits} bits, zero-extended. */
    int[] take(int count, int bits) {
        long bytes = ((long) count * bits + Byte.SIZE - 1) / Byte.SIZE;
        if (bytes > unread.remaining()) {
            throw new InvalidInputException(
                    "the data end early: %d more bytes are needed, %d are left.".formatted(bytes, unread.remaining()));
        }
        int[] codes = new int[count];
        if (Byte.SIZE % bits == 0) {
            takeWhole(codes, bits);
            return codes;
        }
        long pending = 0;
        int held = 0;
        for (int i = 0; i < count; i++) {
            for (; held < bits; held += Byte.SIZE) {
                pending |= (unread.get() & 0xFFL) << held;
            }
            codes[i] = (int) (pending & ((1L << bits) - 1));
            pending >>>= bits;
            held -= bits;
        }
        return codes;
    }

    /** The same where no code lies in two bytes, which is several times as fast. */
    private void takeWhole(int[] codes, int bits) {
        int mask = (1 << bits) - 1;
        int each = Byte.SIZE / bits;
        int i = 0;
        while (i < codes.length) {
            int pending = unread.get();
            for (int end = Math.min(codes.length, i + each); i < end; i++) {
                codes[i] = pending & mask;
                pending >>= bits;
            }
        }
    }

    int remaining() {
        return unread.remaining();
    }

    byte[] toBytes() {
        return Arrays.copyOf(written, size);
    }
}
