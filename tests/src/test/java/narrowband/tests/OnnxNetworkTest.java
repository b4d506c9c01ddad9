package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Shape;
import narrowband.training.Evaluation;
import narrowband.training.TrainingOptions;
import narrowband.training.UntrainedNetwork;
import narrowband.training.data.DataSource;
import narrowband.training.data.ImageSet;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.Batch;
import narrowband.training.device.JvmDevice;
import narrowband.training.onnx.OnnxNetwork;
import narrowband.training.weights.NamedTensor;
import narrowband.training.weights.WeightFile;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of ONNX files compute what ONNX Runtime computes of the same files. */
class OnnxNetworkTest {
    private static final int IMAGES = 6;

    @TempDir
    private Path folder;

    /** Ours: the scores of some images. */
    static float[] scores(OnnxNetwork network, byte[] pixels) {
        int size = network.graph().imageShape().size();
        Batch batch = new Batch(pixels.length / size, size);
        System.arraycopy(pixels, 0, batch.pixels(), 0, pixels.length);
        float[] scores = new float[batch.capacity() * network.graph().classes()];
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            device.open(network.graph(), network.parameters(), Optional.empty(), batch.capacity())
                    .evaluate(batch, batch.capacity(), scores);
        }
        return scores;
    }

    static byte[] pixels(Shape image, int images, long seed) {
        byte[] pixels = new byte[images * image.size()];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }

    static void assertAgree(float[] ours, float[] theirs) {
        assertThat(ours).hasSameSizeAs(theirs);
        float largest = 0;
        for (float score : theirs) {
            largest = Math.max(largest, Math.abs(score));
        }
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).as("score %d", i).isCloseTo(theirs[i], Offset.offset(1e-4f * largest));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void randomGraphsScoreAsInOnnxRuntime(int group) throws OrtException {
        for (int i = 0; i < 30; i++) {
            long seed = 100L * group + i;
            RandomOnnx.Network random = RandomOnnx.of(seed);
            Path file = OnnxWriter.write(random.model(), folder.resolve("random.onnx"));
            byte[] pixels = pixels(random.image(), IMAGES, seed);
            try {
                OnnxNetwork network = OnnxNetwork.read(file, Optional.empty());
                assertThat(network.graph().imageShape()).isEqualTo(random.image());
                assertAgree(
                        scores(network, pixels),
                        OnnxRuntimePeer.scores(
                                random.model(),
                                random.image(),
                                pixels,
                                random.batch(),
                                random.bytes(),
                                random.channelsLast()));
            } catch (RuntimeException | OrtException e) {
                throw new AssertionError("seed " + seed, e);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** Whatever is accepted can be quantised and lowered, with a residual stream as narrow as the rest and with a wide one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whatIsReadCanBeLowered(int group) {
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            for (int i = 0; i < 20; i++) {
                long seed = 100L * group + i;
                RandomOnnx.Network random = RandomOnnx.of(seed);
                Path file = OnnxWriter.write(random.model(), folder.resolve("random.onnx"));
                Shape image = random.image();
                ImageSet images = new ImageSet(
                        image.height(),
                        image.width(),
                        image.channels(),
                        OnnxNetwork.read(file, Optional.empty()).graph().classes(),
                        pixels(image, 2, seed),
                        new int[2]);
                for (int residualBits : new int[] {0, 6}) {
                    TrainingOptions options =
                            TrainingOptions.of("noise", file.toString(), seed).withResidualBits(residualBits);
                    try {
                        IntegerNetwork network = UntrainedNetwork.of(options, images, 3, 3, device);
                        assertThat(new ReferenceExecutor(network).classify(images.image(0)))
                                .isBetween(0, images.classes() - 1);
                    } catch (RuntimeException e) {
                        throw new AssertionError("seed %d, residual bits %d".formatted(seed, residualBits), e);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResidualNetworkAsPyTorchExportsItScoresAsInOnnxRuntime(boolean normalised) throws OrtException {
        ModelProto model = ResidualOnnx.model(ResidualOnnx.random(1), normalised);
        assertScoresAsInOnnxRuntime(model);
    }

    private OnnxNetwork assertScoresAsInOnnxRuntime(ModelProto model) throws OrtException {
        Shape image = new Shape(32, 32, 3);
        OnnxNetwork network =
                OnnxNetwork.read(OnnxWriter.write(model, folder.resolve("resnet20.onnx")), Optional.of(image));
        byte[] pixels = pixels(image, IMAGES, 1);
        assertAgree(scores(network, pixels), OnnxRuntimePeer.scores(model, image, pixels, 1, false, false));
        return network;
    }

    /** Folding rounds anew, which may turn an image at the edge of its class. */
    @Test
    void publishedWeightsThatWereExportedReachTheirPublishedAccuracy() throws OrtException {
        Path weights = RealData.folder("resnet-cifar10").resolve("resnet20-12fca82f.safetensors");
        Map<String, NamedTensor> tensors = WeightFile.read(weights).stream()
                .collect(Collectors.toMap(tensor -> tensor.name().replaceFirst("^module\\.", ""), tensor -> tensor));
        ModelProto model = ResidualOnnx.model((name, size) -> tensors.get(name).values(), true);
        OnnxNetwork network = assertScoresAsInOnnxRuntime(model);
        assertThat(network.biasNorms()).hasSize(19);
        Images images = DataSource.parse("cifar10:" + RealData.folder("cifar10"))
                .load(1)
                .test()
                .range(0, 500);
        Path file = folder.resolve("resnet20.onnx");
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            Evaluation imported = Evaluation.OfWeights.read(file, file.toString(), Optional.empty(), images)
                    .on(images, device);
            Evaluation published = Evaluation.OfWeights.read(
                            weights, "resnet20", Normalisation.parse("imagenet"), images)
                    .on(images, device);
            assertThat(imported.correct()).isCloseTo(published.correct(), Offset.offset(1));
            assertThat(published.accuracy()).isGreaterThan(0.9);
        }
    }
}
