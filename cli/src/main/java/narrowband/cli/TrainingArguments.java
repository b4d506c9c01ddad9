package narrowband.cli;

import java.nio.file.Path;
import narrowband.training.TrainingOptions;
import narrowband.training.gdnsq.Budget;
import picocli.CommandLine.Option;

/** What to train and how; shared by {@code train} and {@code flow}. */
final class TrainingArguments {
    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "strokes",
            description = {
                "What to learn: strokes (drawn by the program), cifar10:DIR, cifar100:DIR (binary batches, .bin, .bin.gz"
                        + " or .bin.xz) or idx:DIR (MNIST and its like).",
                "Default: ${DEFAULT-VALUE}."
            })
    private String data;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "cnn",
            description = "The network: cnn (small, residual), mlp or tiny. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training images, all phases together. Default: "
                    + TrainingOptions.DEFAULT_EPOCHS + ".")
    private int epochs = TrainingOptions.DEFAULT_EPOCHS;

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
            names = "--budget",
            paramLabel = "SPEC",
            description = {
                "The cost that all layers share: bits:WxA, that of a network with W-bit weights and A-bit activations"
                        + " throughout (fractions allowed), or bitops:N, binary products for one image.",
                "Default: that of narrowband's choice for small networks, see README."
            })
    private String budget = Budget.DEFAULT.spec();

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Where training leaves its state after every epoch and on Ctrl-C. Default: checkpoint.nbc in --out.")
    private Path checkpoint;

    @Option(
            names = "--resume",
            description =
                    "Goes on from the checkpoint of an interrupted run with the same options, to the same result.")
    private boolean resume;

    TrainingOptions options(long seed) {
        return TrainingOptions.of(data, model, seed)
                .withEpochs(epochs)
                .withCaps(weightBits, activationBits)
                .withBudget(budget);
    }

    String data() {
        return data;
    }

    boolean resume() {
        return resume;
    }

    /** The checkpoint's file, in the output folder unless named. */
    Path checkpoint(OutputFolder folder) {
        return checkpoint == null ? folder.file("checkpoint.nbc") : checkpoint;
    }

    /** What a folder of this run is called: {@code strokes-cnn}. */
    String runName() {
        return data.replaceAll(":.*", "") + "-" + model;
    }
}
