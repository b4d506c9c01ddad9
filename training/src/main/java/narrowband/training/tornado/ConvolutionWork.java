package narrowband.training.tornado;

import java.util.OptionalInt;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.tornado.Execution.Convolutions;

/** The work of layers with weights, in both directions: which kernel, with what record and how many threads. */
final class ConvolutionWork {
    /** Threads that a sum of weight gradients should have, and the fewest positions that one of them adds up. */
    private static final int THREADS = 1 << 16;

    private static final int POSITIONS = 32;
    private static final int SLICES = 128;

    private final NetworkMemory network;
    private final Weighted layer;
    private final boolean depthwise;
    private final boolean tiled;
    private final int outputs;
    /** Weights of an output. */
    private final int taps;
    /** Positions of the output, all images. */
    private final int positions;

    private final String subject;

    ConvolutionWork(NetworkMemory network, Weighted layer) {
        this.network = network;
        this.layer = layer;
        depthwise = layer instanceof Node.Convolution convolution && convolution.isDepthwise();
        tiled = network.convolutions.isTiled() && !depthwise;
        outputs = layer.outputs();
        taps = network.graph.fanIn(layer);
        positions = network.size(layer.name()) / outputs;
        Shape in = network.shape(layer.input());
        // A layer's name and shape, as an error would tell them.
        subject = "%s_%dx%dx%d_to_%d".formatted(layer.name(), in.height(), in.width(), in.channels(), outputs);
    }

    /** Positions of the output whose sums a forward pass leaves together for a norm, or none if it leaves no sums. */
    OptionalInt chunk() {
        return tiled ? OptionalInt.of(Tiling.of(positions, outputs).rows()) : OptionalInt.empty();
    }

    /** @param sums where to leave the sums of chunks for a norm, or -1 */
    Work forward(int sums) {
        int[] record = record(network.tensor(layer.input()), network.tensor(layer.name()), network.ordered(layer), 0);
        if (tiled) {
            Tiling tiling = Tiling.of(positions, outputs);
            int[] longer = tiling.appendedTo(record);
            longer[TiledKernels.SUMS] = sums;
            boolean integer = network.convolutions == Convolutions.INTEGER;
            return new Work(
                    integer ? Kernel.INTEGER_CONVOLVE : Kernel.TILED_CONVOLVE,
                    integer ? withGrids(longer) : longer,
                    threads(tiling.tiles(positions, outputs)),
                    subject);
        }
        return new Work(
                depthwise ? Kernel.DEPTHWISE : Kernel.CONVOLVE,
                record,
                depthwise ? network.size(layer.name()) : blocks(positions, outputs),
                subject);
    }

    private int[] withGrids(int[] record) {
        int inputGrid = network.quantised
                ? network.grid(network.graph.quantiserBefore(layer).name())
                : -1;
        int apart = network.graph.weightRanges(layer) == 1 ? 0 : WeightGridKernels.SIZE;
        return IntegerConvolution.appendedTo(record, inputGrid, network.weightGrid(layer, 0), apart);
    }

    /** From the gradient of the output, at its place, to that of the input. */
    Work inputGradient(int gradient, int to, int keep) {
        int[] record = record(to, gradient, network.rounded(layer), keep);
        // A dense layer's channels are all values of its input.
        int channels =
                layer instanceof Node.Dense ? network.shape(layer.input()).size() : network.channels(layer.input());
        int pixels = network.size(layer.input()) / channels;
        if (tiled) {
            Tiling tiling = Tiling.of(pixels, channels);
            return new Work(
                    Kernel.TILED_INPUT_GRADIENT,
                    tiling.appendedTo(record),
                    threads(tiling.tiles(pixels, channels)),
                    subject);
        }
        return new Work(
                depthwise ? Kernel.DEPTHWISE_INPUT_GRADIENT : Kernel.INPUT_GRADIENT,
                record,
                depthwise ? network.size(layer.input()) : blocks(pixels, channels),
                subject);
    }

    /** The shares of slices of the weights' gradient, and their sum. */
    record WeightGradient(Work shares, Work sum) {}

    /** From the gradient of the output, at its place, to that of the weights. */
    WeightGradient weightGradient(int gradient) {
        int weights = taps * outputs;
        Tiling tiling = Tiling.of(taps, outputs);
        int blocks = tiled ? threads(tiling.tiles(taps, outputs)) : depthwise ? weights : blocks(outputs, taps);
        int wanted = Math.max(1, Math.min(SLICES, Math.min(THREADS / blocks, positions / POSITIONS)));
        int size = Math.ceilDiv(positions, wanted);
        int slices = Math.ceilDiv(positions, size);
        int partial = network.arena.take((long) slices * weights);
        int[] record = record(network.tensor(layer.input()), gradient, partial, 0);
        record[15] = slices;
        record[16] = size;
        Work shares = new Work(
                tiled
                        ? Kernel.TILED_WEIGHT_GRADIENT
                        : depthwise ? Kernel.DEPTHWISE_WEIGHT_GRADIENT : Kernel.WEIGHT_GRADIENT,
                tiled ? tiling.appendedTo(record) : record,
                Math.multiplyExact(slices, blocks),
                subject);
        int[] sum = record.clone();
        sum[0] = partial;
        sum[1] = network.rounded(layer) + network.apart;
        return new WeightGradient(shares, new Work(Kernel.SUM_SLICES, sum, weights, subject));
    }

    /** From the gradient of a dense layer's output to that of its bias, a sum over images. */
    Work biasGradient(int gradient, int to) {
        int[] record = record(gradient, to, -1, 0);
        record[15] = network.batch;
        return new Work(Kernel.SUM_SLICES, record, outputs, subject);
    }

    private static int threads(long tiles) {
        return Math.toIntExact(tiles * Work.BLOCK);
    }

    /** Blocks of 4 x 4. */
    private static int blocks(int rows, int columns) {
        return Math.multiplyExact(Math.ceilDiv(rows, 4), Math.ceilDiv(columns, 4));
    }

    /** The record of a convolution, or of a dense layer as one. */
    private int[] record(int in, int out, int weights, int keep) {
        Shape from = network.shape(layer.input());
        Shape to = network.shape(layer.name());
        return switch (layer) {
            case Node.Convolution c ->
                new int[] {
                    in,
                    out,
                    weights,
                    -1,
                    from.height(),
                    from.width(),
                    from.channels(),
                    c.kernel(),
                    c.stride(),
                    c.padding(),
                    to.height(),
                    to.width(),
                    c.outputs(),
                    network.batch,
                    keep,
                    1,
                    0
                };
            case Node.Dense dense ->
                new int[] {
                    in,
                    out,
                    weights,
                    network.bias(layer),
                    1,
                    1,
                    from.size(),
                    1,
                    1,
                    0,
                    1,
                    1,
                    dense.outputs(),
                    network.batch,
                    keep,
                    1,
                    0
                };
        };
    }
}
