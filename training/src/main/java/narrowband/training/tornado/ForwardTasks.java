package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.WeightGrid;

/** The tasks of a network's forward pass. */
final class ForwardTasks {
    /** Pixels of a thread that needs no statistics. */
    private static final int PIXELS = 4;

    private final NetworkMemory network;
    private final int batchWeight;
    private final boolean training;
    private final List<Work> work = new ArrayList<>();
    /** Sums over the values of each chunk of a tensor, and over their squares, {@code [chunk][2][C]}, where its own launch leaves them. */
    private final Map<String, ChunkSums> known = new HashMap<>();

    /**
     * The work of the layers of one pass, from the image, which is there.
     *
     * @param batchWeight place of the batch's weight in running statistics
     * @param training whether norms take the batch's statistics
     */
    static List<Work> layers(NetworkMemory network, int batchWeight, boolean training) {
        ForwardTasks pass = new ForwardTasks(network, batchWeight, training);
        for (Node node : network.graph.nodes()) {
            if (!network.isFused(node) && !network.isJoined(node)) {
                pass.layer(node);
            }
        }
        return pass.work;
    }

    private ForwardTasks(NetworkMemory network, int batchWeight, boolean training) {
        this.network = network;
        this.batchWeight = batchWeight;
        this.training = training;
    }

    /** Rounds all weights and biases; its record begins with the blocks of the weights, {@link #blocks} of them. */
    static Task roundWeights(NetworkMemory network) {
        int at = network.table.add();
        addBlocks(network);
        int blocks = blocks(network);
        for (Weighted layer : network.graph.weighted()) {
            if (NetworkMemory.hasBias(layer)) {
                boolean rounded =
                        network.quantised && network.graph.weightGrid().hasIntegers();
                int grid = rounded
                        ? network.grid(network.graph.quantiserBefore(layer).name())
                        : -1;
                for (int o = 0; o < layer.outputs(); o += WeightKernels.BLOCK) {
                    network.table.add(
                            network.parameter(layer.name() + ".bias") + o,
                            Math.min(WeightKernels.BLOCK, layer.outputs() - o),
                            rounded ? network.weightGrid(layer, 0) : -1,
                            network.bias(layer) + o,
                            network.bias(layer) + o,
                            1,
                            grid,
                            0,
                            0,
                            0);
                    blocks++;
                }
            }
        }
        return new Task(Kernel.ROUND_WEIGHTS, at, blocks * WeightKernels.BLOCK, "all");
    }

    /**
     * Takes the grids that depend on their weights, where there are any.
     *
     * @param blocksAt place of the records of all blocks of weights
     */
    static List<Task> takeWeightGrids(NetworkMemory network, int blocksAt) {
        if (!network.followsWeights()) {
            return List.of();
        }
        int kind = network.graph.weightGrid() == WeightGrid.AFFINE
                ? WeightGridKernels.AFFINE
                : WeightGridKernels.HALF_INTEGER;
        int blocks = blocks(network);
        int ends = network.arena.take(2L * blocks);
        int find = network.table.add(ends, blocksAt);
        int take = network.table.add();
        int grids = 0;
        int block = 0;
        for (Weighted layer : network.graph.weighted()) {
            int ranges = network.graph.weightRanges(layer);
            int ofGrid = layer.outputs() / ranges * Math.ceilDiv(network.graph.fanIn(layer), WeightKernels.BLOCK);
            for (int r = 0; r < ranges; r++) {
                network.table.add(
                        ends + 2 * block,
                        blocksAt + block * WeightKernels.RECORD,
                        ofGrid,
                        network.weightRange(layer, r),
                        network.parameter(layer.name() + ".bits"),
                        kind,
                        network.weightGrid(layer, r));
                block += ofGrid;
            }
            grids += ranges;
        }
        return List.of(
                new Task(Kernel.BLOCK_ENDS, find, blocks, "all"), new Task(Kernel.WEIGHT_GRIDS, take, grids, "all"));
    }

    /** Blocks of weights. */
    static int blocks(NetworkMemory network) {
        return network.graph.weighted().stream()
                .mapToInt(layer -> layer.outputs() * Math.ceilDiv(network.graph.fanIn(layer), WeightKernels.BLOCK))
                .sum();
    }

    private static void addBlocks(NetworkMemory network) {
        for (Weighted layer : network.graph.weighted()) {
            int taps = network.graph.fanIn(layer);
            int[] key = NoiseNumbers.ofTensor(layer.name() + ".weight");
            for (int o = 0; o < layer.outputs(); o++) {
                for (int t = 0; t < taps; t += WeightKernels.BLOCK) {
                    network.table.add(
                            network.parameter(layer.name() + ".weight") + o * taps + t,
                            Math.min(WeightKernels.BLOCK, taps - t),
                            network.weightGrid(layer, o),
                            network.rounded(layer) + o * taps + t,
                            network.ordered(layer) + t * layer.outputs() + o,
                            layer.outputs(),
                            -1,
                            o * taps + t,
                            key[0],
                            key[1]);
                }
            }
        }
    }

