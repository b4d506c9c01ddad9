package narrowband.training.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/**
 * The network of an ONNX file, in floating point: what the file computes of an image whose pixel codes {@code p} come in as
 * {@code p / 256}, or as they are where the file takes bytes, up to rounding. Softmax and arg-max at the end are left out.
 *
 * @param graph its layers, called as the file calls their weights or nodes
 * @param parameters the file's numbers
 * @param biasNorms the batch norms that only stand for a bias, which {@link Graph} has not: they change nothing as long as
 *     their statistics stay as they are
 * @param bounds operators whose upper bound was left out, since a ReLU has none: where there are any, the parameters are not
 *     those of the graph
 */
public record OnnxNetwork(Graph graph, Parameters parameters, Set<String> biasNorms, List<String> bounds) {
    /** How the files' names end. */
    private static final String ENDING = ".onnx";

    public OnnxNetwork {
        biasNorms = Set.copyOf(biasNorms);
        bounds = List.copyOf(bounds);
    }

    /** Whether a name is that of such a file: it ends with {@code .onnx}. */
    public static boolean isNamed(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /**
     * Finds files that are missing, damaged or of another kind, without looking at what they compute.
     *
     * @throws InvalidInputException if this is one
     */
    public static void check(Path file) {
        OnnxFile.read(file);
    }

    /**
     * Reads a file.
     *
     * @param image the shape of images, for what the file leaves open; if the file says it, the two must agree
     * @throws InvalidInputException if the file is missing or damaged, or computes what no {@link Graph} can; the message names
     *     the node and says what would be supported
     */
    public static OnnxNetwork read(Path file, Optional<Shape> image) {
        OnnxFile opened = OnnxFile.read(file);
        try {
            OnnxImport imported = new OnnxImport(opened, image);
            imported.run();
            Graph graph = imported.assembly().graph(name(file));
            LoweringRules.check(opened, graph);
            return new OnnxNetwork(
                    graph,
                    imported.assembly().parameters(graph),
                    imported.assembly().carriers(),
                    imported.bounds());
        } catch (StackOverflowError e) {
            throw new InvalidInputException(
                    "%s: its constants are made of each other too many times over; export it again.".formatted(file),
                    e);
        } catch (OutOfMemoryError e) {
            throw new InvalidInputException(
                    "%s takes more memory than there is; give more with -J-Xmx8g.".formatted(file), e);
        }
    }

    private static String name(Path file) {
        String stem = file.getFileName().toString();
        String cleaned = LayerNaming.cleaned(stem.substring(0, stem.length() - ENDING.length()));
        return cleaned.isEmpty() ? "network" : cleaned;
    }

    /** The same network behind a layer that normalises the image's channels. */
    public OnnxNetwork normalised(List<Double> mean, List<Double> deviation) {
        return new OnnxNetwork(graph.normalised(mean, deviation), parameters, biasNorms, bounds);
    }
}
