package narrowband.training;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Shape;
import narrowband.training.data.Augmentation;
import narrowband.training.data.DataSet;
import narrowband.training.data.ImageSet;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.lowering.Lowering;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;

/**
 * A network that has learned nothing: random weights, batch norms and ranges measured on random images, widths as told. Its
 * shapes, its widths and the spread of its codes are those of a trained network of the same name, so that hardware can be
 * designed and measured before anything is trained; what it answers means nothing.
 */
public final class UntrainedNetwork {
    private static final int IMAGES = 16;

    /** The widest that can be asked for, where ranges are measured. */
    private static final int BITS = 8;

    /** Pixels of a batch, which bounds the memory that measuring takes. */
    private static final int BATCH_PIXELS = 1 << 16;

    private UntrainedNetwork() {}

    /**
     * Makes the network of integers.
     *
     * @param network whose layers it has; weights that come with it are left out
     * @param weightBits one width for all layers with weights, or one for each in order, 1..8
     * @param activationBits one width for all activations, or one for each quantiser in order (that of the image first), 1..8
     * @throws InvalidInputException if the widths are not as many as its layers
     */
    public static IntegerNetwork of(
            FloatNetwork network, List<Integer> weightBits, List<Integer> activationBits, Device device, long seed) {
        return of(
                network.graph(),
                Residuals.NARROW,
                noise(network.graph().imageShape(), network.graph().classes(), seed),
                weightBits,
                activationBits,
                device,
                seed);
    }

    /** The network that a run would train, with one width for all weights and one for all activations. */
    public static IntegerNetwork of(
            TrainingOptions options, Images images, int weightBits, int activationBits, Device device) {
        Shape image = new Shape(images.height(), images.width(), images.channels());
        return of(
                FloatNetwork.of(options.model(), Normalisation.parse(options.normalisation()), images)
                        .graph(),
                options.residuals(),
                noise(image, images.classes(), options.seed()),
                List.of(weightBits),
                List.of(activationBits),
                device,
                options.seed());
    }

    private static IntegerNetwork of(
            Graph floating,
            Residuals residuals,
            DataSet data,
            List<Integer> weightBits,
            List<Integer> activationBits,
            Device device,
            long seed) {
        Graph graph = QuantisedGraph.of(floating, residuals);
        List<Weighted> layers = graph.weighted();
        List<Node.Quantise> quantisers = graph.quantisers();
        requireWidths("weight", weightBits, layers.stream().map(Node::name).toList());
        requireWidths(
                "activation",
                activationBits,
                quantisers.stream().map(Node::name).toList());

        Parameters teacher = Parameters.initial(floating, seed);
        Parameters student = Parameters.initial(graph, seed);
        int positions = data.train().height() * data.train().width();
        int batch = Math.clamp(BATCH_PIXELS / positions, 1, IMAGES);
        ImageFeed feed = new ImageFeed(data, seed, batch);
        Session session = device.open(floating, teacher, Optional.empty(), batch);
        for (int step = 0; step < feed.stepsPerEpoch(); step++) {
            session.observe(feed.plain(0, step), 1.0 / (step + 1));
        }
        student.takeOver(teacher);
        new Calibration(Calibration.Method.MIN_MAX, residuals).calibrate(graph, student, BITS, floating, session, feed);

        for (int i = 0; i < quantisers.size(); i++) {
            student.set(quantisers.get(i).name() + ".bits", 0, width(activationBits, i));
        }
        for (int i = 0; i < layers.size(); i++) {
            Weighted layer = layers.get(i);
            var range = student.layout().parameter(layer.name() + ".range");
            var weight = student.layout().parameter(layer.name() + ".weight");
            student.set(layer.name() + ".bits", 0, width(weightBits, i));
            WeightQuantiser.of(graph, layer)
                    .calibrate(student.values(), weight.offset(), range.offset(), width(weightBits, i));
        }
        return Lowering.lower(graph, student);
    }

    private static int width(List<Integer> widths, int index) {
        return widths.get(widths.size() == 1 ? 0 : index);
    }

    private static void requireWidths(String kind, List<Integer> widths, List<String> places) {
        if (widths.size() != 1 && widths.size() != places.size()) {
            throw new InvalidInputException("There must be one %s width or %d, one for each of %s, not %d."
                    .formatted(kind, places.size(), String.join(", ", places), widths.size()));
        }
        for (int bits : widths) {
            if (bits < 1 || bits > BITS) {
                throw new InvalidInputException("Each %s width must be 1 to %d bits, not %s; the widths were %s."
                        .formatted(
                                kind,
                                BITS,
                                bits,
                                widths.stream().map(String::valueOf).collect(Collectors.joining(","))));
            }
        }
    }

    private static DataSet noise(Shape image, int classes, long seed) {
        Random random = new Random(seed);
        if (image.size() > Integer.MAX_VALUE / IMAGES) {
            throw new InvalidInputException("Images of %s are too large: they may have %,d pixels and channels at most."
                    .formatted(image, Integer.MAX_VALUE / IMAGES));
        }
        byte[] pixels = new byte[IMAGES * image.size()];
        random.nextBytes(pixels);
        int[] labels = random.ints(IMAGES, 0, classes).toArray();
        ImageSet images = new ImageSet(image.height(), image.width(), image.channels(), classes, pixels, labels);
        return new DataSet("noise", images, images, images, Augmentation.NONE);
    }
}
