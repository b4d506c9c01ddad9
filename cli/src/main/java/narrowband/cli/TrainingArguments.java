package narrowband.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import narrowband.accel.InvalidInputException;
import narrowband.training.FloatNetwork;
import narrowband.training.Recipe;
import narrowband.training.TrainingOptions;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.data.Normalisation;
import narrowband.training.device.Device;
import narrowband.training.gdnsq.Budget;
import narrowband.training.gdnsq.LayerWidths;
import narrowband.training.onnx.OnnxNetwork;
import narrowband.training.weights.WeightFile;
import picocli.CommandLine.Option;

/** What to train and how; shared by {@code train} and {@code flow}. */
final class TrainingArguments {
    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "strokes",
            description = {
                "What to learn: strokes (drawn by the program), cifar10:DIR, cifar100:DIR (binary batches, .bin, .bin.gz"
                        + " or .bin.xz), idx:DIR (MNIST and its like), folder:DIR or folder:SIDE:DIR (pictures, JPEG or PNG, in"
                        + " train/CLASS/ and val/CLASS/, brought to SIDE rows and columns, 224 unless given).",
                "Default: ${DEFAULT-VALUE}."
            })
    private String data;

    @Option(
            names = "--train-images",
            paramLabel = "N",
            description = "Learn from only so many of the training images: for a first try. Default: all.")
    private Integer trainImages;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            completionCandidates = ModelNames.class,
            description = {
                "The network: ${COMPLETION-CANDIDATES}; or an ONNX file, FILE.onnx, whose layers learn anew.",
                "Default: cnn, or the network of the file that --from names, if that is ONNX."
            })
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training images, all phases together. Default: "
                    + TrainingOptions.DEFAULT_EPOCHS + ".")
    private int epochs = TrainingOptions.DEFAULT_EPOCHS;

    @Option(names = "--batch", paramLabel = "N", description = "Images of a step. Default: ${DEFAULT-VALUE}.")
    private int batch = TrainingOptions.DEFAULT_BATCH;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Weights to start from instead of learning in floating point: " + WeightFile.FORMATS
                    + "; or an ONNX file, FILE.onnx, whose network it then is. They may have been trained on images that this run holds out, whose accuracy then only"
                    + " compares its epochs.")
    private Path weights;

    @Option(
            names = "--normalise",
            paramLabel = "SPEC",
            defaultValue = Normalisation.NONE,
            description = {
                "How pixels are brought to a common scale: none, imagenet, or means and deviations of the channels as"
                        + " parts of the whitest pixel, 0.49,0.48,0.45/0.25,0.24,0.26.",
                "Default: ${DEFAULT-VALUE}."
            })
    private String normalisation;

    @Option(
            names = "--weight-bits",
            paramLabel = "B",
            description =
                    "The widest weights allowed, 1 to 16 bits. Default: " + TrainingOptions.DEFAULT_WEIGHT_BITS + ".")
    private int weightBits = TrainingOptions.DEFAULT_WEIGHT_BITS;

    @Option(
            names = "--act-bits",
            paramLabel = "B",
            description = "The widest activations allowed, 1 to 16 bits. Default: "
                    + TrainingOptions.DEFAULT_ACTIVATION_BITS + ".")
    private int activationBits = TrainingOptions.DEFAULT_ACTIVATION_BITS;

    @Option(
            names = "--residual-bits",
            paramLabel = "B",
            description =
                    "The widest codes of a residual stream, 1 to 16 bits, which layers then read through quantisers of"
                            + " their own. Default: the stream is as wide as what layers take in.")
    private int residualBits;

    @Option(
            names = "--layer",
            paramLabel = "WIDTHS",
            description =
                    "The widest widths of a layer: \"conv1 weights=8 activations=8\"; stars stand for any letters. May"
                            + " be given several times.")
    private List<String> layers = List.of();

    @Option(
            names = "--layers",
            paramLabel = "FILE",
            description = "A text with such a line for each layer whose widths differ.")
    private Path layersFile;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            completionCandidates = SettingNames.class,
            description = {
                "A setting of the method: ${COMPLETION-CANDIDATES}. May be given several times.",
                "weightGrid=mid-rise: weights s(j + 1/2), as many above as below 0; half-integer: s(k + Z/2) with an odd Z for"
                        + " each channel, k in 0..2^b-1, for which hardware takes b + 1 planes; affine: min w + s k, s = (max w -"
                        + " min w)/(2^b - 1), which cannot be lowered to integers.",
                "dither=none: dL/ds = sum g e; fair-coin, uniform-variance: sum g (e + s r) with r = +-1/2, +-1/(2 sqrt 3)."
            })
    private List<String> settings = List.of();

    @Option(
            names = "--budget",
            paramLabel = "SPEC",
            description = {
                "The cost that all layers share: bits:WxA, that of a network with W-bit weights and A-bit activations"
                        + " throughout (fractions allowed); bitops:N, binary products for one image; caps: only the widest widths"
                        + " bound the layers, as in the paper; or what hardware may take, by the models that design it:"
                        + " cycles:N,32lanes, steps of a shared engine's array for one image; cells:N,FPGA,300fps, logic cells of"
                        + " the windows, products and thresholds of a dataflow accelerator of that rate; nanojoules:N,FPGA,300fps,"
                        + " their energy for one image.",
                "Default: ${DEFAULT-VALUE}."
            })
    private String budget = Budget.DEFAULT.spec();

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = TrainingDevice.JVM,
            description = {
                "What training runs on: jvm, this machine's processors; tornado, tornado:BACKEND or tornado:BACKEND:INDEX, a GPU"
                        + " through TornadoVM (narrowband devices lists them), with :plain, :tiled or :integer behind the index for the kind"
                        + " of convolutions, ,graphs for CUDA graphs; auto, a GPU if there is one.",
                "Default: ${DEFAULT-VALUE}."
            })
    private String device;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Where training leaves its state after every epoch and on Ctrl-C. Default: checkpoint.nbc in --out.")
    private Path checkpoint;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = {
                "Leaves it after so many minutes as well, for epochs that take longer; 0 does not.",
                "Default: ${DEFAULT-VALUE}."
            })
    private double checkpointMinutes;

    @Option(
            names = "--resume",
            description =
                    "Goes on from the checkpoint of an interrupted run with the same options, to the same result.")
    private boolean resume;

    /** The options, with {@code --train-images} as part of the data's name, so that a checkpoint knows of it. */
    TrainingOptions options(long seed) {
        String name = trainImages == null ? data : "%s, %d training images".formatted(data, trainImages);
        return TrainingOptions.of(name, model(), seed)
                .withNormalisation(normalisation)
                .withWeights(weights == null ? "" : weights.toString())
                .withEpochs(epochs)
                .withBatch(batch)
                .withCaps(weightBits, activationBits)
                .withResidualBits(residualBits)
                .withLayers(layerWidths().text())
                .withBudget(budget)
                .withRecipe(recipe());
    }

    /** The settings of the method. */
    Recipe recipe() {
        return Recipe.DEFAULT.with(settings);
    }

    /** What the file says, then what the command line says. */
    private LayerWidths layerWidths() {
        List<LayerWidths.Line> lines = new ArrayList<>();
        if (layersFile != null) {
            try {
                lines.addAll(LayerWidths.parse(Files.readString(layersFile), layersFile.toString())
                        .lines());
            } catch (IOException e) {
                throw new InvalidInputException(
                        "--layers %s: the file cannot be read (%s)."
                                .formatted(layersFile, InvalidInputException.reason(e)),
                        e);
            }
        }
        lines.addAll(LayerWidths.parse(String.join("\n", layers), "--layer").lines());
        return new LayerWidths(lines);
    }

    private static boolean isOnnx(Path file) {
        return file != null && OnnxNetwork.isNamed(file.toString());
    }

    /** The network's name or file. */
    private String model() {
        return model.orElse(isOnnx(weights) ? weights.toString() : "cnn");
    }

    /** The file of weights to start from, if one was named. */
    Optional<Path> weights() {
        return Optional.ofNullable(weights);
    }

    /** Finds bad options before data are read. */
    void check(long seed) {
        options(seed);
        HardwarePrices.check(budget);
        if (!(checkpointMinutes >= 0)) {
            throw new InvalidInputException(
                    "--checkpoint-minutes must be 0 or more, not %s.".formatted(checkpointMinutes));
        }
        TrainingDevice.check(device);
        DataSource.parse(data);
        if (isOnnx(weights) && !model().equals(weights.toString())) {
            throw new InvalidInputException(
                    "--from %s brings its own network, so that --model %s has no meaning; leave that out."
                            .formatted(weights, model()));
        }
        FloatNetwork.check(model());
        if (checkpoint != null && !Files.isDirectory(checkpoint.toAbsolutePath().getParent())) {
            throw new InvalidInputException("--checkpoint %s: there is no folder %s; make it or name another file."
                    .formatted(checkpoint, checkpoint.toAbsolutePath().getParent()));
        }
    }

    /** @throws InvalidInputException if {@code --checkpoint} names a file that this run would overwrite unasked */
    void requireFreeCheckpoint(boolean force) {
        if (checkpoint != null && Files.exists(checkpoint) && !resume && !force) {
            throw new InvalidInputException(
                    "--checkpoint %s: the file is there already; go on from it with --resume, replace it with --force, or name another."
                            .formatted(checkpoint));
        }
    }

    /** Reads, or draws, the images. */
    DataSet load(long seed) {
        DataSet all = DataSource.parse(data).load(seed);
        if (trainImages == null) {
            return all;
        }
        if (trainImages < TrainingOptions.DEFAULT_BATCH
                || trainImages > all.train().size()) {
            throw new InvalidInputException(
                    "--train-images must be %d (one batch) to %d, the training images of %s, not %d."
                            .formatted(
                                    TrainingOptions.DEFAULT_BATCH, all.train().size(), data, trainImages));
        }
        return new DataSet(
                all.name(), all.train().range(0, trainImages), all.validation(), all.test(), all.augmentation());
    }

    String data() {
        return data;
    }

    /** What training runs on, opened. */
    Device openDevice() {
        return TrainingDevice.open(device);
    }

    boolean resume() {
        return resume;
    }

    /** The checkpoint's file, in the output folder unless named. */
    Path checkpoint(OutputFolder folder) {
        return checkpoint == null ? folder.file("checkpoint.nbc") : checkpoint;
    }

    /** Whether so much time has passed since it last said so that a checkpoint is due. */
    BooleanSupplier checkpointDue() {
        double nanoseconds = 60e9 * checkpointMinutes;
        long[] last = {System.nanoTime()};
        return () -> {
            long now = System.nanoTime();
            boolean due = nanoseconds > 0 && now - last[0] >= nanoseconds;
            last[0] = due ? now : last[0];
            return due;
        };
    }

    /** What a folder of this run is called: {@code strokes-cnn}. */
    String runName() {
        String file = Path.of(model()).getFileName().toString();
        return data.replaceAll(":.*", "") + "-" + file.replaceAll("(?i)\\.onnx$", "");
    }
}
