package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.control.ControlRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hardware before training: from a model's name to verified Verilog, and to other weights in it. */
class ModelCommandTest {
    @TempDir
    private Path folder;

    private Path model(String name, String... options) {
        Path file = folder.resolve(name + ".nbn");
        List<String> words = new ArrayList<>(List.of("model", name, "--out", file.toString()));
        words.addAll(List.of(options));
        CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        return file;
    }

    @Test
    void aResidualNetworkOfUntrainedWeightsBecomesVerifiedVerilog() {
        Path network = model("resnet20", "--image", "8x8x3", "--weight-bits", "2", "--act-bits", "3");
        Path rtl = folder.resolve("rtl");
        assertThat(CommandLineRun.of("export", network.toString(), "--images", "2", "--out", rtl.toString())
                        .code())
                .isZero();
        CommandLineRun verify = CommandLineRun.of("verify", rtl.toString());
        assertThat(verify.code()).as(verify.out() + verify.err()).isZero();
        assertThat(verify.out()).contains("0 differ");
    }

    @Test
    void eachLayerHasTheWidthsThatWereAskedFor() {
        IntegerNetwork network = NetworkFile.read(
                model("tiny", "--image", "12x12x1", "--weight-bits", "1,2,3", "--act-bits", "4,2,3,5"));
        assertThat(network.weights().values()).extracting(WeightCodes::bits).containsExactly(1, 2, 3);
        assertThat(network.layers().stream()
                        .filter(Layer.Convolution.class::isInstance)
                        .map(layer -> network.inputOf(layer).type().bits()))
                .containsExactly(4, 2);
    }

    @Test
    void theSameSeedGivesTheSameNetworkAndAnotherAnother() throws IOException {
        byte[] one = Files.readAllBytes(model("tiny", "--image", "12x12x1"));
        byte[] again = Files.readAllBytes(model("tiny", "--image", "12x12x1", "--force"));
        byte[] other = Files.readAllBytes(model("tiny", "--image", "12x12x1", "--force", "--seed", "2"));
        assertThat(again).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nosuch    | --image 12x12x1            | nosuch
            tiny      | --image 12x12              | --image must be rows, columns and channels
            tiny      | --image 12x12x1 --act-bits 1,2 | one activation width or 4
            tiny      | --image 12x12x1 --weight-bits 9 | must be 1 to 8 bits
            tiny      | --image 12x12x1 --classes 1 | --classes must be at least 2
            tiny      | --image 2x2x1              | 2x2x1
            """)
    void whatCannotBeMadeIsRefusedWithTheReason(String model, String options, String reason) {
        Path out = folder.resolve("refused.nbn");
        String[] words = ("model " + model + " " + options + " --out " + out).split(" +");
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(reason).doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--reloadable-weights", "--shape shared --lanes 8"})
    void theBestClassesComeOutWithTheirScores(String shape) throws IOException {
        Path network = model("tiny", "--image", "12x12x1");
        Path rtl = folder.resolve("rtl");
        List<String> words = new ArrayList<>(List.of("export", network.toString(), "--top", "3", "--images", "2"));
        words.addAll(List.of(shape.split(" ")));
        words.addAll(List.of("--out", rtl.toString()));
        CommandLineRun export = CommandLineRun.of(words);
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(Files.readString(rtl.resolve("README.md"))).contains("each word is a class and its score");
        CommandLineRun verify = CommandLineRun.of("verify", rtl.toString());
        assertThat(verify.code()).as(verify.out() + verify.err()).isZero();
        // Three words for each of two images.
        assertThat(Files.readAllLines(rtl.resolve("tb_expected.mem"))).hasSize(6);
        if (shape.startsWith("--reloadable")) {
            Path list = folder.resolve("weights.txt");
            CommandLineRun weights =
                    CommandLineRun.of("weights", rtl.toString(), network.toString(), "--out", list.toString());
            assertThat(weights.code()).as(weights.err()).isZero();
        }
    }

    @Test
    void moreClassesThanThereAreCannotBeTheBest() {
        Path network = model("tiny", "--image", "12x12x1");
        CommandLineRun run = CommandLineRun.of("simulate", network.toString(), "--top", "11");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("of 10 scores it can give the best 1 to 10, not 11");
    }

    @Test
    void otherWeightsAreListedAsWrites() throws IOException {
        Path network = model("tiny", "--image", "12x12x1", "--weight-bits", "2");
        Path rtl = folder.resolve("rtl");
        assertThat(CommandLineRun.of(
                                "export",
                                network.toString(),
                                "--reloadable-weights",
                                "--images",
                                "1",
                                "--out",
                                rtl.toString())
                        .code())
                .isZero();
        Path list = folder.resolve("weights.txt");
        CommandLineRun run = CommandLineRun.of("weights", rtl.toString(), network.toString(), "--out", list.toString());
        assertThat(run.code()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(list);
        assertThat(lines).allMatch(line -> line.matches("[0-9a-f]{2} [0-9a-f]{8}"));
        assertThat(lines.getFirst()).isEqualTo("%02x 00000000".formatted(ControlRegister.LOAD_START.offset()));
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("%02x".formatted(ControlRegister.LOAD_START.offset()))))
                .hasSize(3);
        assertThat(CommandLineRun.of("verify", rtl.toString()).code()).isZero();
    }

    @Test
    void fixedWeightsAreNotListed() {
        Path network = model("tiny", "--image", "12x12x1");
        Path rtl = folder.resolve("rtl");
        CommandLineRun.of("export", network.toString(), "--images", "1", "--out", rtl.toString());
        CommandLineRun run = CommandLineRun.of(
                "weights",
                rtl.toString(),
                network.toString(),
                "--out",
                folder.resolve("w.txt").toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("export it with --reloadable-weights");
    }
}
