package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Shape;
import narrowband.training.TrainingOptions;
import narrowband.training.UntrainedNetwork;
import narrowband.training.data.ImageSet;
import narrowband.training.device.Batch;
import narrowband.training.device.JvmDevice;
import narrowband.training.onnx.OnnxNetwork;
import org.assertj.core.data.Offset;
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
}
