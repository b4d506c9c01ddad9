package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;

/**
 * A tensor whose numbers are known: one that the file holds, or one worked out of such. The file's are decoded when they are
 * asked for, so that they take no memory twice.
 *
 * @param shape lengths, the slowest dimension first; none for a single number
 * @param whole whether it holds integers
 * @param at the number at a place, row by row
 */
record OnnxTensor(List<Integer> shape, boolean whole, IntToDoubleFunction at) {
    OnnxTensor {
        shape = List.copyOf(shape);
    }

    static OnnxTensor of(List<Integer> shape, boolean whole, double... values) {
        return new OnnxTensor(shape, whole, i -> values[i]);
    }

    static OnnxTensor ofIntegers(List<Integer> values) {
        return new OnnxTensor(List.of(values.size()), true, values::get);
    }

    /** How many numbers there are. */
    int size() {
        return shape.stream().reduce(1, (a, b) -> a * b);
    }

    double[] values() {
        return IntStream.range(0, size()).mapToDouble(at).toArray();
    }

    /** Numbers beyond the integers become the least or the largest of these. */
    List<Integer> integers() {
        return IntStream.range(0, size())
                .mapToObj(i -> (int) at.applyAsDouble(i))
                .toList();
    }

    OnnxTensor reshaped(List<Integer> dimensions) {
        return new OnnxTensor(dimensions, whole, at);
    }

