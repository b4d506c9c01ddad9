package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import narrowband.accel.InvalidInputException;
import narrowband.training.onnx.OnnxNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX files as bytes: their formats of numbers, and damage. */
class OnnxFileTest {
    @TempDir
    private Path folder;

    /** A perceptron of one layer over two pixels, with the given weights [2, 2]. */
    private static ModelProto perceptron(TensorProto weights) {
        OnnxWriter writer = new OnnxWriter(17).image(1, 1, 2);
        String flat = writer.node("Flatten", OnnxWriter.IMAGE);
        return writer.model(writer.node("MatMul", flat, writer.tensor(weights)));
    }

    private OnnxNetwork read(ModelProto model) {
        return OnnxNetwork.read(OnnxWriter.write(model, folder.resolve("file.onnx")), Optional.empty());
    }

    /** The weights of the perceptron, output by output. */
    private float[] weights(TensorProto tensor) {
        return Arrays.copyOf(read(perceptron(tensor)).parameters().values(), 4);
    }

    private static TensorProto.Builder tensor(TensorProto.DataType type) {
        return TensorProto.newBuilder().setName("w").addDims(2).addDims(2).setDataType(type.getNumber());
    }

    /** 1.5 or -2 by IEEE 754, bfloat16 and two's complement. */
    @ParameterizedTest
    @CsvSource({
        "DOUBLE, 000000000000f83f, 1.5",
        "FLOAT, 0000c03f, 1.5",
        "FLOAT16, 003e, 1.5",
        "BFLOAT16, c03f, 1.5",
        "INT64, feffffffffffffff, -2",
        "INT32, feffffff, -2",
        "INT16, feff, -2",
        "INT8, fe, -2",
        "UINT8, fe, 254",
        "UINT16, feff, 65534",
        "UINT32, feffffff, 4294967294",
        "BOOL, 01, 1"
    })
    void everyTypeOfNumberBecomesItsFloat(TensorProto.DataType type, String hex, float value) {
        byte[] raw = HexFormat.of().parseHex(hex.repeat(4));
        assertThat(weights(tensor(type).setRawData(ByteString.copyFrom(raw)).build()))
                .containsExactly(value, value, value, value);
    }

    @Test
    void numbersInFieldsOfTheirTypeAreThoseInBytes() {
        assertThat(weights(tensor(TensorProto.DataType.FLOAT)
                        .addAllFloatData(List.of(1f, 2f, 3f, 4f))
                        .build()))
                .containsExactly(1, 3, 2, 4);
        assertThat(weights(tensor(TensorProto.DataType.DOUBLE)
                        .addAllDoubleData(List.of(1.0, 2.0, 3.0, 4.0))
                        .build()))
                .containsExactly(1, 3, 2, 4);
        assertThat(weights(tensor(TensorProto.DataType.INT64)
                        .addAllInt64Data(List.of(1L, 2L, 3L, 4L))
                        .build()))
                .containsExactly(1, 3, 2, 4);
        assertThat(weights(tensor(TensorProto.DataType.INT8)
                        .addAllInt32Data(List.of(1, -2, 3, 4))
                        .build()))
                .containsExactly(1, 3, -2, 4);
        // Half floats lie in 32-bit integers by their bits.
        assertThat(weights(tensor(TensorProto.DataType.FLOAT16)
                        .addAllInt32Data(List.of(0x3e00, 0, 0, 0xc000))
                        .build()))
                .containsExactly(1.5f, 0, 0, -2);
    }

