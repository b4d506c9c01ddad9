package narrowband.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFileTest {
    /** Rows and columns of the stored block exchanged: what PyTorch saves of a transposed view. */
    private static final float[] STORED = {9, 1, 2, 3, 4, 5, 6};

    private static final float[] TRANSPOSED = {1, 4, 2, 5, 3, 6};

    @TempDir
    private Path folder;

    private List<NamedTensor> read(byte[] bytes) throws IOException {
        Path file = folder.resolve("weights");
        Files.write(file, bytes);
        return WeightFile.read(file);
    }

    private static byte[] safetensors(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    private static byte[] stateDictionary(boolean legacy) {
        return new PickleWriter()
                .op('}')
                .text("epoch")
                .op('K')
                .op(7)
                .op('s')
                .text("state_dict")
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .op('(')
                .text("module.fc.weight")
                .tensor("FloatStorage", "a", STORED.length, legacy, 1, new int[] {3, 2}, new int[] {1, 3})
                .text("module.fc.bias")
                .tensor("FloatStorage", "a", STORED.length, legacy, 0, new int[] {1}, new int[] {1})
                .op('u')
                .op('s')
                .stop();
    }

    private static byte[] legacy() {
        byte[] magic = new BigInteger("1950a86a20f9469cfc6c", 16).toByteArray();
        PickleWriter number = new PickleWriter().op(0x8a).op(magic.length);
        for (int i = magic.length - 1; i >= 0; i--) {
            number.op(magic[i] & 0xff);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(number.stop());
        file.writeBytes(new PickleWriter().op('M').little(1001, 2).stop());
        file.writeBytes(new PickleWriter().op('}').stop());
        file.writeBytes(stateDictionary(true));
        file.writeBytes(new PickleWriter().op(']').text("a").op('a').stop());
        file.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(STORED.length)
                .array());
        file.writeBytes(PickleWriter.floats(STORED));
        return file.toByteArray();
    }

    private static byte[] archive(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry("net/" + file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] archive(byte[] pickle) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("data.pkl", pickle);
        files.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        files.put("data/a", PickleWriter.floats(STORED));
        return archive(files);
    }

    private static void assertIsTheDictionary(List<NamedTensor> tensors) {
        assertThat(tensors).extracting(NamedTensor::name).containsExactly("module.fc.weight", "module.fc.bias");
        assertThat(tensors.getFirst().shape()).containsExactly(3, 2);
        assertThat(tensors.getFirst().values()).containsExactly(TRANSPOSED);
        assertThat(tensors.get(1).values()).containsExactly(9);
    }

    @Test
    void bothFormatsOfPyTorchYieldTheTensorsOfTheirLargestDictionary() throws IOException {
        assertIsTheDictionary(read(legacy()));
        assertIsTheDictionary(read(archive(stateDictionary(false))));
    }

    @Test
    void safetensorsAreReadInTheOrderOfTheirHeader() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[4,12]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";
        List<NamedTensor> tensors = read(safetensors(header, PickleWriter.floats(7, 8, 9)));
        assertThat(tensors).extracting(NamedTensor::name).containsExactly("b", "a");
        assertThat(tensors.getFirst().shape()).containsExactly(2, 1);
        assertThat(tensors.getFirst().values()).containsExactly(8, 9);
        assertThat(tensors.get(1).values()).containsExactly(7);
    }

    /** Bytes of 1.5 by IEEE 754, of bfloat16 as the upper half of a float; others by two's complement. */
    @ParameterizedTest
    @CsvSource({
        "F64, 000000000000f83f, 1.5",
        "F32, 0000c03f, 1.5",
        "F16, 003e, 1.5",
        "BF16, c03f, 1.5",
        "I64, feffffffffffffff, -2",
        "I32, feffffff, -2",
        "I16, feff, -2",
        "I8, fe, -2",
        "U8, fe, 254",
        "BOOL, 01, 1"
    })
    void everyTypeOfNumberBecomesItsFloat(String type, String hex, float value) throws IOException {
        byte[] data = HexFormat.of().parseHex(hex);
        String header = "{\"a\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,%d]}}".formatted(type, data.length);
        assertThat(read(safetensors(header, data)).getFirst().values()).containsExactly(value);
    }

    @Test
    void codeInAPickleIsRefusedByItsName() {
        byte[] attack = new PickleWriter()
                .global("os", "system")
                .tuple(arguments -> arguments.text("true"))
                .op('R')
                .stop();
        assertThatThrownBy(() -> read(archive(attack)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("os.system")
                .hasMessageContaining("not code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GIF89a and so on", "{\"a\":1}"})
    void whatIsNotAFileOfWeightsIsRefused(String text) {
        assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not a file of weights");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> WeightFile.read(folder.resolve("none.pt")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none.pt");
    }

    /** Whatever is cut off or changed, the reader ends with tensors or with a message. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aDamagedFileNeverEndsInAFaultOfTheProgram(int format) throws IOException {
        String header = "{\"b\":{\"dtype\":\"F32\",\"shape\":[7],\"data_offsets\":[0,28]}}";
        byte[] whole = List.of(
                        safetensors(header, PickleWriter.floats(STORED)), legacy(), archive(stateDictionary(false)))
                .get(format);
        SplittableRandom random = new SplittableRandom(format);
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++) {
            byte[] damaged = trial % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = 0; trial % 3 > 0 && i < trial % 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                read(damaged);
            } catch (InvalidInputException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
