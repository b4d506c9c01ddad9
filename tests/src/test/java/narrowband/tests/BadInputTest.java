package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.ExternalSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad input gets one message that names the file or the option, what was expected and what to do; exit code 2; no stack
 * trace; nothing half-written, nothing overwritten.
 */
class BadInputTest {
    private static final int CHECK_FAILED = 1;
    private static final int BAD_INPUT = 2;

    @TempDir
    Path folder;

    private Path network;

    @BeforeEach
    void writeANetwork() throws IOException {
        network = folder.resolve("network.nbn");
        NetworkFile.write(RandomNetworks.network(1), network);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--weight-bits 0            | --weight-bits, 1 to 16, not 0",
                "--weight-bits 33           | --weight-bits, 1 to 16, not 33",
                "--act-bits 0               | --act-bits, 1 to 16, not 0",
                "--act-bits 33              | --act-bits, 1 to 16, not 33",
                "--weight-bits three        | --weight-bits, three, a whole number",
                "--epochs 2                 | --epochs, at least 3, not 2",
                "--model resnet             | --model, resnet, cnn, mlp, tiny",
                "--data letters             | letters, strokes, cifar10:DIR, cifar100:DIR, idx:DIR",
                "--data strokes:x           | strokes:x, cifar10:DIR",
                "--data idx:                | idx:, idx:DIR",
                "--data idx:nowhere         | nowhere, not a folder, train-images-idx3-ubyte",
                "--data cifar10:nowhere     | nowhere, not a folder, data_batch_1.bin",
                "--data cifar100:nowhere    | nowhere, not a folder, train.bin",
                "--train-images 63          | --train-images, 64, 9500, not 63",
                "--train-images 10000       | --train-images, 64, 9500, not 10000",
                "--budget 3                 | --budget, \"3\", bits:WxA, bitops:N",
                "--budget bits:3            | --budget, \"bits:3\", bits:WxA",
                "--budget bits:0x3          | --budget, 1 to 16 bits, not 0",
                "--budget bits:3x17         | --budget, 1 to 16 bits, not 17",
                "--budget bits:3x1.2.3      | --budget, 1.2.3 is not a number",
                "--budget bitops:many       | --budget, many is not a number",
                "--budget bitops:NaN        | --budget, bitops:NaN, bitops:N",
                "--budget bitops:1          | --budget, out of reach",
                "--budget cycles:1e6,99lanes | --budget, lanes must be a power of two",
                "--budget cycles:1e6,xc7a35t | --budget, the lanes of a shared engine",
                "--budget cells:900,fast,9fps | There is no FPGA, fast",
                "--budget cells:900,xc7a35t | --budget, an FPGA and a rate",
                "--budget cells:9,xc7a35t,100fps | --budget, out of reach, logic cells",
                "--budget nanojoules:9,gw1n-9,9fps | --budget, no figures of energy",
                "--batch 1                  | --batch, at least 2, not 1",
                "--from nowhere.pt          | no file of weights, nowhere.pt",
                "--normalise zebra          | --normalise, zebra, imagenet",
                "--normalise 0.5,0.5/1,1    | 2 channels, have 1",
                "--residual-bits 17         | --residual-bits, 1 to 16, not 17",
                "--layer conv1              | --layer, conv1, not understood",
                "--layer conv9=2            | --layer, conv9=2, not understood",
                "--layers nowhere.txt       | --layers, nowhere.txt, cannot be read",
                "--set speed=1              | speed=1, NAME=VALUE, gradualRate",
                "--set startBits=1          | startBits, 2, 16, not 1",
                "--set weightGrid=round     | weightGrid=round, MID_RISE, HALF_INTEGER, AFFINE",
                "--set dither=much          | dither=much, NONE, FAIR_COIN, UNIFORM_VARIANCE",
                "--data folder:nowhere      | nowhere, train, val",
                "--checkpoint nowhere/a.nbc | --checkpoint, nowhere, no folder",
                "--resume                   | There is no checkpoint, checkpoint.nbc, --resume",
                "--seed one                 | --seed, one",
                "--colour red               | Unknown option, --colour",
            })
    void aBadOptionOfTrainingIsRefusedBeforeAnythingIsWritten(String options, String says) {
        for (String command : List.of("train", "flow")) {
            Path out = folder.resolve("deep").resolve(command);
            List<String> arguments = new ArrayList<>(List.of(command, "--out", out.toString()));
            arguments.addAll(List.of(options.split(" ")));
            isRefused(BAD_INPUT, CommandLineRun.of(arguments), says);
            assertThat(out.getParent()).doesNotExist();
        }
    }

    @Test
    void weightsWithoutIntegersAreRefusedWhereHardwareIsWanted() {
        Path out = folder.resolve("deep").resolve("flow");
        CommandLineRun run = CommandLineRun.of("flow", "--out", out.toString(), "--set", "weightGrid=affine");
        isRefused(BAD_INPUT, run, "weightGrid=affine, weightGrid=mid-rise or weightGrid=half-integer");
        assertThat(out.getParent()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fpga stratix        | stratix, ice40up5k, xc7a35t, xczu3eg",
                "--clock 0             | --clock, above 0, not 0",
                "--clock NaN           | --clock, above 0",
                "--fps -1              | --fps, above 0, not -1",
                "--fps fast            | --fps, fast",
                "--images 0            | --images, at least 1, not 0",
                "--images -3           | --images, at least 1, not -3",
                "--top 0               | --top, at least 1, not 0",
            })
    void aBadOptionOfTheHardwareIsRefusedBeforeAnythingIsWritten(String options, String says) {
        for (List<String> command : List.of(
                List.of("simulate", network.toString()), List.of("export", network.toString()), List.of("flow"))) {
            Path out = folder.resolve("out");
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(List.of("--out", out.toString()));
            arguments.addAll(List.of(options.split(" ")));
            isRefused(BAD_INPUT, CommandLineRun.of(arguments), says);
            assertThat(out).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                    | Name a command, flow",
                "flows                 | There is no command, flows, narrowband flow",
                "diff a b c            | c, an argument too many for diff",
                "simulate x --fps 0,5  | --fps, 0,5, is not a number, 0.5",
                "simulate x --shape s  | --shape, dataflow, shared",
                "simulate x --memory 0 | --memory 0, MB/s",
                "model tiny --image 99999x99999x3 --out x | 99999x99999x3, 2^31",
                "model tiny --image 20000x20000x3 --out x | 20000x20000x3, too large",
                "model tiny --weight-bits two --out x | --weight-bits, two, a whole number",
                "model tiny --weight-bits 9 --out x   | Each weight width, 1 to 8, not 9",
                "train                 | --out",
                "simulate              | NETWORK",
                "export                | NETWORK",
                "verify                | RTL_DIR",
                "verify x --with spice | --with, spice, icarus, verilator",
                "synth                 | RTL_DIR",
                "synth x --seeds 0     | --seeds, at least 1, not 0",
                "synth x --clock 0     | --clock, above 0, not 0",
                "synth x --tools /no/x | --tools, /no/x, no such folder",
                "synth nowhere         | nowhere, no such folder, narrowband export",
                "data pictures         | pictures, strokes, idx:DIR",
                "data strokes --show -1 | --show, 0 to 1,999, not -1",
                "devices extra         | extra",
                "flow --images 2001    | --images, at most 2,000, not 2,001",
                "flow --device gpu     | --device, gpu, tornado:BACKEND, auto",
                "flow --device tornado | --device tornado, TornadoVM, TORNADOVM_HOME, narrowband devices",
                "flow --resume         | --resume, --out",
            })
    void badUsageIsExplained(String arguments, String says) {
        isRefused(BAD_INPUT, CommandLineRun.of(arguments.isEmpty() ? List.of() : List.of(arguments.split(" "))), says);
    }

    @Test
    void aRateThatNoDesignReachesNamesTheLayerThatStopsIt() {
        isRefused(
                BAD_INPUT,
                CommandLineRun.of("simulate", network.toString(), "--fps", "1e8"),
                "images per second, layer, needs at least, can be reached");
    }

    @Test
    void aRateThatTheFpgaIsTooSmallForNamesTheResource() throws IOException {
        // A product of 8-bit codes for each of 64 x 64 weights in every second cycle: 2,048 multipliers.
        Layer input = new Layer.Input("image", new Shape(1, 1, 64), CodeType.unsigned(8), Scale.uniform(1));
        WeightCodes weights = new WeightCodes(8, 64, 64, new int[64 * 64]);
        Layer dense = new Layer.Dense("dense", "image", weights, Scale.uniform(1));
        NetworkFile.write(new IntegerNetwork("wide", List.of(input, dense)), network);
        isRefused(
                BAD_INPUT,
                CommandLineRun.of("simulate", network.toString(), "--fpga", "ice40up5k", "--fps", "6e6"),
                "6000000 images per second, LUTs, ice40up5k, it reaches about");
    }

    @Test
    void aNetworkThatIsNotThereIsNamed() {
        isRefused(BAD_INPUT, CommandLineRun.of("simulate", "nowhere.nbn"), "nowhere.nbn, no such file, train");
        isRefused(BAD_INPUT, CommandLineRun.of("simulate", folder.toString()), folder + ", cannot be read");
    }

    @Test
    void aFlippedByteAnywhereInANetworkFileIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(network);
        for (int at = 0; at < bytes.length; at += 7) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            Files.write(network, damaged);
            CommandLineRun run = CommandLineRun.of("simulate", network.toString());
            isRefused(BAD_INPUT, run, network.toString());
        }
    }

    @Test
    void aTruncatedNetworkFileIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(network);
        for (int length = 0; length < bytes.length; length += 11) {
            Files.write(network, Arrays.copyOf(bytes, length));
            isRefused(BAD_INPUT, CommandLineRun.of("simulate", network.toString()), network.toString());
        }
    }

    @Test
    void aNetworkFileOfAnotherVersionIsRefused() throws IOException {
        String text = Files.readString(network, StandardCharsets.ISO_8859_1);
        Files.writeString(network, text.replaceFirst("format 1\n", "format 2\n"), StandardCharsets.ISO_8859_1);
        isRefused(
                BAD_INPUT,
                CommandLineRun.of(
                        "export",
                        network.toString(),
                        "--out",
                        folder.resolve("rtl").toString()),
                network + ", the format is 2, reads format 1");
        assertThat(folder.resolve("rtl")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "flow", "simulate", "export"})
    void anOutputFolderBelowAFileIsRefused(String command) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (Path out : List.of(file, file.resolve("run"), file.resolve("deep").resolve("run"))) {
            isRefused(BAD_INPUT, CommandLineRun.of(writing(command, out)), file + ", taken by a file, --out");
        }
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "flow", "simulate", "export"})
    void aFolderThatHoldsFilesIsNotWrittenIntoUnasked(String command) throws IOException {
        Path out = Files.createDirectory(folder.resolve("run"));
        Files.writeString(out.resolve("thesis.txt"), "mine");
        Map<String, byte[]> before = contents(out);
        isRefused(BAD_INPUT, CommandLineRun.of(writing(command, out)), out + ", holds files already, --out, --force");
        assertThat(contents(out)).containsExactlyEntriesOf(before);
    }

    @Test
    void anExportReplacesAnExportWhenForcedAndNothingElse() throws IOException {
        Path rtl = folder.resolve("rtl");
        assertThat(CommandLineRun.of(writing("export", rtl)).code()).isZero();
        List<String> again = new ArrayList<>(writing("export", rtl));
        again.add("--force");
        Files.writeString(rtl.resolve("stale.v"), "module stale; endmodule");
        assertThat(CommandLineRun.of(again).code()).isZero();
        assertThat(rtl.resolve("stale.v")).doesNotExist();

        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("thesis.txt"), "mine");
        List<String> wrong = new ArrayList<>(writing("export", home));
        wrong.add("--force");
        isRefused(BAD_INPUT, CommandLineRun.of(wrong), home + ", design.json, --force, --out");
        assertThat(home.resolve("thesis.txt")).hasContent("mine");
    }

    @Test
    void anotherRunsCheckpointIsNotOverwrittenUnasked() throws IOException {
        Path checkpoint = Files.writeString(folder.resolve("precious.nbc"), "mine");
        Path out = folder.resolve("run");
        isRefused(
                BAD_INPUT,
                CommandLineRun.of("train", "--out", out.toString(), "--checkpoint", checkpoint.toString()),
                checkpoint + ", --resume, --force");
        isRefused(
                BAD_INPUT,
                CommandLineRun.of("train", "--out", out.toString(), "--checkpoint", checkpoint.toString(), "--resume"),
                checkpoint + ", not a checkpoint");
        assertThat(checkpoint).hasContent("mine");
        assertThat(out).doesNotExist();
    }

    @Test
    void missingTruncatedAndDamagedDataFilesAreNamed() throws IOException {
        Path data = Files.createDirectory(folder.resolve("mnist"));
        for (String part : List.of("train", "t10k")) {
            Files.write(data.resolve(part + "-images-idx3-ubyte"), images(200));
            Files.write(data.resolve(part + "-labels-idx1-ubyte"), labels(200));
        }
        assertThat(CommandLineRun.of("data", "idx:" + data).code()).isZero();
        for (Path file : files(data)) {
            String name = file.getFileName().toString();
            byte[] whole = Files.readAllBytes(file);

            byte[] magic = whole.clone();
            magic[3] ^= 0x10;
            Files.write(file, magic);
            isRefused(
                    BAD_INPUT, CommandLineRun.of("data", "idx:" + data), name + ", magic number, 0x0000081, 0x0000080");

            Files.write(file, Arrays.copyOf(whole, whole.length - 1));
            isRefused(BAD_INPUT, CommandLineRun.of("data", "idx:" + data), name + ", truncated, download it again");
            Files.write(file, Arrays.copyOf(whole, 6));
            isRefused(BAD_INPUT, CommandLineRun.of("data", "idx:" + data), name + ", truncated, header");
            Files.delete(file);
            isRefused(BAD_INPUT, CommandLineRun.of("data", "idx:" + data), data + ", " + name + ", expected");

            byte[] packed = gzip(whole);
            Path archive = data.resolve(name + ".gz");
            Files.write(archive, Arrays.copyOf(packed, packed.length / 2));
            isRefused(BAD_INPUT, CommandLineRun.of("data", "idx:" + data), archive + ", truncated");
            Files.write(archive, packed);
            assertThat(CommandLineRun.of("data", "idx:" + data).code()).isZero();
        }
    }

    @Test
    void aTruncatedCifarBatchIsNamed() throws IOException {
        Path data = Files.createDirectory(folder.resolve("cifar"));
        Files.write(data.resolve("data_batch_1.bin"), new byte[10_000 * 3073 - 1]);
        isRefused(
                BAD_INPUT,
                CommandLineRun.of(
                        "train",
                        "--data",
                        "cifar10:" + data,
                        "--out",
                        folder.resolve("run").toString()),
                "data_batch_1.bin, 30729999 bytes, 30730000");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void onlyAFolderOfHardwareIsVerified() throws IOException {
        isRefused(BAD_INPUT, CommandLineRun.of("verify", "nowhere"), "nowhere, no such folder, export");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        isRefused(BAD_INPUT, CommandLineRun.of("verify", empty.toString()), empty + ", network.nbn, no such file");
        isRefused(BAD_INPUT, CommandLineRun.of("verify", network.toString()), network + ", folder");
        Path rtl = export();
        for (String images : List.of("0", "3", "-1")) {
            isRefused(
                    BAD_INPUT,
                    CommandLineRun.of("verify", rtl.toString(), "--images", images),
                    "--images, 1 to 2, not " + images);
        }
        NetworkFile.write(RandomNetworks.network(2), rtl.resolve("network.nbn"));
        isRefused(BAD_INPUT, CommandLineRun.of("verify", rtl.toString()), rtl + ", another network");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "design.json |  | design.json",
                "design.json | {} | design.json",
                "design.json | [1, | design.json, line",
                "tb_image.mem  |  | tb_image.mem",
                "tb_image.mem  | 1 | tb_image.mem, whole images",
                "tb_image.mem  | pixels | tb_image.mem, line 1, hexadecimal",
                "tb_image.mem | -1 | tb_image.mem, line 1, bits, not -1",
                "tb_image.mem | ffffffffffffffff | tb_image.mem, line 1, bits, not ffffffffffffffff"
            })
    void aDamagedFileOfAHardwareFolderIsNamed(String name, String text, String says) throws IOException {
        Path rtl = export();
        Files.writeString(rtl.resolve(name), text == null ? "" : text);
        isRefused(BAD_INPUT, CommandLineRun.of("verify", rtl.toString()), says);
    }

    @Test
    void aMissingFileOfAHardwareFolderIsNamed() throws IOException {
        for (String name : List.of("design.json", "network.nbn", "tb_image.mem")) {
            Path rtl = export();
            Files.delete(rtl.resolve(name));
            isRefused(
                    BAD_INPUT,
                    CommandLineRun.of("verify", rtl.toString()),
                    rtl.resolve(name).toString());
        }
    }

    @Test
    void everyDesignFileChangedByHandIsNamed() throws IOException {
        Path rtl = export();
        List<Path> design = design(rtl);
        assertThat(design).hasSizeGreaterThan(10);
        for (Path file : design) {
            byte[] sound = Files.readAllBytes(file);
            byte[] changed = sound.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(file, changed);
            CommandLineRun run = CommandLineRun.of("verify", rtl.toString(), "--images", "1");
            assertThat(run.code()).as(file.toString()).isEqualTo(CHECK_FAILED);
            assertThat(run.out()).contains("DIFFERS", file.getFileName().toString());
            assertThat(run.err()).isEmpty();
            Files.write(file, sound);
        }
        Files.delete(design.getFirst());
        assertThat(CommandLineRun.of("verify", rtl.toString()).out())
                .contains(design.getFirst().getFileName().toString());
    }

    @Test
    void icarusFindsWeightsChangedByHand() throws IOException {
        assumeTrue(ExternalSimulator.ICARUS.isInstalled(), "Icarus Verilog is not installed: left out");
        Path rtl = Files.createTempDirectory(folder, "rtl").resolve("it");
        // Weights that can be loaded lie in memories.
        assertThat(CommandLineRun.of(
                                "export",
                                network.toString(),
                                "--images",
                                "2",
                                "--reloadable-weights",
                                "--out",
                                rtl.toString())
                        .code())
                .isZero();
        Path weights = design(rtl).stream()
                .filter(file -> file.getFileName().toString().matches(".*weights.*\\.mem"))
                .reduce((_, last) -> last)
                .orElseThrow();
        // The last hexadecimal digit of every word of weights of a layer.
        Files.writeString(weights, Files.readString(weights).replaceAll("(?m)^(.*)(.)$", "$1" + "0"));
        CommandLineRun run = CommandLineRun.of("verify", rtl.toString(), "--with", "icarus", "--json");
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(CHECK_FAILED);
        assertThat(run.json().get("passed").booleanValue()).isFalse();
        assertThat(run.json().at("/verification/mismatches").longValue()).isPositive();
        assertThat(run.json().get("firstDifference").stringValue()).matches("(result word|channel ).*");
    }

    private Path export() throws IOException {
        Path rtl = Files.createTempDirectory(folder, "rtl").resolve("it");
        CommandLineRun run = CommandLineRun.of(writing("export", rtl));
        assertThat(run.code()).as(run.err()).isZero();
        return rtl;
    }

    private List<String> writing(String command, Path out) {
        return switch (command) {
            case "simulate" -> List.of(command, network.toString(), "--out", out.toString());
            case "export" -> List.of(command, network.toString(), "--images", "2", "--out", out.toString());
            default -> List.of(command, "--model", "tiny", "--out", out.toString());
        };
    }

    /** The design's own files: neither the test bench's nor the design's description. */
    private static List<Path> design(Path rtl) throws IOException {
        return files(rtl).stream()
                .filter(file -> file.toString().matches(".*\\.(v|mem)"))
                .filter(file -> !file.getFileName().toString().matches("tb_.*|.*_tb\\.v"))
                .toList();
    }

    /** One message for people, on standard error alone, with all the fragments, which commas part. */
    private static void isRefused(int code, CommandLineRun run, String fragments) {
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().strip())
                .startsWith("narrowband: ")
                .contains(List.of(fragments.strip().split(", ")))
                .doesNotContain("\tat ", "Exception", "fault of narrowband");
        assertThat(run.err().lines().filter(line -> line.startsWith("narrowband: ")))
                .hasSize(1);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static Map<String, byte[]> contents(Path folder) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static byte[] images(int count) {
        ByteBuffer file = ByteBuffer.allocate(16 + count * 64);
        return file.putInt(0x0803).putInt(count).putInt(8).putInt(8).array();
    }

    private static byte[] labels(int count) {
        return ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count).array();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
