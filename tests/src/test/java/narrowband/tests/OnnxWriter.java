package narrowband.tests;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes ONNX files, operator by operator, as exporters do. */
final class OnnxWriter {
    static final String IMAGE = "image";

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main");
    private final int version;
    private int count;

    /** @param version of ONNX's operators */
    OnnxWriter(int version) {
        this.version = version;
    }

    /** The image; a length of 0 is left open. */
    OnnxWriter image(TensorProto.DataType type, long... lengths) {
        graph.addInput(value(IMAGE, type, lengths));
        return this;
    }

    /** The image as floats, one at a time or any number of them. */
    OnnxWriter image(long channels, long rows, long columns) {
        return image(TensorProto.DataType.FLOAT, 0, channels, rows, columns);
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, long... lengths) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long length : lengths) {
            shape.addDim(
                    length == 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(length));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    static TensorProto floats(String name, List<Long> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .addAllDims(shape)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes.array()))
                .build();
    }

    static TensorProto integers(String name, long... values) {
        return TensorProto.newBuilder()
                .setName(name)
                .addDims(values.length)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addAllInt64Data(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** Adds a tensor that the file holds and gives its name. */
    String tensor(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    String tensor(String name, List<Long> shape, float... values) {
        return tensor(floats(name, shape, values));
    }

    /** A name that no tensor has yet. */
    String fresh(String kind) {
        return kind + "_" + count++;
    }

    /** Adds a node without attributes and gives the name of what it yields. */
    String node(String type, String... inputs) {
        return node(type, Map.of(), inputs);
    }

    /**
     * Adds a node.
     *
     * @param attributes numbers, texts, tensors and lists of integers by their names
     */
    String node(String type, Map<String, Object> attributes, String... inputs) {
        String name = fresh(type.toLowerCase());
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(name)
                .setOpType(type)
                .addAllInput(List.of(inputs))
                .addOutput(name + "_out");
        attributes.forEach((key, setting) -> node.addAttribute(attribute(key, setting)));
        graph.addNode(node);
        return name + "_out";
    }

    private static AttributeProto attribute(String name, Object setting) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        switch (setting) {
            case Integer i ->
                attribute.setType(AttributeProto.AttributeType.INT).setI(i);
            case Float f ->
                attribute.setType(AttributeProto.AttributeType.FLOAT).setF(f);
            case String s ->
                attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
            case TensorProto t ->
                attribute.setType(AttributeProto.AttributeType.TENSOR).setT(t);
            case List<?> ints -> {
                attribute.setType(AttributeProto.AttributeType.INTS);
                ints.forEach(i -> attribute.addInts(((Number) i).longValue()));
            }
            default -> throw new IllegalArgumentException("attribute " + setting);
        }
        return attribute.build();
    }

    /** The file, with one output. */
    ModelProto model(String output) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version))
                .setGraph(graph.clone()
                        .addOutput(ValueInfoProto.newBuilder()
                                .setName(output)
                                .setType(TypeProto.newBuilder()
                                        .setTensorType(TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT.getNumber())))))
                .build();
    }

    static Path write(ModelProto model, Path file) {
        try {
            return Files.write(file, model.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(String output, Path file) {
        return write(model(output), file);
    }
}