    /** Dimension {@code i} is then what dimension {@code order[i]} was. */
    OnnxTensor transposed(List<Integer> order) {
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.get(i);
        }
        List<Integer> turned = order.stream().map(shape::get).toList();
        return new OnnxTensor(turned, whole, place -> {
            int from = 0;
            int rest = place;
            for (int i = turned.size() - 1; i >= 0; i--) {
                from += rest % turned.get(i) * strides[order.get(i)];
                rest /= turned.get(i);
            }
            return at.applyAsDouble(from);
        });
    }

    String shapeText() {
        return shape.isEmpty() ? "1" : shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    /**
     * A tensor of a file.
     *
     * @throws InvalidInputException if its numbers are of a type that is not known, or are not as many as its shape says
     */
    static OnnxTensor of(OnnxFile file, TensorProto tensor) {
        List<Integer> shape = new ArrayList<>();
        long size = 1;
        for (long length : tensor.getDimsList()) {
            if (length < 0 || length > Integer.MAX_VALUE || (size *= length) > Integer.MAX_VALUE) {
                throw refused(file, tensor, "its shape is " + tensor.getDimsList());
            }
            shape.add((int) length);
        }
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        if (type == null) {
            throw refused(file, tensor, "its numbers are of the unknown type " + tensor.getDataType());
        }
        boolean outside = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        if (outside || tensor.hasRawData()) {
            ByteBuffer bytes =
                    outside ? outside(file, tensor) : tensor.getRawData().asReadOnlyByteBuffer();
            return raw(file, tensor, shape, type, size, bytes.order(ByteOrder.LITTLE_ENDIAN));
        }
        return typed(file, tensor, shape, type, size);
    }

    private static OnnxTensor raw(
            OnnxFile file,
            TensorProto tensor,
            List<Integer> shape,
            TensorProto.DataType type,
            long size,
            ByteBuffer bytes) {
        int width = switch (type) {
            case BOOL, INT8, UINT8 -> 1;
            case INT16, UINT16, FLOAT16, BFLOAT16 -> 2;
            case INT32, UINT32, FLOAT -> 4;
            case INT64, UINT64, DOUBLE -> 8;
            default -> throw refused(file, tensor, "numbers of type " + type + " are not supported");
        };
        if (bytes.remaining() != size * width) {
            throw refused(
                    file,
                    tensor,
                    "its shape %s of %s needs %d bytes, but there are %d; the file is damaged"
                            .formatted(tensor.getDimsList(), type, size * width, bytes.remaining()));
        }
        IntToDoubleFunction at = switch (type) {
            case BOOL -> i -> bytes.get(i) == 0 ? 0 : 1;
            case INT8 -> bytes::get;
            case UINT8 -> i -> bytes.get(i) & 0xff;
            case INT16 -> i -> bytes.getShort(2 * i);
            case UINT16 -> i -> bytes.getShort(2 * i) & 0xffff;
            case FLOAT16 -> i -> Float.float16ToFloat(bytes.getShort(2 * i));
            case BFLOAT16 -> i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case INT32 -> i -> bytes.getInt(4 * i);
            case UINT32 -> i -> bytes.getInt(4 * i) & 0xffffffffL;
            case FLOAT -> i -> bytes.getFloat(4 * i);
            case DOUBLE -> i -> bytes.getDouble(8 * i);
            default -> i -> bytes.getLong(8 * i);
        };
        return new OnnxTensor(shape, isWhole(type), at);
    }

    private static OnnxTensor typed(
            OnnxFile file, TensorProto tensor, List<Integer> shape, TensorProto.DataType type, long size) {
        int count = switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            case UINT32, UINT64 -> tensor.getUint64DataCount();
            case BOOL, INT8, UINT8, INT16, UINT16, INT32, FLOAT16, BFLOAT16 -> tensor.getInt32DataCount();
            default -> throw refused(file, tensor, "numbers of type " + type + " are not supported");
        };
        if (count != size) {
            throw refused(
                    file,
                    tensor,
                    "its shape %s needs %d numbers of type %s, but there are %d; the file is damaged"
                            .formatted(tensor.getDimsList(), size, type, count));
        }
        IntToDoubleFunction at = switch (type) {
            case FLOAT -> tensor::getFloatData;
            case DOUBLE -> tensor::getDoubleData;
            case INT64 -> tensor::getInt64Data;
            case UINT32, UINT64 -> tensor::getUint64Data;
            case FLOAT16 -> i -> Float.float16ToFloat((short) tensor.getInt32Data(i));
            case BFLOAT16 -> i -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16);
            default -> tensor::getInt32Data;
        };
        return new OnnxTensor(shape, isWhole(type), at);
    }

    private static boolean isWhole(TensorProto.DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> false;
            default -> true;
        };
    }

    /** The bytes of a tensor that lies in a file of its own, which must be in the folder of the ONNX file, or below. */
    private static ByteBuffer outside(OnnxFile file, TensorProto tensor) {
        Path folder = file.path().toAbsolutePath().getParent().normalize();
        String location = entry(tensor, "location");
        try {
            Path data = folder.resolve(location).normalize();
            if (location.isEmpty() || Path.of(location).isAbsolute() || !data.startsWith(folder)) {
                throw refused(
                        file,
                        tensor,
                        "its numbers lie in \"%s\", which is not in the folder of the ONNX file".formatted(location));
            }
            try (FileChannel channel = FileChannel.open(data.toRealPath())) {
                if (!data.toRealPath().startsWith(folder.toRealPath())) {
                    throw refused(
                            file,
                            tensor,
                            "its numbers lie in \"%s\", a link out of the folder of the ONNX file".formatted(location));
                }
                long offset = number(file, tensor, "offset", 0);
                long length = number(file, tensor, "length", channel.size() - offset);
                if (offset < 0 || length < 0 || length > Integer.MAX_VALUE || offset > channel.size() - length) {
                    throw refused(
                            file,
                            tensor,
                            "its numbers lie at byte %d of \"%s\", %d bytes, but that file has %d"
                                    .formatted(offset, location, length, channel.size()));
                }
                return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "%s, tensor %s: its numbers lie in \"%s\", which cannot be read (%s); keep that file beside the ONNX file."
                            .formatted(file.path(), tensor.getName(), location, e.getMessage()),
                    e);
        }
    }

    private static String entry(TensorProto tensor, String key) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse("");
    }

    private static long number(OnnxFile file, TensorProto tensor, String key, long otherwise) {
        String text = entry(tensor, key);
        try {
            return text.isEmpty() ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw refused(
                    file, tensor, "its %s in a file of its own is \"%s\", which is no number".formatted(key, text));
        }
    }

    private static InvalidInputException refused(OnnxFile file, TensorProto tensor, String why) {
        return file.refused("tensor %s: %s.".formatted(tensor.getName(), why));
    }

    /** Whether all numbers are the same, and which. */
    boolean isAll(double value) {
        return Arrays.stream(values()).allMatch(v -> v == value);
    }
}
