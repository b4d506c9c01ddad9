package narrowband.training.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactConvolutionTest {
    /** Sums in long integers, from the definition. */
    private static int[] convolved(Node.Convolution layer, Shape from, Shape to, int[] byTap, int[] in) {
        int[] out = new int[to.size()];
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                for (int o = 0; o < to.channels(); o++) {
                    long sum = 0;
                    for (int ky = 0; ky < layer.kernel(); ky++) {
                        for (int kx = 0; kx < layer.kernel(); kx++) {
                            int row = y * layer.stride() + ky - layer.padding();
                            int column = x * layer.stride() + kx - layer.padding();
                            for (int c = 0; c < from.channels(); c++) {
                                boolean inside =
                                        row >= 0 && row < from.height() && column >= 0 && column < from.width();
                                int tap = ((ky * layer.kernel() + kx) * from.channels() + c) * to.channels() + o;
                                sum += inside
                                        ? (long) byTap[tap] * in[(row * from.width() + column) * from.channels() + c]
                                        : 0;
                            }
                        }
                    }
                    out[(y * to.width() + x) * to.channels() + o] = Math.toIntExact(sum);
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void sumsUpToTheLargestAreExact(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int kernel = random.nextInt(1, 4);
        Shape from = new Shape(random.nextInt(3, 12), random.nextInt(3, 12), random.nextInt(1, 20));
        Node.Convolution layer = new Node.Convolution(
                "conv", "image", random.nextInt(1, 36), kernel, random.nextInt(1, 3), random.nextInt(kernel));
        Shape to = from.windows(kernel, kernel, layer.stride(), layer.padding(), layer.outputs());
        int taps = kernel * kernel * from.channels();
        int largest = 255;
        // As large as the bound lets them be.
        int widest = Math.max(1, ((1 << 24) - 1) / largest / taps);
        int[] byTap = new int[taps * layer.outputs()];
        Arrays.setAll(byTap, _ -> random.nextBoolean() ? widest : random.nextInt(-widest, widest + 1));
        int[] in = new int[from.size()];
        Arrays.setAll(in, _ -> random.nextBoolean() ? largest : random.nextInt(-largest, largest + 1));
        int[] out = ExactConvolution.of(layer, from, to, byTap, largest)
                .orElseThrow()
                .run(in);
        assertThat(out).isEqualTo(convolved(layer, from, to, byTap, in));
    }

    @Test
    void whatCouldRoundIsLeftToIntegers() {
        Shape shape = new Shape(4, 4, 1);
        Node.Convolution layer = new Node.Convolution("conv", "image", 1, 1, 1, 0);
        assertThat(ExactConvolution.of(layer, shape, shape, new int[] {1 << 16}, 255))
                .isPresent();
        assertThat(ExactConvolution.of(layer, shape, shape, new int[] {1 << 16}, 256))
                .isEmpty();
    }
}
