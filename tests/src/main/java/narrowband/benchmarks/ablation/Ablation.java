package narrowband.benchmarks.ablation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.training.CheckpointFile;
import narrowband.training.Recipe;
import narrowband.training.TrainedNetwork;
import narrowband.training.Trainer;
import narrowband.training.TrainingHistory;
import narrowband.training.TrainingListener;
import narrowband.training.TrainingOptions;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains a network once for each row and seed, all rows of a seed from the same network in floating point, and writes a table.
 * A run that is finished is not run again, one that was interrupted goes on: {@code ./benchmark --ablation}.
 */
@Command(
        name = "./benchmark --ablation",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "What each part of the method is worth: trains with one setting changed at a time.")
public final class Ablation implements Callable<Integer> {
    @Option(names = "--seeds", defaultValue = "3", description = "Runs of each row. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--out",
            defaultValue = "out/ablation",
            description = "Where outcomes lie. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--data", defaultValue = "strokes", description = "As for train. Default: ${DEFAULT-VALUE}.")
    private String data;

    @Option(
            names = "--train-images",
            defaultValue = "4000",
            description = "Of the training images; 0 is all. Default: ${DEFAULT-VALUE}.")
    private int trainImages;

    @Option(names = "--model", defaultValue = "cnn", description = "As for train. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(
            names = "--float-epochs",
            defaultValue = "10",
            description = "Epochs of the network in floating point. Default: ${DEFAULT-VALUE}.")
    private int floatEpochs;

    @Option(
            names = "--epochs",
            defaultValue = "8",
            description = "Epochs of each quantised run. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--batch", defaultValue = "32", description = "Images of a step. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--weight-bits", defaultValue = "2", description = "The cap. Default: ${DEFAULT-VALUE}.")
    private int weightBits;

    @Option(names = "--act-bits", defaultValue = "2", description = "The cap. Default: ${DEFAULT-VALUE}.")
    private int activationBits;

    @Option(names = "--budget", defaultValue = "caps", description = "As for train. Default: ${DEFAULT-VALUE}.")
    private String budget;

    @Option(names = "--set", description = "A setting of all rows.")
    private List<String> settings = List.of();

    @Option(
            names = "--row",
            description = "One more row: \"NAME: SETTING=VALUE SETTING=VALUE\". May be given several times.")
    private List<String> more = List.of();

