package narrowband.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.training.Evaluation;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.JvmDevice;
import narrowband.training.onnx.OnnxNetwork;
import narrowband.training.weights.WeightFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells how many test images a network classifies correctly. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells how many of the test images a network classifies correctly: one of integers, or weights in floating point"
                    + " of a model that is known by name or by its ONNX file.",
            "Example: narrowband evaluate out/mine/network.nbn --data strokes",
            "Example: narrowband evaluate resnet20.safetensors --model resnet20 --normalise imagenet --data cifar10:DIR",
            "Example: narrowband evaluate mine.onnx --normalise imagenet --data cifar10:DIR"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A network of integers (.nbn); one in floating point (.onnx); or with --model its weights: "
                    + WeightFile.FORMATS + ".")
    private Path file;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "strokes",
            description = "The test images: " + DataSource.FORMS + ". Default: ${DEFAULT-VALUE}.")
    private String data;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            completionCandidates = ModelNames.class,
            description = "The network that the weights are of: ${COMPLETION-CANDIDATES}; an ONNX file brings its own.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--normalise",
            paramLabel = "SPEC",
            defaultValue = Normalisation.NONE,
            description = "How pixels are brought to a common scale; see train. Default: ${DEFAULT-VALUE}.")
    private String normalisation;

    @Option(
            names = "--test-images",
            paramLabel = "N",
            description = "Evaluate only the first N test images. Default: all.")
    private Optional<Integer> testImages = Optional.empty();

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        Output output = arguments.output();
        Normalisation.parse(normalisation);
        if (model.isPresent() && isOnnx()) {
            throw new InvalidInputException(
                    "%s brings its own network, so that --model %s has no meaning; leave that out."
                            .formatted(file, model.get()));
        }
        // Data that are not understood are refused before anything is read.
        DataSource.parse(data);
        Evaluation evaluation = model.isPresent() || isOnnx() ? ofWeights(output) : ofIntegers();
        output.say("accuracy  %.2f %%: %,d of %,d test images of %s"
                .formatted(100 * evaluation.accuracy(), evaluation.correct(), evaluation.images(), data));
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("file", file.toString());
        outcome.put("data", data);
        outcome.put("images", evaluation.images());
        outcome.put("correct", evaluation.correct());
        outcome.put("accuracy", evaluation.accuracy());
        output.json(outcome);
        return Narrowband.FINE;
    }

    private boolean isOnnx() {
        return OnnxNetwork.isNamed(file.toString());
    }

    private Evaluation ofWeights(Output output) {
        Images images = TestImages.of(data, testImages, arguments.seed());
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            Evaluation.OfWeights network = Evaluation.OfWeights.read(
                    file, model.orElse(file.toString()), Normalisation.parse(normalisation), images);
            output.say(WeightsReport.line(file, network.taken()));
            return network.on(images, device);
        }
    }

    private Evaluation ofIntegers() {
        IntegerNetwork network = NetworkFile.read(file);
        Images images = TestImages.of(data, testImages, arguments.seed());
        return TerminalBar.during("evaluating", images.size(), done -> Evaluation.of(network, images, done));
    }
}
