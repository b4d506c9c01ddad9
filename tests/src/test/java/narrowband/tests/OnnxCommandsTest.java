package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.Shape;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX files wherever a network is named. */
class OnnxCommandsTest {
    private static final int IMAGES = 60;

    @TempDir
    private Path folder;

    /** A network for strokes, 28x28 grey pixels and 10 classes, whose weights have learned nothing; its layers are named as in Verilog none may be. */
    private Path strokes(float bound) {
        OnnxWriter writer = new OnnxWriter(17).image(1, 28, 28);
        String x = writer.node(
                "Conv",
                Map.of("strides", List.of(2, 2), "pads", List.of(1, 1, 1, 1)),
                OnnxWriter.IMAGE,
                writer.tensor("module.weight", List.of(6L, 1L, 3L, 3L), numbers(54, 1)),
                writer.tensor("module.bias", List.of(6L), numbers(6, 2)));
        x = bound > 0
                ? writer.node("Clip", x, writer.tensor("least", List.of(), 0), writer.tensor("most", List.of(), bound))
                : writer.node("Relu", x);
        String branch = writer.node(
                "Conv",
                Map.of("pads", List.of(1, 1, 1, 1)),
                x,
                writer.tensor("reg.weight", List.of(6L, 6L, 3L, 3L), numbers(324, 3)),
                writer.tensor("reg.bias", List.of(6L), numbers(6, 4)));
        x = writer.node("Relu", writer.node("Add", x, branch));
        x = writer.node("MaxPool", Map.of("kernel_shape", List.of(2, 2), "strides", List.of(2, 2)), x);
        x = writer.node("Flatten", x);
        x = writer.node(
                "Gemm",
                Map.of("transB", 1),
                x,
                writer.tensor("output.weight", List.of(10L, 294L), numbers(2940, 5)),
                writer.tensor("output.bias", List.of(10L), numbers(10, 6)));
        return writer.write(writer.node("Softmax", Map.of("axis", 1), x), folder.resolve("Strokes.onnx"));
    }

    private static float[] numbers(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return numbers;
    }

