package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * The tasks of a network's backward pass, from the gradient of its scores to those of all parameters. A tensor with several readers
 * gets its gradient from the last of them first; the others add theirs, one task after the other. What the pass itself does not wait
 * for, the weights' gradients above all, comes at its end, all layers at once.
 */
final class BackwardTasks {
    private final NetworkMemory network;
    /** Where the gradients of all parameters begin. */
    private final int parameters;
    /** Where the numbers of {@link NoiseNumbers} are. */
    private final int noiseAt;

    private final Map<String, Integer> gradients = new HashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    /** What waits for the end. */
    private final List<Work> shares = new ArrayList<>();

    private final List<Work> sums = new ArrayList<>();
    /** For each grid, the channels that tell something about it: first sum, chunks, distance, distance to the second sum. */
    private final Map<String, List<int[]>> gridSums = new LinkedHashMap<>();

    private BackwardTasks(NetworkMemory network, int parameters, int scoreGradient, int noiseAt) {
        this.network = network;
        this.parameters = parameters;
        this.noiseAt = noiseAt;
        gradients.put(network.graph.output().name(), scoreGradient);
    }

    /**
     * The tasks of the pass.
     *
     * @param parameters place of the gradients of all parameters
     * @param scoreGradient place of the gradient of the scores
     * @param blocksAt place of the records of all blocks of weights
     * @param penaltyAt place of the penalty's gradients for the widths, in the order of {@link NetworkMemory#widths}
     * @param noiseAt place of the numbers of {@link NoiseNumbers}
     */
    static List<Task> of(
            NetworkMemory network, int parameters, int scoreGradient, int blocksAt, int penaltyAt, int noiseAt) {
        BackwardTasks pass = new BackwardTasks(network, parameters, scoreGradient, noiseAt);
        for (Node node : network.graph.nodes().reversed()) {
            if (pass.gradients.containsKey(node.name())) {
                pass.layer(node);
                if (!(node instanceof Weighted)) {
                    network.arena.release(pass.gradients.get(node.name()), network.size(node.name()));
                }
            }
        }
        for (Kernel kernel :
                List.of(Kernel.WEIGHT_GRADIENT, Kernel.TILED_WEIGHT_GRADIENT, Kernel.DEPTHWISE_WEIGHT_GRADIENT)) {
            pass.together(
                    pass.shares.stream().filter(work -> work.kernel() == kernel).toList());
        }
        pass.together(pass.sums);
        pass.weights(blocksAt, penaltyAt);
        return pass.tasks;
    }

    private void add(Kernel kernel, int at, int count, String subject) {
        tasks.add(new Task(kernel, at, count, subject));
    }

    /** One launch of what a kernel does for several layers. */
    private void together(List<Work> work) {
        if (!work.isEmpty()) {
            List<Work.Job> jobs =
                    work.stream().flatMap(part -> part.jobs().stream()).toList();
            Task task = new Work(work.getFirst().kernel(), jobs).task(network.table);
            tasks.add(new Task(task.kernel(), task.at(), task.count(), "all"));
        }
    }

    /** Whether nothing is learned before or in a layer, so that no one asks for its gradient. */
    private boolean isOutside(String layer) {
        Node node = network.graph.node(layer);
        return node instanceof Node.Image || node instanceof Node.Normalise;
    }

    /** 1 where another reader has left its share of a tensor's gradient already; else the place for it is taken. */
    private int keep(String tensor) {
        if (gradients.containsKey(tensor)) {
            return 1;
        }
        gradients.put(tensor, network.arena.take(network.size(tensor)));
        return 0;
    }

