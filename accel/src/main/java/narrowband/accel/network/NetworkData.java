package narrowband.accel.network;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;

/** The part of a network's file that is no text: runs of packed codes, each beginning with a byte of its own. */
final class NetworkData {
    private final List<PackedCodes> written = new ArrayList<>();
    private final byte[] source;
    private int at;

    /** To write. */
    NetworkData() {
        this(new byte[0], 0);
    }

    /**
     * To read.
     *
     * @param from where in the source the data begin; they end with it
     */
    NetworkData(byte[] source, int from) {
        this.source = source;
        at = from;
    }

    void append(PackedCodes codes) {
        written.add(codes);
    }

    /** Takes the next run. */
    PackedCodes take(int count, int bits) {
        int size = PackedCodes.size(count, bits);
        if (size > remaining()) {
            throw new InvalidInputException(
                    "the data end early: %d more bytes are needed, %d are left.".formatted(size, remaining()));
        }
        PackedCodes codes = PackedCodes.copy(source, at, count, bits);
        at += size;
        return codes;
    }

    int remaining() {
        return source.length - at;
    }

    /** What was written. */
    byte[] toBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        written.forEach(codes -> codes.writeTo(all));
        return all.toByteArray();
    }
}
