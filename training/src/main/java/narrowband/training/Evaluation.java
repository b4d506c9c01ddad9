package narrowband.training;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Shape;
import narrowband.accel.network.Tensor;
import narrowband.training.data.Augmentation;
import narrowband.training.data.DataSet;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.Device;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;
import narrowband.training.onnx.OnnxNetwork;
import narrowband.training.weights.WeightImport;

/**
 * How many images a network classifies correctly.
 *
 * @param images how many there were
 * @param correct those whose class was found
 */
public record Evaluation(int images, int correct) {
    private static final int BATCH = 100;

    /** 0..1. */
    public double accuracy() {
        return (double) correct / images;
    }

    /**
     * Of a network of integers, on all processors.
     *
     * @param done hears how many images are done, from any thread
     * @throws InvalidInputException if the images are not those that the network takes
     */
    public static Evaluation of(IntegerNetwork network, Images images, IntConsumer done) {
        Tensor input = network.tensor(network.layers().getFirst().name());
        Shape shape = new Shape(images.height(), images.width(), images.channels());
        if (!input.shape().equals(shape)) {
            throw new InvalidInputException(
                    "The network takes images of %s, but these are %s.".formatted(input.shape(), shape));
        }
        ReferenceExecutor reference = new ReferenceExecutor(network);
        AtomicInteger finished = new AtomicInteger();
        long correct = IntStream.range(0, images.size())
                .parallel()
                .filter(i -> {
                    int label = reference.classify(images.image(i));
                    done.accept(finished.incrementAndGet());
                    return label == images.label(i);
                })
                .count();
        return new Evaluation(images.size(), (int) correct);
    }

    /**
     * A network in floating point with weights from a file.
     *
     * @param taken what the file's tensors became
     */
    public record OfWeights(Graph graph, Parameters parameters, WeightImport taken) {
        /** @throws InvalidInputException if the model is not known, or the file does not fill it */
        public static OfWeights read(Path file, String model, Optional<Normalisation> normalisation, Images images) {
            FloatNetwork network = FloatNetwork.of(model, normalisation, images);
            Graph graph = network.graph();
            if (OnnxNetwork.isNamed(file.toString())) {
                return new OfWeights(
                        graph,
                        network.weights(),
                        WeightImport.ofAll(network.weights().layout()));
            }
            Parameters parameters = Parameters.initial(graph, 0);
            return new OfWeights(graph, parameters, WeightImport.into(graph, parameters, file));
        }

        /** How many of the images it classifies correctly. */
        public Evaluation on(Images images, Device device) {
            int batch = Math.min(BATCH, images.size());
            ImageFeed feed = new ImageFeed(new DataSet("test", images, images, images, Augmentation.NONE), 0, batch);
            double accuracy = feed.accuracy(device.open(graph, parameters, Optional.empty(), batch), images);
            return new Evaluation(images.size(), (int) Math.round(accuracy * images.size()));
        }
    }
}
