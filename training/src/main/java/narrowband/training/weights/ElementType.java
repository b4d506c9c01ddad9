package narrowband.training.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How a number lies in a file, little-endian; all become floats. */
enum ElementType {
    FLOAT64("F64", "Double", 8) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return (float) bytes.getDouble(place);
        }
    },
    FLOAT32("F32", "Float", 4) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.getFloat(place);
        }
    },
    FLOAT16("F16", "Half", 2) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return Float.float16ToFloat(bytes.getShort(place));
        }
    },
    BFLOAT16("BF16", "BFloat16", 2) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return Float.intBitsToFloat(bytes.getShort(place) << 16);
        }
    },
    INT64("I64", "Long", 8) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.getLong(place);
        }
    },
    INT32("I32", "Int", 4) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.getInt(place);
        }
    },
    INT16("I16", "Short", 2) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.getShort(place);
        }
    },
    INT8("I8", "Char", 1) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.get(place);
        }
    },
    UINT8("U8", "Byte", 1) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.get(place) & 0xff;
        }
    },
    BOOL("BOOL", "Bool", 1) {
        @Override
        float at(ByteBuffer bytes, int place) {
            return bytes.get(place) == 0 ? 0 : 1;
        }
    };

    private final String inSafetensors;
    private final String inTorch;
    private final int bytes;

    ElementType(String inSafetensors, String inTorch, int bytes) {
        this.inSafetensors = inSafetensors;
        this.inTorch = inTorch;
        this.bytes = bytes;
    }

    /** The number that starts at a byte. */
    abstract float at(ByteBuffer bytes, int place);

    /** Bytes of a number. */
    int bytes() {
        return bytes;
    }

    /** The type that safetensors calls so. */
    static Optional<ElementType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(type -> type.inSafetensors.equals(name))
                .findFirst();
    }

    /** The type of PyTorch's {@code torch.FloatStorage} and its like. */
    static Optional<ElementType> ofStorage(String name) {
        return Arrays.stream(values())
                .filter(type -> name.equals("torch." + type.inTorch + "Storage"))
                .findFirst();
    }
}