    private static CommandLineRun fine(Object... words) {
        List<String> arguments = new ArrayList<>();
        for (Object word : words) {
            arguments.add(word.toString());
        }
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.code())
                .as(String.join(" ", arguments) + "\n" + run.err())
                .isZero();
        return run;
    }

    /** Images that are shifted have signs, which matrix-vector units do not take; of these there are none here. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void aRandomGraphBecomesVerifiedVerilogLikeAnyNetwork(long seed) {
        Path file = OnnxWriter.write(RandomOnnx.ofUnsigned(seed).model(), folder.resolve("random.onnx"));
        Path network = folder.resolve("random.nbn");
        fine("model", file, "--weight-bits", 2, "--act-bits", 3, "--out", network);
        fine("simulate", network);
        Path rtl = folder.resolve("rtl");
        fine("export", network, "--images", 2, "--out", rtl);
        assertThat(fine("verify", rtl).out()).contains("0 differ");
    }

    @Test
    void aModelTakesItsImagesAndClassesFromTheFile() {
        Path network = folder.resolve("network.nbn");
        fine("model", strokes(0), "--weight-bits", "1,2,3", "--out", network);
        IntegerNetwork written = NetworkFile.read(network);
        assertThat(written.name()).isEqualTo("strokes");
        assertThat(written.tensor(written.layers().getFirst().name()).shape()).isEqualTo(new Shape(28, 28, 1));
        assertThat(written.weights().keySet()).containsExactly("module", "reg", "output");
        Path rtl = folder.resolve("rtl");
        fine("export", network, "--images", 1, "--out", rtl);
        assertThat(fine("verify", rtl).out()).contains("0 differ");
    }

    @Test
    void evaluateCountsWhatOnnxRuntimeCounts() throws IOException, OrtException {
        Path file = strokes(0);
        Images images = DataSource.parse("strokes").load(1).test();
        byte[] pixels = new byte[IMAGES * images.imageSize()];
        for (int i = 0; i < IMAGES; i++) {
            images.write(i, pixels, i * images.imageSize());
        }
        float[] scores = OnnxRuntimePeer.scores(
                ModelProto.parseFrom(Files.readAllBytes(file)), new Shape(28, 28, 1), pixels, 1, false, false);
        int correct = 0;
        for (int i = 0; i < IMAGES; i++) {
            int best = 0;
            for (int c = 1; c < 10; c++) {
                best = scores[10 * i + c] > scores[10 * i + best] ? c : best;
            }
            correct += best == images.label(i) ? 1 : 0;
        }
        assertThat(fine("evaluate", file, "--test-images", IMAGES).out())
                .contains("%d of %d test images".formatted(correct, IMAGES));
    }

    @Test
    void trainingStartsFromTheFilesWeightsAndLowersExactly() {
        Path out = folder.resolve("out");
        CommandLineRun run = fine(
                "train", "--from", strokes(0), "--train-images", 512, "--epochs", 2, "--act-bits", 4, "--out", out);
        // Two batch norms of four kinds of numbers, three weights and a bias.
        assertThat(run.out()).contains("12 tensors taken").contains(": 0 differ");
        assertThat(NetworkFile.read(out.resolve("network.nbn")).name()).isEqualTo("strokes");
    }

    @Test
    void aGraphWithUpperBoundsLearnsAnewButBringsNoWeights() {
        Path file = strokes(1);
        CommandLineRun run =
                fine("train", "--model", file, "--train-images", 256, "--epochs", 3, "--out", folder.resolve("out"));
        assertThat(run.out()).contains("bounds    left to the quantisers").contains(": 0 differ");
        CommandLineRun evaluation = CommandLineRun.of("evaluate", file.toString(), "--test-images", "10");
        assertThat(evaluation.code()).isEqualTo(2);
        assertThat(evaluation.err()).contains("upper bounds", "Clip").doesNotContain("\tat ");
    }

    /** A command that reads no ONNX file starts as fast as before. */
    @Test
    void protocolBuffersAreLoadedOnlyForAFileThatNeedsThem() throws IOException, InterruptedException {
        assertThat(loaded("tiny")).noneMatch(line -> line.contains("com.google.protobuf"));
        assertThat(loaded(strokes(0).toString())).anyMatch(line -> line.contains("com.google.protobuf"));
    }

    /** The classes that the command loads, a line for each. */
    private List<String> loaded(String model) throws IOException, InterruptedException {
        Path list = folder.resolve("classes.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Xlog:class+load:file=" + list,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "narrowband.cli.Narrowband",
                        "model",
                        model,
                        "--force",
                        "--out",
                        folder.resolve("network.nbn").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("out.txt")))
                .isZero();
        return Files.readAllLines(list);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model FILE --image 32x32x3 --out OUT              | takes images of 28x28x1 rows, columns and channels, but these are 32x32x3",
                "model FILE --classes 5 --out OUT                  | tells 10 classes apart, not 5",
                "model FILE --weight-bits 1,2 --out OUT            | one weight width or 3, one for each of module, reg, output",
                "model none.onnx --out OUT                         | no ONNX file none.onnx",
                "train --model none.onnx --out OUT                 | no ONNX file none.onnx",
                "train --from FILE --model cnn --out OUT           | brings its own network",
                "train --model FILE --layer 'no weights=1' --out OUT | only the layers module, reg, output",
                "evaluate FILE --model cnn                         | brings its own network",
                "simulate FILE                                     | is not a Narrowband network"
            })
    void whatCannotBeDoneWithAFileIsRefusedWithTheReason(String line, String reason) {
        List<String> words = new ArrayList<>();
        for (String word : line.strip().split(" (?=(?:[^']*'[^']*')*[^']*$) *")) {
            words.add(
                    switch (word) {
                        case "FILE" -> strokes(0).toString();
                        case "OUT" -> folder.resolve("refused").toString();
                        default -> word.replace("'", "");
                    });
        }
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(reason).doesNotContain("\tat ");
        assertThat(folder.resolve("refused")).doesNotExist();
    }
}
