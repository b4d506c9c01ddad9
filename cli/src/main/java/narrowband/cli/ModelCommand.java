package narrowband.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.Shape;
import narrowband.training.FloatNetwork;
import narrowband.training.UntrainedNetwork;
import narrowband.training.device.JvmDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a network with random weights, for hardware that is designed before anything is trained. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a network of integers with random weights and the widths that you give, to design and measure hardware"
                    + " before anything is trained.",
            "Example: narrowband model resnet20 --image 32x32x3 --weight-bits 2 --act-bits 2 --out resnet20.nbn",
            "Example: narrowband model mine.onnx --weight-bits 4 --act-bits 4 --out mine.nbn"
        })
final class ModelCommand implements Callable<Integer> {
    private static final Pattern IMAGE = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})x([1-9]\\d{0,4})");

    @Parameters(
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description =
                    "The network: ${COMPLETION-CANDIDATES}; or an ONNX file, FILE.onnx, whose weights are not used.")
    private String model;

    @Option(
            names = "--image",
            paramLabel = "HxWxC",
            description = "Rows, columns and channels of an image. Default: 32x32x3, or what an ONNX file says.")
    private Optional<String> image = Optional.empty();

    @Option(
            names = "--classes",
            paramLabel = "N",
            description = "Classes to tell apart. Default: 10, or those of an ONNX file.")
    private Optional<Integer> classes = Optional.empty();

    @Option(
            names = "--weight-bits",
            paramLabel = "BITS",
            split = ",",
            defaultValue = "2",
            description = "The width of all weights, or one for each layer: 8,2,2,... Default: ${DEFAULT-VALUE}.")
    private List<Integer> weightBits;

    @Option(
            names = "--act-bits",
            paramLabel = "BITS",
            split = ",",
            defaultValue = "2",
            description = "The width of all activations, or one for each, the image first. Default: ${DEFAULT-VALUE}.")
    private List<Integer> activationBits;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The network's file.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        Optional<Shape> shape = image.map(ModelCommand::shape);
        if (classes.orElse(2) < 2) {
            throw new InvalidInputException("--classes must be at least 2, not %d.".formatted(classes.get()));
        }
        OutputFile file = OutputFile.of(out, "--out", arguments.force());
        FloatNetwork floating = FloatNetwork.of(
                model, shape, classes.stream().mapToInt(count -> count).findFirst());
        IntegerNetwork network;
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            network = UntrainedNetwork.of(floating, weightBits, activationBits, device, arguments.seed());
        }
        file.write(NetworkFile.bytes(network));
        Output output = arguments.output();
        floating.imported().ifPresent(imported -> BoundsReport.tell(imported, output));
        output.say("wrote %s: %d layers, %,d weights that have learned nothing"
                .formatted(
                        out,
                        network.layers().size(),
                        network.weights().values().stream()
                                .mapToLong(codes -> (long) codes.outputs() * codes.inputs())
                                .sum()));
        output.json(Map.of("network", out.toString()));
        return Narrowband.FINE;
    }

    private static Shape shape(String image) {
        Matcher matcher = IMAGE.matcher(image);
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "--image must be rows, columns and channels such as 32x32x3, not %s.".formatted(image));
        }
        return new Shape(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }
}
