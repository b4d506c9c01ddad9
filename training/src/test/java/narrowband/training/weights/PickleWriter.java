package narrowband.training.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Writes pickles of protocol 2 opcode by opcode, after Python's {@code pickletools}. */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        op(0x80).op(2);
    }

    PickleWriter op(int code) {
        out.write(code);
        return this;
    }

    PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return op('X').little(bytes.length, 4).raw(bytes);
    }

    PickleWriter integer(long value) {
        return op('J').little(value, 4);
    }

    PickleWriter global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    PickleWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter little(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
        return this;
    }

    PickleWriter tuple(Consumer<PickleWriter> items) {
        op('(');
        items.accept(this);
        return op('t');
    }

    /** {@code _rebuild_tensor_v2(storage, offset, shape, strides, False, OrderedDict())}. */
    PickleWriter tensor(
            String storageType, String key, long numbers, boolean legacy, int offset, int[] shape, int[] strides) {
        global("torch._utils", "_rebuild_tensor_v2");
        return tuple(arguments -> {
                    tuple(id -> {
                                text("storage").global("torch", storageType).text(key);
                                text("cpu").integer(numbers);
                                if (legacy) {
                                    op('N');
                                }
                            })
                            .op('Q');
                    integer(offset);
                    tuple(items -> List.of(box(shape)).forEach(items::integer));
                    tuple(items -> List.of(box(strides)).forEach(items::integer));
                    op(0x89).global("collections", "OrderedDict").op(')').op('R');
                })
                .op('R');
    }

    private static Integer[] box(int[] values) {
        Integer[] boxed = new Integer[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }

    byte[] stop() {
        op('.');
        return out.toByteArray();
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
