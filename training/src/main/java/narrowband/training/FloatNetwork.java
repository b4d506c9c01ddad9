package narrowband.training;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;
import narrowband.training.onnx.OnnxNetwork;

/**
 * A network in floating point as it is named on the command line: by a known name, or by an ONNX file.
 *
 * @param graph its layers
 * @param imported what the file holds, if it is one
 */
public record FloatNetwork(Graph graph, Optional<OnnxNetwork> imported) {
    /** The shape of images, where nothing says it. */
    public static final Shape DEFAULT_IMAGE = new Shape(32, 32, 3);

    public static final int DEFAULT_CLASSES = 10;

    /**
     * Finds names that are not known and files that are missing or damaged before anything else is read.
     *
     * @throws InvalidInputException if this is one
     */
    public static void check(String model) {
        if (OnnxNetwork.isNamed(model)) {
            OnnxNetwork.check(Path.of(model));
        } else if (!Models.names().contains(model)) {
            throw new InvalidInputException(
                    "--model \"%s\" is unknown; the known ones are %s, or name an ONNX file, FILE.onnx."
                            .formatted(model, String.join(", ", Models.names())));
        }
    }

    /**
     * The network for some images, which are normalised first if that was asked for.
     *
     * @throws InvalidInputException if the model is not known, its file is damaged, or it does not suit the images
     */
    public static FloatNetwork of(String model, Optional<Normalisation> normalisation, Images images) {
        Shape image = new Shape(images.height(), images.width(), images.channels());
        FloatNetwork network = of(model, Optional.of(image), OptionalInt.of(images.classes()));
        if (normalisation.isEmpty()) {
            return network;
        }
        Normalisation values = normalisation.get();
        if (network.graph.nodes().stream().anyMatch(Node.Normalise.class::isInstance)) {
            throw new InvalidInputException(
                    "%s scales and shifts the image's channels itself, so that --normalise would do it again; leave that out."
                            .formatted(model));
        }
        return new FloatNetwork(
                network.graph.normalised(values.mean(), values.deviation()),
                network.imported.map(file -> file.normalised(values.mean(), values.deviation())));
    }

    /**
     * The network for images and classes, where a file does not say these itself.
     *
     * @throws InvalidInputException if the model is not known, its file is damaged, or it says other ones
     */
    public static FloatNetwork of(String model, Optional<Shape> image, OptionalInt classes) {
        if (!OnnxNetwork.isNamed(model)) {
            return new FloatNetwork(
                    Models.named(model, image.orElse(DEFAULT_IMAGE), classes.orElse(DEFAULT_CLASSES)),
                    Optional.empty());
        }
        OnnxNetwork network = OnnxNetwork.read(Path.of(model), image);
        if (classes.orElse(network.graph().classes()) != network.graph().classes()) {
            throw new InvalidInputException("%s tells %d classes apart, not %d."
                    .formatted(model, network.graph().classes(), classes.getAsInt()));
        }
        return new FloatNetwork(network.graph(), Optional.of(network));
    }

    /**
     * The weights that come with the network.
     *
     * @throws InvalidInputException if there are none, or they are not those of the graph
     */
    public Parameters weights() {
        OnnxNetwork network = imported.orElseThrow(
                () -> new InvalidInputException("Model %s brings no weights.".formatted(graph.name())));
        if (!network.bounds().isEmpty()) {
            throw new InvalidInputException(
                    "The weights of %s were learned with upper bounds on activations (%s), which are left to the quantisers here, so that without these they compute something else. Train its graph without them (--model alone), or export it with ReLUs."
                            .formatted(graph.name(), String.join(", ", network.bounds())));
        }
        return network.parameters();
    }
}
