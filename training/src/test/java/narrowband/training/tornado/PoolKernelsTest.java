package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import narrowband.training.kernels.PoolShape;
import narrowband.training.kernels.ScalarKernels;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolKernelsTest {
    /** Few different values, so that windows have several largest ones. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void largestValuesAndTheirGradientsAreThoseOfTheScalarKernels(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = random.nextInt(1, 5);
        int images = random.nextInt(1, 4);
        int channels = random.nextInt(1, 5);
        int stride = random.nextInt(1, 5);
        int padding = random.nextInt(size);
        int height = size + random.nextInt(7);
        int width = size + random.nextInt(7);
        PoolShape pool = new PoolShape(height, width, channels, size, stride, padding);
        int in = images * height * width * channels;
        int out = images * pool.outputRows() * pool.outputColumns() * channels;
        float[] memory = new float[2 * in + 2 * out];
        for (int i = 0; i < in; i++) {
            memory[i] = random.nextInt(-2, 3);
        }
        for (int i = 0; i < out; i++) {
            memory[in + out + i] = (float) random.nextGaussian();
        }
        int[] record = {
            0,
            in,
            in + out,
            in + 2 * out,
            0,
            height,
            width,
            channels,
            size,
            stride,
            padding,
            pool.outputRows(),
            pool.outputColumns(),
            channels
        };
        float[] largest = new float[in + out];
        float[] gradient = new float[in];
        ScalarKernels scalar = new ScalarKernels();
        for (int n = 0; n < images; n++) {
            int from = n * in / images;
            int to = in + n * out / images;
            scalar.maxPool(memory, from, pool, largest, to);
            float[] g = new float[in + out];
            System.arraycopy(memory, in + out, g, in, out);
            scalar.maxPoolGradient(memory, from, pool, largest, g, to, gradient);
        }
        Table table = new Table();
        Task task = new Work(Kernel.MAXIMUM, record, out, "pool").task(table);
        PoolKernels.poolMaximum(new float[0], memory, table.toArray(), task.at(), task.count());
        PoolKernels.poolMaximumGradient(new float[0], memory, record, 0, in);
        for (int i = 0; i < out; i++) {
            assertThat(memory[in + i]).as("value %d", i).isEqualTo(largest[in + i]);
        }
        for (int i = 0; i < in; i++) {
            assertThat(memory[in + 2 * out + i]).as("gradient %d", i).isCloseTo(gradient[i], Offset.offset(1e-5f));
        }
    }
}
