package narrowband.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.report.Accuracy;
import narrowband.sim.report.LayerBits;
import narrowband.sim.report.Training;
import narrowband.training.CheckpointFile;
import narrowband.training.TrainedNetwork;
import narrowband.training.Trainer;
import narrowband.training.TrainingHistory;
import narrowband.training.TrainingOptions;
import narrowband.training.data.DataSet;
import narrowband.training.device.Device;
import narrowband.training.gdnsq.Budget;
import narrowband.training.lowering.Agreement;
import narrowband.training.lowering.FrozenNetwork;
import narrowband.training.lowering.Lowering;
import narrowband.training.weights.WeightImport;

/**
 * The first half of the way: data, training, integers, and the check that the integer network computes what was trained.
 *
 * @param data the images it was trained on
 * @param network in integers
 * @param agreement of the integer network with the trained one, on every test image and layer
 */
record TrainingRun(DataSet data, TrainedNetwork trained, IntegerNetwork network, Agreement agreement) {
    /** The name of the integer network's file in an output folder. */
    static final String NETWORK = "network.nbn";

    /**
     * Trains, lowers, compares and writes {@value #NETWORK}.
     *
     * @return nothing if Ctrl-C came first; the checkpoint is then written
     */
    static Optional<TrainingRun> run(
            TrainingArguments arguments, DataSet data, long seed, OutputFolder folder, Output output) {
        Optional<TrainedNetwork> trained = train(arguments, seed, data, arguments.checkpoint(folder), output);
        if (trained.isEmpty()) {
            return Optional.empty();
        }
        FrozenNetwork frozen =
                FrozenNetwork.of(trained.get().graph(), trained.get().parameters());
        IntegerNetwork network = Lowering.lower(frozen);
        Agreement agreement = TerminalBar.during(
                "comparing", data.test().size(), done -> Agreement.of(frozen, network, data.test(), done));
        folder.write(NETWORK, NetworkFile.bytes(network));
        TrainingRun run = new TrainingRun(data, trained.get(), network, agreement);
        run.describe(output);
        return Optional.of(run);
    }

    /** Trains, with the course of it on the terminal; nothing if Ctrl-C came first. */
    static Optional<TrainedNetwork> train(
            TrainingArguments arguments, long seed, DataSet data, Path checkpoint, Output output) {
        try (Device device = arguments.openDevice();
                TrainingDisplay display = new TrainingDisplay(output::log, Output.onTerminal());
                Interruption interruption = new Interruption()) {
            TrainingOptions options = arguments.options(seed);
            Trainer trainer =
                    new Trainer(options, HardwarePrices.of(options, data.train(), device), data, device, display);
            Optional<WeightImport> weights = Optional.empty();
            if (arguments.resume()) {
                trainer.resume(CheckpointFile.read(checkpoint));
            } else {
                weights = arguments.weights().map(trainer::takeWeights);
            }
            // The first result, printed when all of the input has been found good.
            output.say("data      %s: %,d training, %,d held-out and %,d test images of %dx%dx%d, %d classes"
                    .formatted(
                            data.name(),
                            data.train().size(),
                            data.validation().size(),
                            data.test().size(),
                            data.train().height(),
                            data.train().width(),
                            data.train().channels(),
                            data.train().classes()));
            trainer.imported().ifPresent(file -> BoundsReport.tell(file, output));
            weights.ifPresent(
                    taken -> output.say(WeightsReport.line(arguments.weights().orElseThrow(), taken)));
            Optional<TrainedNetwork> trained =
                    trainer.train(Optional.of(checkpoint), interruption, arguments.checkpointDue());
            if (trained.isEmpty()) {
                // Said while the interruption still waits: the Java machine goes down as soon as it is closed.
                output.log("narrowband: interrupted; the state is in %s. Go on with the same command and --resume."
                        .formatted(checkpoint));
            }
            return trained;
        }
    }

    private void describe(Output output) {
        TrainingHistory.Epoch kept = trained.history().epochs().get(trained.keptEpoch());
        if (budget() instanceof Budget.Hardware) {
            output.say("budget    %,.0f of %,.0f %s".formatted(kept.cost(), kept.limit(), budget().unit()));
        }
        output.say("kept      epoch %d, the best of those with fixed widths: %.2f %% of the held-out images"
                .formatted(kept.epoch() + 1, 100 * kept.validationAccuracy()));
        output.say("training  accuracy %.2f %% in floating point, %.2f %% in integers, on %,d test images"
                .formatted(100 * trained.floatAccuracy(), 100 * agreement.accuracy(), agreement.images()));
        output.say("integers  %,d codes of %d layers compared with the trained network: %d differ%s"
                .formatted(
                        agreement.codes(),
                        agreement.layers(),
                        agreement.mismatches(),
                        agreement
                                .firstMismatch()
                                .map(where -> "; first " + where)
                                .orElse("")));
        describePlanes(output);
    }

    /** Tells which layers the hardware gives more bit planes than they learned, since planes cost cycles. */
    private void describePlanes(Output output) {
        String layers = network.weights().entrySet().stream()
                .filter(entry -> entry.getValue().bits() > learnedBits(entry.getKey()))
                .map(entry -> "%s %d for %d"
                        .formatted(entry.getKey(), entry.getValue().bits(), learnedBits(entry.getKey())))
                .collect(Collectors.joining(", "));
        if (!layers.isEmpty()) {
            output.say("planes    zero points make weights wider in hardware than the bits they learned: " + layers);
        }
    }

    private int learnedBits(String layer) {
        return (int) trained.parameters().get(layer + ".bits", 0);
    }

    private Budget budget() {
        return Budget.parse(trained.options().budget());
    }

    Accuracy accuracy() {
        return new Accuracy(trained.floatAccuracy(), agreement.accuracy(), agreement.images());
    }

    /** The first test images, as the hardware takes them. */
    List<int[]> testImages(int count) {
        return java.util.stream.IntStream.range(0, Math.min(count, data.test().size()))
                .mapToObj(data.test()::image)
                .toList();
    }

    /** The course of training for a report. */
    Training course() {
        return new Training(
                budget().unit(),
                trained.history().epochs().stream().map(this::epoch).toList());
    }

    private Training.Epoch epoch(TrainingHistory.Epoch epoch) {
        Map<String, LayerBits> bits = new LinkedHashMap<>();
        Map<String, Double> information = new LinkedHashMap<>();
        epoch.weightBits().forEach((layer, width) -> {
            String quantiser = quantiserBefore(epoch, layer);
            bits.put(layer, new LayerBits(width, epoch.activationBits().get(quantiser)));
            information.put(layer, epoch.activationCapacity().get(quantiser).information());
        });
        boolean costs = epoch.cost() > 0;
        return new Training.Epoch(
                epoch.epoch() + 1,
                epoch.phase().name().toLowerCase(Locale.ROOT),
                epoch.loss(),
                epoch.validationAccuracy(),
                bits,
                information,
                costs ? Optional.of(epoch.cost()) : Optional.empty(),
                costs ? Optional.of(epoch.limit()) : Optional.empty());
    }

    /** The nearest quantiser before a layer. */
    private String quantiserBefore(TrainingHistory.Epoch epoch, String layer) {
        String at = layer;
        while (!epoch.activationBits().containsKey(at)) {
            at = network.layer(at).inputs().getFirst();
        }
        return at;
    }
}
