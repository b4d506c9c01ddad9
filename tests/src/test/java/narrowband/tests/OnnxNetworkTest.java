package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.network.Shape;
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
}