    private void layer(Node node) {
        int gradient = gradients.get(node.name());
        switch (node) {
            case Weighted layer -> convolution(layer, gradient);
            case Node.Relu _, Node.Quantise _, Node.BatchNorm _, Node.Add _ ->
                values(ValueChain.of(network, node), gradient);
            case Node.MaxPool pool -> pool(Kernel.MAXIMUM_GRADIENT, pool, gradient);
            case Node.GlobalAveragePool pool -> pool(Kernel.AVERAGE_GRADIENT, pool, gradient);
            case Node.IdentityShortcut shortcut -> pool(Kernel.SHORTCUT_GRADIENT, shortcut, gradient);
            case Node.Image _, Node.Normalise _ -> throw new IllegalStateException("a gradient of " + node.name());
        }
    }

    private void pool(Kernel kernel, Node.Unary layer, int gradient) {
        if (!isOutside(layer.input())) {
            int keep = keep(layer.input());
            int record =
                    network.table.add(ForwardTasks.pool(network, layer, gradient, gradients.get(layer.input()), keep));
            add(kernel, record, network.size(layer.input()), layer.name());
        }
    }

    private void convolution(Weighted layer, int gradient) {
        ConvolutionWork work = new ConvolutionWork(network, layer);
        ConvolutionWork.WeightGradient weights = work.weightGradient(gradient);
        shares.add(weights.shares());
        sums.add(weights.sum());
        if (NetworkMemory.hasBias(layer)) {
            sums.add(work.biasGradient(
                    gradient, parameters + network.slice(layer, ".bias").offset()));
        }
        if (!isOutside(layer.input())) {
            int keep = keep(layer.input());
            tasks.add(work.inputGradient(gradient, gradients.get(layer.input()), keep)
                    .task(network.table));
        }
    }

    private void values(ValueChain chain, int gradient) {
        String name = chain.end().name();
        int channels = network.channels(name);
        int pixels = network.pixels(name);
        int chunk = network.chunk(pixels);
        int chunks = Math.ceilDiv(pixels, chunk);
        ChunkSums ofChunks = ChunkSums.take(network.arena, chunks, ActivationKernels.SUMS * channels);
        int passed = chain.norm().isPresent() ? network.arena.take(network.size(name)) : -1;
        int[] record = Arrays.copyOf(chain.record(network, chunk), ActivationKernels.BACKWARD);
        int[] to = chain.norm().isPresent() ? new int[] {passed, 0} : target(chain.input());
        int[] toSecond = chain.second().map(this::target).orElse(new int[] {-1, 0});
        int[] key = key(chain.first());
        int[] keyOfSum = key(chain.last());
        int[] rest = {
            gradient,
            to[0],
            to[1],
            toSecond[0],
            toSecond[1],
            ofChunks.place(),
            noiseAt,
            key[0],
            key[1],
            keyOfSum[0],
            keyOfSum[1]
        };
        System.arraycopy(rest, 0, record, ActivationKernels.SHARED, rest.length);
        add(Kernel.ACTIVATION_GRADIENT, network.table.add(record), chunks * channels, name);
        ChunkSums sums = ofChunks.folded(network, name, launch -> tasks.add(launch.task(network.table)));
        if (chain.norm().isPresent()) {
            norm(chain.norm().get(), passed, sums, chunks * channels, chunk);
            network.arena.release(passed, network.size(name));
        }
        boolean first = tellOfGrid(chain.first(), sums, 2 * channels, channels);
        boolean last = tellOfGrid(chain.last(), sums, 4 * channels, channels);
        if (!first && !last) {
            sums.release(network.arena);
        }
    }

    /** What a quantiser adds to the key of {@link Dithering}. */
    private static int[] key(Optional<Node> layer) {
        return layer.map(Node::name).map(NoiseNumbers::ofTensor).orElse(new int[2]);
    }

    /** The place of a tensor's gradient, or -1 if no one asks for it, and whether to add to it. */
    private int[] target(String tensor) {
        if (isOutside(tensor)) {
            return new int[] {-1, 0};
        }
        int keep = keep(tensor);
        return new int[] {gradients.get(tensor), keep};
    }

