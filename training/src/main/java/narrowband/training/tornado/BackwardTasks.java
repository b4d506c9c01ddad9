package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * The tasks of a network's backward pass, from the gradient of its scores to those of all parameters. A tensor with several readers
 * gets its gradient from the last of them first; the others add theirs, one task after the other.
 */
final class BackwardTasks {
    /** Threads that a sum of weight gradients should have, and the fewest positions that one of them adds up. */
    private static final int THREADS = 1 << 16;

    private static final int POSITIONS = 32;
    private static final int SLICES = 128;

    private final NetworkMemory network;
    /** Where the gradients of all parameters begin. */
    private final int parameters;

    private final Map<String, Integer> gradients = new HashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    /** For each grid, the channels that tell something about it: first sum, chunks, distance, distance to the second sum. */
    private final Map<String, List<int[]>> gridSums = new LinkedHashMap<>();

    private BackwardTasks(NetworkMemory network, int parameters, int scoreGradient) {
        this.network = network;
        this.parameters = parameters;
        gradients.put(network.graph.output().name(), scoreGradient);
    }

    /**
     * The tasks of the pass.
     *
     * @param parameters place of the gradients of all parameters
     * @param scoreGradient place of the gradient of the scores
     */
    static List<Task> of(NetworkMemory network, int parameters, int scoreGradient) {
        BackwardTasks pass = new BackwardTasks(network, parameters, scoreGradient);
        for (Node node : network.graph.nodes().reversed()) {
            if (!network.isFused(node) && pass.gradients.containsKey(node.name())) {
                pass.layer(node);
                network.arena.release(pass.gradients.get(node.name()), network.size(node.name()));
            }
        }
        pass.grids();
        pass.weights();
        return pass.tasks;
    }

    private void add(Kernel kernel, int at, int count, String subject) {
        tasks.add(new Task(kernel, at, count, subject));
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
            case Node.Relu _, Node.Quantise _, Node.BatchNorm _, Node.Add _ -> activation(node, gradient);
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
        boolean depthwise = ForwardTasks.isDepthwise(layer);
        String subject = ForwardTasks.subject(network, layer);
        int outputs = layer.outputs();
        int weights = network.slice(layer, ".weight").size();
        int taps = weights / outputs;
        int blocks = depthwise ? weights : Math.ceilDiv(outputs, 4) * Math.ceilDiv(taps, 4);
        int positions = network.size(layer.name()) / outputs;
        int wanted = Math.max(1, Math.min(SLICES, Math.min(THREADS / blocks, positions / POSITIONS)));
        int size = Math.ceilDiv(positions, wanted);
        int slices = Math.ceilDiv(positions, size);
        int partial = network.arena.take((long) slices * weights);
        int[] record = ForwardTasks.convolution(network, layer, network.tensor(layer.input()), gradient, partial, 0);
        record[15] = slices;
        record[16] = size;
        add(
                depthwise ? Kernel.DEPTHWISE_WEIGHT_GRADIENT : Kernel.WEIGHT_GRADIENT,
                network.table.add(record),
                slices * blocks,
                subject);
        int[] sum = record.clone();
        sum[0] = partial;
        sum[1] = network.rounded(layer) + network.apart;
        add(Kernel.SUM_SLICES, network.table.add(sum), weights, subject);
        network.arena.release(partial, (long) slices * weights);
        if (NetworkMemory.hasBias(layer)) {
            int[] bias = record.clone();
            bias[3] = parameters + network.slice(layer, ".bias").offset();
            add(Kernel.BIAS_GRADIENT, network.table.add(bias), outputs, subject);
        }
        if (!isOutside(layer.input())) {
            int keep = keep(layer.input());
            int to = gradients.get(layer.input());
            int at = network.table.add(
                    ForwardTasks.convolution(network, layer, to, gradient, network.rounded(layer), keep));
            // A dense layer's channels are all values of its input.
            int channels =
                    layer instanceof Node.Dense ? network.shape(layer.input()).size() : network.channels(layer.input());
            int pixels = network.size(layer.input()) / channels;
            add(
                    depthwise ? Kernel.DEPTHWISE_INPUT_GRADIENT : Kernel.INPUT_GRADIENT,
                    at,
                    depthwise ? network.size(layer.input()) : Math.ceilDiv(pixels, 4) * Math.ceilDiv(channels, 4),
                    subject);
        }
    }

