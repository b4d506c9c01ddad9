package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many test images a network gets right, through the command. */
class EvaluateCommandTest {
    private static final int IMAGES = 60;

    @TempDir
    private Path folder;

    @Test
    void aNetworkOfIntegersIsJudgedByItsReference() {
        Path file = folder.resolve("tiny.nbn");
        assertThat(CommandLineRun.of("model", "tiny", "--image", "28x28x1", "--out", file.toString())
                        .code())
                .isZero();
        ReferenceExecutor reference = new ReferenceExecutor(NetworkFile.read(file));
        Images images = DataSource.parse("strokes").load(1).test();
        int correct = 0;
        for (int i = 0; i < IMAGES; i++) {
            correct += reference.classify(images.image(i)) == images.label(i) ? 1 : 0;
        }
        CommandLineRun run = CommandLineRun.of("evaluate", file.toString(), "--test-images", "" + IMAGES);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("%d of %d test images".formatted(correct, IMAGES));
    }

    /** A perceptron whose scores are its biases, so that it always answers 3. */
    @Test
    void weightsOfAModelAreJudgedInFloatingPoint() throws IOException {
        StringBuilder header = new StringBuilder("{");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int inputs = 784;
        for (int layer = 1; layer <= 2; layer++) {
            append(header, data, "dense%d.weight".formatted(layer), "64,%d".formatted(inputs), new float[64 * inputs]);
            for (String kind : new String[] {"scale", "shift", "mean", "variance"}) {
                append(header, data, "dense%d_norm.%s".formatted(layer, kind), "64", new float[64]);
            }
            inputs = 64;
        }
        append(header, data, "dense3.weight", "10,64", new float[640]);
        append(header, data, "dense3.bias", "10", new float[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("mlp.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(8 + text.length + data.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text)
                        .put(data.toByteArray())
                        .array());
        Images images = DataSource.parse("strokes").load(1).test();
        int threes = 0;
        for (int i = 0; i < IMAGES; i++) {
            threes += images.label(i) == 3 ? 1 : 0;
        }
        CommandLineRun run =
                CommandLineRun.of("evaluate", file.toString(), "--model", "mlp", "--test-images", "" + IMAGES);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("12 tensors taken").contains("%d of %d test images".formatted(threes, IMAGES));
    }

    private static void append(
            StringBuilder header, ByteArrayOutputStream data, String name, String shape, float[] values) {
        int from = data.size();
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        data.writeBytes(bytes.array());
        header.append(header.length() > 1 ? "," : "")
                .append("\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                        .formatted(name, shape, from, data.size()));
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        Path file = folder.resolve("tiny.nbn");
        CommandLineRun.of("model", "tiny", "--image", "12x12x1", "--out", file.toString());
        CommandLineRun run = CommandLineRun.of("evaluate", file.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("12x12x1", "28x28x1").doesNotContain("\tat ");
    }
}