    /** @param first the first channel's among the sums of a chunk */
    private boolean tellOfGrid(Optional<Node> layer, ChunkSums sums, int first, int channels) {
        if (layer.orElse(null) instanceof Node.Quantise quantise) {
            for (int c = 0; c < channels; c++) {
                gridSums.computeIfAbsent(quantise.grid(), _ -> new ArrayList<>())
                        .add(new int[] {sums.place() + first + c, sums.chunks(), sums.width(), channels});
            }
            return true;
        }
        return false;
    }

    private void norm(Node.BatchNorm layer, int passed, ChunkSums sums, int threads, int chunk) {
        String name = layer.name();
        int channels = network.channels(name);
        int[] to = target(layer.input());
        int record = network.table.add(
                sums.place(),
                network.norm(name),
                channels,
                sums.chunks(),
                network.pixels(name),
                chunk,
                network.parameter(name + ".scale"),
                network.parameter(name + ".shift"),
                parameters,
                passed,
                network.tensor(layer.input()),
                to[0],
                to[1]);
        add(Kernel.NORM_GRADIENT, record, threads, name);
    }

    /** The gradients of weights, and of all ranges and widths. */
    private void weights(int blocksAt, int penaltyAt) {
        int blocks = ForwardTasks.blocks(network);
        int sums = network.arena.take((long) WeightKernels.SUMS * blocks);
        int at = network.table.add(parameters, network.apart, sums, blocksAt, noiseAt);
        add(Kernel.WEIGHTS_GRADIENT, at, blocks, "all");
        if (!network.quantised) {
            return;
        }
        int channels =
                network.graph.weighted().stream().mapToInt(Weighted::outputs).sum()
                        + gridSums.values().stream().mapToInt(List::size).sum();
        int results = network.arena.take((long) GridKernels.RESULTS * channels);
        int ofChannels = network.table.add(results);
        List<int[]> ofWidths = new ArrayList<>();
        Map<Integer, Integer> penalties = penalties(penaltyAt);
        int next = results;
        for (Weighted layer : network.graph.weighted()) {
            int pieces = Math.ceilDiv(network.graph.fanIn(layer), WeightKernels.BLOCK);
            int ranges = network.graph.weightRanges(layer);
            int bits = network.parameter(layer.name() + ".bits");
            for (int o = 0; o < layer.outputs(); o++) {
                int apart = WeightKernels.SUMS;
                network.table.add(
                        sums, pieces, apart, 1, network.weightRange(layer, o), network.weightGrid(layer, o), 2);
                sums += apart * pieces;
            }
            boolean follows = network.followsWeights();
            ofWidths.add(new int[] {
                next,
                layer.outputs(),
                network.weightRange(layer, 0),
                ranges,
                bits,
                penalties.get(bits),
                follows ? network.weightGrid(layer, 0) : -1,
                follows ? network.parameter(layer.name() + ".weight") : 0,
                follows ? network.graph.fanIn(layer) : 0
            });
            next += GridKernels.RESULTS * layer.outputs();
        }
        for (Map.Entry<String, List<int[]>> grid : gridSums.entrySet()) {
            int range = network.parameter(grid.getKey() + ".range");
            int bits = network.parameter(grid.getKey() + ".bits");
            for (int[] channel : grid.getValue()) {
                network.table.add(channel);
                network.table.add(range, network.grid(grid.getKey()), 0);
            }
            int count = grid.getValue().size();
            ofWidths.add(new int[] {next, count, range, 1, bits, penalties.get(bits), -1, 0, 0});
            next += GridKernels.RESULTS * count;
        }
        add(Kernel.CHANNELS_GRADIENT, ofChannels, channels, "all");
        int widths = network.table.add(parameters);
        ofWidths.forEach(network.table::add);
        add(Kernel.WIDTHS_GRADIENT, widths, ofWidths.size(), "all");
    }

    /** Where the penalty's gradient for each width is, by the width's place in the state. */
    private Map<Integer, Integer> penalties(int penaltyAt) {
        Map<Integer, Integer> places = new HashMap<>();
        for (int width : network.widths()) {
            places.put(width, penaltyAt + places.size());
        }
        return places;
    }
}