    private void activation(Node node, int gradient) {
        String name = node.name();
        Node input = network.graph.node(node.inputs().getFirst());
        Node source = !(node instanceof Node.Add) && network.isFused(input) ? input : node;
        int channels = network.channels(name);
        int pixels = network.pixels(name);
        int chunk = NetworkMemory.chunk(pixels);
        int chunks = Math.ceilDiv(pixels, chunk);
        int sums = network.arena.take(4L * chunks * channels);
        int[] targets = {-1, 0, -1, 0};
        boolean norm = source instanceof Node.BatchNorm;
        int passed = norm ? network.arena.take(network.size(name)) : -1;
        if (norm) {
            targets[0] = passed;
        } else {
            for (int i = 0; i < source.inputs().size(); i++) {
                String to = source.inputs().get(i);
                if (!isOutside(to)) {
                    targets[2 * i + 1] = keep(to);
                    targets[2 * i] = gradients.get(to);
                }
            }
        }
        int at = ForwardTasks.activation(network, node, gradient, targets, sums);
        add(Kernel.ACTIVATION_GRADIENT, at, chunks * channels, name);
        if (source instanceof Node.BatchNorm layer) {
            norm(layer, passed, sums, chunks);
            network.arena.release(passed, network.size(name));
        }
        if (node instanceof Node.Quantise quantise) {
            for (int c = 0; c < channels; c++) {
                gridSums.computeIfAbsent(quantise.grid(), _ -> new ArrayList<>())
                        .add(new int[] {sums + 2 * channels + c, chunks, 4 * channels, channels});
            }
        } else {
            network.arena.release(sums, 4L * chunks * channels);
        }
    }

    private void norm(Node.BatchNorm layer, int passed, int sums, int chunks) {
        String name = layer.name();
        int channels = network.channels(name);
        int record = network.table.add(
                sums,
                network.norm(name),
                chunks,
                network.pixels(name),
                network.parameter(name + ".scale"),
                network.parameter(name + ".shift"),
                parameters);
        add(Kernel.NORM_GRADIENT, record, channels, name);
        if (!isOutside(layer.input())) {
            int keep = keep(layer.input());
            int at = network.table.add(
                    passed,
                    network.tensor(layer.input()),
                    network.norm(name),
                    channels,
                    gradients.get(layer.input()),
                    keep);
            add(Kernel.NORM_INPUT_GRADIENT, at, network.size(name), name);
        }
    }

    /** The gradients of the ranges and widths of activations. */
    private void grids() {
        if (gridSums.isEmpty()) {
            return;
        }
        int channels = gridSums.values().stream().mapToInt(List::size).sum();
        int sums = network.arena.take(2L * channels);
        int at = network.table.add(sums);
        gridSums.values().forEach(records -> records.forEach(network.table::add));
        add(Kernel.GRID_SUMS, at, channels, "all");
        int record = network.table.add(parameters);
        int first = sums;
        for (Map.Entry<String, List<int[]>> grid : gridSums.entrySet()) {
            int count = grid.getValue().size();
            network.table.add(
                    network.parameter(grid.getKey() + ".range"),
                    network.parameter(grid.getKey() + ".bits"),
                    first,
                    count);
            first += 2 * count;
        }
        add(Kernel.GRID_GRADIENT, record, gridSums.size(), "all");
    }

    /** The gradients of weights, and of their ranges and widths. */
    private void weights() {
        int sums = network.arena.take(2L * blocks());
        int at = network.table.add(parameters, network.apart, sums);
        add(Kernel.WEIGHTS_GRADIENT, at, ForwardTasks.addBlocks(network), "all");
        if (!network.quantised) {
            return;
        }
        int channels =
                network.graph.weighted().stream().mapToInt(Weighted::outputs).sum();
        int results = network.arena.take(2L * channels);
        int record = network.table.add(results);
        int from = sums;
        for (Weighted layer : network.graph.weighted()) {
            int blocks = Math.ceilDiv(network.graph.fanIn(layer), WeightKernels.BLOCK);
            for (int o = 0; o < layer.outputs(); o++) {
                network.table.add(
                        from,
                        blocks,
                        network.parameter(layer.name() + ".range") + (network.graph.weightRanges(layer) == 1 ? 0 : o),
                        network.parameter(layer.name() + ".bits"),
                        network.weightGrid(layer, o));
                from += 2 * blocks;
            }
        }
        add(Kernel.CHANNELS_GRADIENT, record, channels, "all");
        int layers = network.table.add(parameters);
        int first = results;
        for (Weighted layer : network.graph.weighted()) {
            network.table.add(
                    first,
                    layer.outputs(),
                    network.parameter(layer.name() + ".range"),
                    network.graph.weightRanges(layer),
                    network.parameter(layer.name() + ".bits"));
            first += 2 * layer.outputs();
        }
        add(Kernel.LAYERS_GRADIENT, layers, network.graph.weighted().size(), "all");
    }

    private int blocks() {
        return network.graph.weighted().stream()
                .mapToInt(layer -> layer.outputs() * Math.ceilDiv(network.graph.fanIn(layer), WeightKernels.BLOCK))
                .sum();
    }
}