    private TensorProto outside(String location, long offset, long length) {
        return tensor(TensorProto.DataType.FLOAT)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addAllExternalData(List.of(
                        entry("location", location), entry("offset", "" + offset), entry("length", "" + length)))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private void writeData(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(new float[] {9, 1, 2, 3, 4, 9});
        Files.createDirectories(file.getParent());
        Files.write(file, bytes.array());
    }

    @Test
    void numbersInAFileBesideAreReadFromTheirPlace() throws IOException {
        writeData(folder.resolve("below/weights.bin"));
        assertThat(weights(outside("below/weights.bin", 4, 16))).containsExactly(1, 3, 2, 4);
    }

    @Test
    void aFileOutsideOfTheFolderIsNotOpened() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("inner"));
        writeData(folder.resolve("weights.bin"));
        Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("weights.bin"));
        for (String location : List.of(
                "../weights.bin", folder.resolve("weights.bin").toAbsolutePath().toString(), "link.bin", "")) {
            Path file = OnnxWriter.write(perceptron(outside(location, 0, 16)), inner.resolve("file.onnx"));
            assertThatThrownBy(() -> OnnxNetwork.read(file, Optional.empty()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("tensor w")
                    .hasMessageContaining("folder of the ONNX file");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.bin    | 0  | 16 | which cannot be read",
                "weights.bin | 12 | 16 | that file has 24",
                "weights.bin | -4 | 16 | that file has 24",
                "weights.bin | 0  | 8  | needs 16 bytes, but there are 8"
            })
    void aFileBesideThatIsMissingOrTooShortIsNamed(String location, long offset, long length, String message)
            throws IOException {
        writeData(folder.resolve("weights.bin"));
        assertThatThrownBy(() -> weights(outside(location, offset, length)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("tensor w")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GIF89a and so on", "{\"a\":1}", "PK"})
    void whatIsNoOnnxIsRefused(String text) throws IOException {
        Path file = folder.resolve("text.onnx");
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> OnnxNetwork.check(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("text.onnx is no ONNX file");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> OnnxNetwork.check(folder.resolve("none.onnx")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none.onnx");
    }

    @Test
    void operatorsOfAVersionThatIsNotKnownAreRefused() {
        assertVersion(model -> model.toBuilder().clearOpsetImport().build(), "does not say which version");
        for (long version : new long[] {-1, 6, 26, 1L << 40}) {
            assertVersion(
                    model -> {
                        ModelProto.Builder builder = model.toBuilder();
                        builder.getOpsetImportBuilder(0).setVersion(version);
                        return builder.build();
                    },
                    "version " + version);
        }
    }

    private void assertVersion(UnaryOperator<ModelProto> change, String message) {
        ModelProto model = perceptron(OnnxWriter.floats("w", List.of(2L, 2L), 1, 2, 3, 4));
        assertThatThrownBy(() -> read(change.apply(model)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aShapeThatItsNumbersDoNotFillIsRefusedWithoutMemoryForIt() {
        TensorProto huge = OnnxWriter.floats("w", List.of(1L << 15, 1L << 15), 1, 2, 3, 4);
        assertThatThrownBy(() -> weights(huge))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("needs 4294967296 bytes, but there are 16");
        assertThatThrownBy(() -> weights(huge.toBuilder().addDims(1L << 40).build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("its shape is");
    }

    /** Whatever is cut off or changed, the reader ends with a network or with a message. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void aDamagedFileNeverEndsInAFaultOfTheProgram(long seed) throws IOException {
        byte[] whole = RandomOnnx.of(seed).model().toByteArray();
        SplittableRandom random = new SplittableRandom(seed);
        Path file = folder.resolve("damaged.onnx");
        int refused = 0;
        for (int trial = 0; trial < 1500; trial++) {
            byte[] damaged = trial % 5 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = 0; i < trial % 5; i++) {
                int place = random.nextInt(damaged.length);
                damaged[place] = random.nextBoolean()
                        ? (byte) random.nextInt()
                        : (byte) (damaged[place] ^ 1 << random.nextInt(8));
            }
            Files.write(file, damaged);
            try {
                OnnxNetwork.read(file, Optional.empty());
            } catch (InvalidInputException e) {
                assertThat(e).hasMessageContaining("damaged.onnx");
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed %d, trial %d".formatted(seed, trial), e);
            }
        }
        assertThat(refused).isGreaterThan(400);
    }
}
