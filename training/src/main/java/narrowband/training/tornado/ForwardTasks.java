package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/** The tasks of a network's forward pass. */
final class ForwardTasks {
    private final NetworkMemory network;
    private final int batchWeight;
    private final boolean training;
    private final List<Task> tasks = new ArrayList<>();

    /**
     * The tasks of one pass.
     *
     * @param batchWeight place of the batch's weight in running statistics
     * @param training whether norms take the batch's statistics
     * @param convert whether the image's pixels must be brought in
     */
    static List<Task> of(NetworkMemory network, int batchWeight, boolean training, boolean convert) {
        ForwardTasks pass = new ForwardTasks(network, batchWeight, training);
        pass.prepare();
        for (Node node : network.graph.nodes()) {
            if (!network.isFused(node) && (convert || !(node instanceof Node.Image))) {
                pass.layer(node);
            }
        }
        return pass.tasks;
    }

    private ForwardTasks(NetworkMemory network, int batchWeight, boolean training) {
        this.network = network;
        this.batchWeight = batchWeight;
        this.training = training;
    }

    private void add(Kernel kernel, int at, int count, String subject) {
        tasks.add(new Task(kernel, at, count, subject));
    }

    private void prepare() {
        if (network.quantised) {
            takeGrids();
        }
        roundWeights();
        if (!training) {
            recall();
        }
    }

    private void takeGrids() {
        int at = -1;
        int count = 0;
        for (Node node : network.graph.nodes()) {
            if (node instanceof Node.Quantise quantise) {
                int record = network.table.add(
                        network.parameter(quantise.grid() + ".range"),
                        network.parameter(quantise.grid() + ".bits"),
                        quantise.signed() ? GridKernels.SIGNED : GridKernels.UNSIGNED,
                        network.grid(quantise.name()));
                at = at < 0 ? record : at;
                count++;
            }
        }
        for (Weighted layer : network.graph.weighted()) {
            for (int r = 0; r < network.graph.weightRanges(layer); r++) {
                network.table.add(
                        network.parameter(layer.name() + ".range") + r,
                        network.parameter(layer.name() + ".bits"),
                        GridKernels.WEIGHTS,
                        network.weightGrid(layer, r));
                count++;
            }
        }
        add(Kernel.TAKE_GRIDS, at, count, "all");
    }

    private void roundWeights() {
        int at = network.table.add();
        int blocks = addBlocks(network);
        add(Kernel.ROUND_WEIGHTS, at, blocks * WeightKernels.BLOCK, "all");
        for (Weighted layer : network.graph.weighted()) {
            if (NetworkMemory.hasBias(layer)) {
                int input = network.quantised
                        ? network.grid(network.graph.quantiserBefore(layer).name())
                        : -1;
                int record = network.table.add(
                        network.parameter(layer.name() + ".bias"),
                        network.bias(layer),
                        input,
                        network.weightGrid(layer, 0));
                add(Kernel.ROUND_BIAS, record, layer.outputs(), layer.name());
            }
        }
    }

    /** Appends the records of all blocks of weights, and tells how many there are. */
    static int addBlocks(NetworkMemory network) {
        int blocks = 0;
        for (Weighted layer : network.graph.weighted()) {
            int taps = network.graph.fanIn(layer);
            for (int o = 0; o < layer.outputs(); o++) {
                for (int t = 0; t < taps; t += WeightKernels.BLOCK) {
                    int range = network.quantised
                            ? network.parameter(layer.name() + ".range")
                                    + (network.graph.weightRanges(layer) == 1 ? 0 : o)
                            : -1;
                    network.table.add(
                            network.parameter(layer.name() + ".weight") + o * taps + t,
                            Math.min(WeightKernels.BLOCK, taps - t),
                            network.weightGrid(layer, o),
                            network.rounded(layer) + o * taps + t,
                            network.ordered(layer) + t * layer.outputs() + o,
                            layer.outputs(),
                            range,
                            network.quantised ? network.parameter(layer.name() + ".bits") : -1);
                    blocks++;
                }
            }
        }
        return blocks;
    }

    private void recall() {
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
        if (count > 0) {
            add(Kernel.NORM_RECALL, at, count, "all");
        }
    }