    /** Folds the running statistics of all norms. */
    static Optional<Task> recall(NetworkMemory network) {
        int at = network.table.add();
        int count = 0;
        for (Node node : network.graph.nodes()) {
            if (node instanceof Node.BatchNorm norm) {
                int channels = network.channels(norm.name());
                for (int c = 0; c < channels; c++) {
                    network.table.add(
                            network.parameter(norm.name() + ".scale") + c,
                            network.parameter(norm.name() + ".shift") + c,
                            network.statistic(norm.name() + ".mean") + c,
                            network.statistic(norm.name() + ".variance") + c,
                            network.norm(norm.name()) + c,
                            network.norm(norm.name()) + channels + c);
                }
                count += channels;
            }
        }
        return count == 0 ? Optional.empty() : Optional.of(new Task(Kernel.NORM_RECALL, at, count, "all"));
    }

    private void layer(Node node) {
        switch (node) {
            case Node.Image _ -> {}
            case Node.Weighted layer -> convolution(layer);
            case Node.BatchNorm _, Node.Relu _, Node.Quantise _, Node.Add _, Node.Normalise _ ->
                values(ValueChain.of(network, node));
            case Node.MaxPool pool -> pool(Kernel.MAXIMUM, pool);
            case Node.GlobalAveragePool pool -> pool(Kernel.AVERAGE, pool);
            case Node.IdentityShortcut shortcut -> pool(Kernel.SHORTCUT, shortcut);
        }
    }

    private void pool(Kernel kernel, Node.Unary layer) {
        work.add(new Work(kernel, pool(network, layer, 0, 0, 0), network.size(layer.name()), layer.name()));
    }

    private void convolution(Weighted layer) {
        ConvolutionWork convolution = new ConvolutionWork(network, layer);
        boolean observed = training
                && !NetworkMemory.hasBias(layer)
                && network.graph.nodes().stream()
                        .anyMatch(node -> node instanceof Node.BatchNorm norm
                                && norm.input().equals(layer.name()));
        if (observed && convolution.chunk().isPresent()) {
            ChunkSums sums = sums(layer.name(), convolution.chunk().getAsInt());
            known.put(layer.name(), sums);
            work.add(convolution.forward(sums.place()));
        } else {
            work.add(convolution.forward(-1));
        }
    }

    private ChunkSums sums(String tensor, int chunk) {
        int chunks = Math.ceilDiv(network.pixels(tensor), chunk);
        return ChunkSums.take(network.arena, chunks, 2 * network.channels(tensor));
    }

    /** The sums of a norm's input, which a tiled convolution has left or a launch makes. */
    private ChunkSums observe(String tensor, String norm) {
        ChunkSums left = known.remove(tensor);
        if (left != null) {
            return left;
        }
        int pixels = network.pixels(tensor);
        int channels = network.channels(tensor);
        int chunk = network.chunk(pixels);
        ChunkSums sums = sums(tensor, chunk);
        work.add(new Work(
                Kernel.NORM_SUMS,
                new int[] {network.tensor(tensor), sums.place(), channels, pixels, chunk},
                sums.chunks() * channels,
                norm));
        return sums;
    }

    private void values(ValueChain chain) {
        String name = chain.end().name();
        int channels = network.channels(name);
        int pixels = network.pixels(name);
        boolean statistics = training && chain.norm().isPresent();
        int size = statistics ? network.chunk(pixels) : PIXELS;
        int[] record = Arrays.copyOf(chain.record(network, size), ActivationKernels.FORWARD);
        record[ActivationKernels.SHARED] = -1;
        if (statistics) {
            String norm = chain.norm().orElseThrow().name();
            ChunkSums sums = observe(chain.input(), norm).folded(network, norm, work::add);
            int[] rest = {
                sums.place(),
                sums.chunks(),
                network.parameter(norm + ".scale"),
                network.parameter(norm + ".shift"),
                network.statistic(norm + ".mean"),
                network.statistic(norm + ".variance"),
                batchWeight
            };
            System.arraycopy(rest, 0, record, ActivationKernels.SHARED, rest.length);
            sums.release(network.arena);
        }
        work.add(new Work(Kernel.ACTIVATE, record, Math.ceilDiv(pixels, size) * channels, name));
    }

    /** The record of a pool or shortcut. */
    static int[] pool(NetworkMemory network, Node.Unary layer, int gradient, int inputGradient, int keep) {
        Shape from = network.shape(layer.input());
        Shape to = network.shape(layer.name());
        int size = layer instanceof Node.MaxPool pool ? pool.size() : 1;
        int stride = switch (layer) {
            case Node.MaxPool pool -> pool.stride();
            case Node.IdentityShortcut shortcut -> shortcut.stride();
            default -> 1;
        };
        int before = switch (layer) {
            case Node.MaxPool pool -> pool.padding();
            case Node.IdentityShortcut shortcut -> shortcut.before();
            default -> 0;
        };
        return new int[] {
            network.tensor(layer.input()),
            network.tensor(layer.name()),
            gradient,
            inputGradient,
            keep,
            from.height(),
            from.width(),
            from.channels(),
            size,
            stride,
            before,
            to.height(),
            to.width(),
            to.channels()
        };
    }
}
