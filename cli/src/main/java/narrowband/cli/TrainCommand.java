package narrowband.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.training.TrainedNetwork;
import narrowband.training.data.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network and lowers it to integers. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains a network first in floating point, then with GDNSQ so that each layer learns how few bits it needs,"
                    + " and writes it in integers.",
            "Example: narrowband train --data strokes --model cnn --out out/mine"
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private TrainingArguments training;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The folder for network.nbn and checkpoint.nbc.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        training.check(arguments.seed());
        boolean replaces = arguments.force() || training.resume();
        OutputFolder.requireFree(out, replaces);
        training.requireFreeCheckpoint(arguments.force());
        DataSet data = training.load(arguments.seed());
        try (OutputFolder folder = OutputFolder.create(out, replaces)) {
            Output output = arguments.output();
            if (!training.recipe().weightGrid().hasIntegers()) {
                Optional<TrainedNetwork> trained =
                        TrainingRun.train(training, arguments.seed(), data, training.checkpoint(folder), output);
                return trained.isEmpty() ? Narrowband.INTERRUPTED : finish(trained.get(), data, output);
            }
            Optional<TrainingRun> done = TrainingRun.run(training, data, arguments.seed(), folder, output);
            return done.isEmpty() ? Narrowband.INTERRUPTED : finish(done.get(), folder, output);
        }
    }

    /** The end of a run whose weights are no integers: it has an accuracy and its checkpoint, and nothing that follows. */
    private static int finish(TrainedNetwork trained, DataSet data, Output output) {
        output.say("training  accuracy %.2f %% in floating point, %.2f %% quantised, on %,d test images"
                .formatted(
                        100 * trained.floatAccuracy(),
                        100 * trained.quantisedAccuracy(),
                        data.test().size()));
        output.say("integers  none: weights of this grid have real zero points, so no network was written");
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("floatAccuracy", trained.floatAccuracy());
        outcome.put("quantisedAccuracy", trained.quantisedAccuracy());
        output.json(outcome);
        return Narrowband.FINE;
    }

    private static int finish(TrainingRun run, OutputFolder folder, Output output) {
        output.say("wrote     %s".formatted(folder.file(TrainingRun.NETWORK)));
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("accuracy", run.accuracy());
        outcome.put("weightBits", weightBits(run));
        outcome.put("codesCompared", run.agreement().codes());
        outcome.put("mismatches", run.agreement().mismatches());
        outcome.put("network", folder.file(TrainingRun.NETWORK).toString());
        output.json(outcome);
        return run.agreement().mismatches() == 0 ? Narrowband.FINE : Narrowband.CHECK_FAILED;
    }

    private static Map<String, Integer> weightBits(TrainingRun run) {
        Map<String, Integer> bits = new LinkedHashMap<>();
        run.network().weights().forEach((layer, weights) -> bits.put(layer, weights.bits()));
        return bits;
    }
}
