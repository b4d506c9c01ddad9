package narrowband.training.lowering;

import java.util.Optional;
import narrowband.accel.network.Shape;
import narrowband.training.kernels.Kernels;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.kernels.Window;
import narrowband.training.net.Node;

/**
 * A convolution of integers with the kernels of training. In floats of 24 bits it is exact, in whichever order they add: every
 * product and every partial sum is an integer below {@code 2^24} (gdnsq 5.5). Safe for use by several threads.
 */
final class ExactConvolution {
    private static final long EXACT = 1 << 24;
    private static final Kernels KERNELS = new VectorKernels();

    private final Shape from;
    private final int padding;
    private final int paddedColumns;
    private final int paddedSize;
    private final Window window;
    private final float[] weights;

    private ExactConvolution(Node.Convolution layer, Shape from, Shape to, int[] byTap) {
        this.from = from;
        padding = layer.padding();
        paddedColumns = from.width() + 2 * padding;
        paddedSize = (from.height() + 2 * padding) * paddedColumns * from.channels();
        window = Window.of(
                to.height(),
                to.width(),
                layer.outputs(),
                layer.kernel(),
                from.channels(),
                paddedColumns,
                layer.stride());
        weights = new float[byTap.length];
        for (int i = 0; i < byTap.length; i++) {
            weights[i] = byTap[i];
        }
    }

    /**
     * The convolution, if no sum can leave what floats hold exactly.
     *
     * @param byTap weights {@code [kernel row][kernel column][channel][output]}
     * @param largest magnitude of the codes that come in
     */
    static Optional<ExactConvolution> of(Node.Convolution layer, Shape from, Shape to, int[] byTap, long largest) {
        int outputs = layer.outputs();
        for (int o = 0; o < outputs; o++) {
            long sum = 0;
            for (int i = o; i < byTap.length; i += outputs) {
                sum += Math.abs(byTap[i]);
            }
            if (sum * largest >= EXACT) {
                return Optional.empty();
            }
        }
        return Optional.of(new ExactConvolution(layer, from, to, byTap));
    }

    /** The accumulators for one image of codes. */
    int[] run(int[] in) {
        float[] padded = new float[paddedSize];
        int row = from.width() * from.channels();
        for (int y = 0; y < from.height(); y++) {
            int to = ((y + padding) * paddedColumns + padding) * from.channels();
            for (int i = 0; i < row; i++) {
                padded[to + i] = in[y * row + i];
            }
        }
        float[] sums = new float[window.size()];
        KERNELS.convolve(padded, 0, window, weights, sums, 0);
        int[] out = new int[sums.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) sums[i];
        }
        return out;
    }
}