    @Option(names = "--only", split = ",", description = "The rows to run. Default: all.")
    private List<String> only = List.of();

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Ablation());
        line.setExecutionExceptionHandler((exception, _, _) -> {
            if (exception instanceof InvalidInputException) {
                System.err.println(exception.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            throw exception;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<Row> rows = rows();
        List<Outcome> outcomes = new ArrayList<>();
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            for (long seed = 1; seed <= seeds; seed++) {
                DataSet images = images(seed);
                Optional<TrainedNetwork> teacher = Optional.empty();
                for (Row row : rows) {
                    TrainingOptions options = options(row, seed);
                    Path file = out.resolve("%s-%d.json".formatted(row.name(), seed));
                    Optional<Outcome> known = Outcome.read(file, options);
                    if (known.isEmpty() && teacher.isEmpty()) {
                        teacher = Optional.of(teacher(seed, images, device));
                    }
                    Outcome outcome =
                            known.isPresent() ? known.get() : run(row, options, teacher.get(), images, device);
                    outcome.write(file);
                    outcomes.add(outcome);
                    System.err.printf(
                            "%3d of %d  %-16s seed %d  %.2f %%, teacher %.2f %%, %s%n",
                            outcomes.size(),
                            seeds * rows.size(),
                            row.name(),
                            seed,
                            100 * outcome.accuracy(),
                            100 * outcome.teacher(),
                            known.isPresent() ? "known" : "%.0f s".formatted(outcome.seconds()));
                    write(Table.of(rows, outcomes), outcomes);
                }
            }
        }
        System.out.print(Table.of(rows, outcomes).markdown());
        return CommandLine.ExitCode.OK;
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>(Row.ALL);
        more.forEach(row -> rows.add(Row.parse(row)));
        for (String name : only) {
            if (rows.stream().noneMatch(row -> row.name().equals(name))) {
                throw new InvalidInputException("There is no row \"%s\"; there are %s."
                        .formatted(name, rows.stream().map(Row::name).collect(Collectors.joining(", "))));
            }
        }
        rows.removeIf(row -> !only.isEmpty() && !only.contains(row.name()));
        return rows;
    }

    private DataSet images(long seed) {
        DataSet all = DataSource.parse(data).load(seed);
        return trainImages == 0
                ? all
                : new DataSet(
                        all.name(),
                        all.train().range(0, trainImages),
                        all.validation(),
                        all.test(),
                        all.augmentation());
    }

    private TrainingOptions options(Row row, long seed) {
        return plain(seed)
                .withWeights("the network of %d epochs in floating point".formatted(floatEpochs))
                .withEpochs(epochs)
                .withRecipe(Recipe.DEFAULT.with(settings).with(row.settings()));
    }

    private TrainingOptions plain(long seed) {
        String name = trainImages == 0 ? data : "%s, %d training images".formatted(data, trainImages);
        return TrainingOptions.of(name, model, seed)
                .withBatch(batch)
                .withCaps(weightBits, activationBits)
                .withBudget(budget);
    }

    /** The network in floating point, with the few epochs of the two phases that a run has besides. */
    private TrainedNetwork teacher(long seed, DataSet images, Device device) {
        int besides = Math.max(2, (floatEpochs + 8) / 9);
        double share = 1.0 / (floatEpochs + besides);
        TrainingOptions options = plain(seed)
                .withEpochs(floatEpochs + besides)
                .withRecipe(Recipe.DEFAULT.with(List.of("gradualShare=" + share, "floatShare=" + floatEpochs * share)));
        return train("teacher", options, Optional.empty(), images, device);
    }

    private Outcome run(Row row, TrainingOptions options, TrainedNetwork teacher, DataSet images, Device device)
            throws IOException {
        long start = System.nanoTime();
        TrainedNetwork network = train(row.name(), options, Optional.of(teacher), images, device);
        List<TrainingHistory.Epoch> history = network.history().epochs();
        Files.delete(checkpoint(row.name(), options.seed()));
        return new Outcome(
                row.name(),
                options.seed(),
                options,
                network.floatAccuracy(),
                network.quantisedAccuracy(),
                history.get(network.keptEpoch()).validationAccuracy(),
                history.getLast().weightBits().values().stream()
                        .mapToDouble(bits -> bits)
                        .average()
                        .orElseThrow(),
                (System.nanoTime() - start) / 1e9);
    }

    private TrainedNetwork train(
            String name, TrainingOptions options, Optional<TrainedNetwork> teacher, DataSet images, Device device) {
        Path file = checkpoint(name, options.seed());
        Trainer trainer = new Trainer(options, images, device, display(name));
        if (Files.exists(file)) {
            trainer.resume(CheckpointFile.read(file));
        } else {
            teacher.ifPresent(network -> trainer.takeWeights(network.floatParameters()));
        }
        return trainer.train(Optional.of(file), () -> false, () -> false).orElseThrow();
    }

    private Path checkpoint(String name, long seed) {
        return out.resolve("%s-%d.nbc".formatted(name, seed));
    }

    private static TrainingListener display(String name) {
        return new TrainingListener() {
            @Override
            public void epochDone(TrainingHistory.Epoch epoch) {
                System.err.printf(
                        "           %-16s epoch %d, %s: %.2f %% of the held-out images%n",
                        name,
                        epoch.epoch() + 1,
                        epoch.phase().name().toLowerCase(Locale.ROOT),
                        100 * epoch.validationAccuracy());
            }
        };
    }

    private void write(Table table, List<Outcome> outcomes) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("table", table.lines());
        all.put("runs", outcomes);
        Outcome.write(out.resolve("ablation.json"), Outcome.json(all));
        Outcome.write(out.resolve("ablation.md"), table.markdown());
    }
}