    private void layer(Node node) {
        String name = node.name();
        switch (node) {
            case Node.Image _ -> add(Kernel.PIXELS, network.tensor(name), network.size(name), name);
            case Node.Weighted layer -> {
                boolean depthwise = isDepthwise(layer);
                int record = network.table.add(convolution(
                        network,
                        layer,
                        network.tensor(layer.input()),
                        network.tensor(name),
                        network.ordered(layer),
                        0));
                int outputs = layer.outputs();
                add(
                        depthwise ? Kernel.DEPTHWISE : Kernel.CONVOLVE,
                        record,
                        depthwise
                                ? network.size(name)
                                : Math.ceilDiv(network.size(name) / outputs, 4) * Math.ceilDiv(outputs, 4),
                        subject(network, layer));
            }
            case Node.BatchNorm norm -> {
                observe(norm);
                add(Kernel.ACTIVATE, activation(network, norm), network.size(name), name);
            }
            case Node.Relu _, Node.Quantise _ -> {
                if (network.graph.node(node.inputs().getFirst()) instanceof Node.BatchNorm norm
                        && network.isFused(norm)) {
                    observe(norm);
                }
                add(Kernel.ACTIVATE, activation(network, node), network.size(name), name);
            }
            case Node.Add _, Node.Normalise _ ->
                add(Kernel.ACTIVATE, activation(network, node), network.size(name), name);
            case Node.MaxPool pool ->
                add(Kernel.MAXIMUM, network.table.add(pool(network, pool, 0, 0, 0)), network.size(name), name);
            case Node.GlobalAveragePool pool ->
                add(Kernel.AVERAGE, network.table.add(pool(network, pool, 0, 0, 0)), network.size(name), name);
            case Node.IdentityShortcut shortcut ->
                add(Kernel.SHORTCUT, network.table.add(pool(network, shortcut, 0, 0, 0)), network.size(name), name);
        }
    }

    /** The statistics of a norm's input, where training takes them. */
    private void observe(Node.BatchNorm norm) {
        if (!training) {
            return;
        }
        String name = norm.name();
        int channels = network.channels(name);
        int pixels = network.pixels(name);
        int chunk = NetworkMemory.chunk(pixels);
        int chunks = Math.ceilDiv(pixels, chunk);
        int sums = network.arena.take(2L * chunks * channels);
        add(
                Kernel.NORM_SUMS,
                network.table.add(network.tensor(norm.input()), sums, channels, pixels, chunk),
                chunks * channels,
                name);
        int record = network.table.add(
                sums,
                network.norm(name),
                chunks,
                pixels,
                network.parameter(name + ".scale"),
                network.parameter(name + ".shift"),
                network.statistic(name + ".mean"),
                network.statistic(name + ".variance"),
                batchWeight);
        add(Kernel.NORM_STATISTICS, record, channels, name);
        network.arena.release(sums, 2L * chunks * channels);
    }

    static boolean isDepthwise(Weighted layer) {
        return layer instanceof Node.Convolution convolution && convolution.isDepthwise();
    }

    /** A layer's name and shape, as an error would tell them. */
    static String subject(NetworkMemory network, Weighted layer) {
        Shape in = network.shape(layer.input());
        return "%s_%dx%dx%d_to_%d".formatted(layer.name(), in.height(), in.width(), in.channels(), layer.outputs());
    }

    /** The record of a convolution, or of a dense layer as one. */
    static int[] convolution(NetworkMemory network, Weighted layer, int in, int out, int weights, int keep) {
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

    /** The record of a layer that works value by value, without its gradients. */
    private static int activation(NetworkMemory network, Node node) {
        return activation(network, node, -1, new int[] {-1, 0, -1, 0}, -1);
    }

    /**
     * The record of a layer that works value by value, the fused one before it included.
     *
     * @param targets places of the gradients of its inputs, each with whether to add
     */
    static int activation(NetworkMemory network, Node node, int gradient, int[] targets, int sums) {
        Node source = node;
        if (!(node instanceof Node.Add)) {
            Node input = network.graph.node(node.inputs().getFirst());
            source = network.isFused(input) ? input : node;
        }
        int fold = switch (source) {
            case Node.BatchNorm norm -> network.norm(norm.name());
            case Node.Normalise normalise -> network.normaliser(normalise.name());
            default -> -1;
        };
        int pixels = network.pixels(node.name());
        return network.table.add(
                network.tensor(source.inputs().getFirst()),
                source instanceof Node.Add add ? network.tensor(add.right()) : -1,
                fold,
                network.channels(node.name()),
                node instanceof Node.Relu
                        ? ActivationKernels.RECTIFY
                        : node instanceof Node.Quantise ? ActivationKernels.QUANTISE : ActivationKernels.NONE,
                node instanceof Node.Quantise ? network.grid(node.name()) : -1,
                network.tensor(node.name()),
                gradient,
                targets[0],
                targets[1],
                targets[2],
                targets[3],
                pixels,
                NetworkMemory.chunk(pixels),
                sums);
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
