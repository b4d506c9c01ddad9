package narrowband.accel.design;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Channel.Port;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/**
 * Lays out a dataflow accelerator: units of its own for every layer, all on chip, joined as the network is. Width converters
 * come in between where neighbours differ in lanes, forks where a tensor is used more than once.
 */
public final class Dataflow {
    /** Keeps a word a cycle flowing between units that are never apart. */
    static final int DEPTH = 2;

    private final IntegerNetwork network;
    private final Folding folding;
    private final Fpga fpga;
    private final Map<String, ThresholdFolding> thresholds = new LinkedHashMap<>();
    private final List<Unit> units = new ArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    /** The ports that still offer a layer's tensor, one for each consumer. */
    private final Map<String, List<Source>> offered = new HashMap<>();

    /** A port whose words nothing takes yet. */
    private record Source(Port port, StreamType type) {}

    private Dataflow(IntegerNetwork network, Folding folding, Fpga fpga) {
        this.network = network;
        this.folding = folding;
        this.fpga = fpga;
    }

    /**
     * Lays out the accelerator. FIFOs hold two words; those into an adder, whose two sides may lie far apart, hold an image,
     * which rules out deadlock (the fork before them can then always pass on a whole image) until they are sized.
     *
     * @throws InvalidInputException if a layer cannot be carried, with the reason
     */
    public static Accelerator layOut(IntegerNetwork network, Fpga fpga, double clockMegahertz, Folding folding) {
        Dataflow dataflow = new Dataflow(network, folding, fpga.at(clockMegahertz));
        network.layers().forEach(dataflow::add);
        Source result = dataflow.offered.get(network.output().name()).getFirst();
        dataflow.channels.add(new Channel("m_axis_fifo", result.port(), Port.EXTERNAL, result.type(), DEPTH));
        return new Accelerator(
                network,
                fpga,
                clockMegahertz,
                folding.withThresholds(dataflow.thresholds),
                dataflow.units,
                dataflow.channels);
    }

    private void add(Layer layer) {
        Tensor out = network.tensor(layer.name());
        switch (layer) {
            case Layer.Input input -> {
                int lanes = lanes(1, out.shape().channels(), out.shape().size());
                offer(
                        layer,
                        new Source(
                                Port.EXTERNAL,
                                new StreamType(
                                        lanes, input.type(), (long) out.shape().size() / lanes)));
            }
            case Layer.Threshold threshold -> {
                Source in = take(threshold.input());
                attach(thresholding(threshold, in.type().lanes()), in);
            }
            case Layer.Convolution convolution -> convolution(convolution);
            case Layer.Dense dense -> matrixVector(layer, take(dense.input()));
            case Layer.Bias bias -> {
                Source in = take(bias.input());
                Tensor from = network.inputOf(layer);
                attach(
                        new BiasAdder(
                                layer.name(),
                                layer.name(),
                                from.shape().positions(),
                                from.shape().channels(),
                                in.type().lanes(),
                                from.type(),
                                out.type()),
                        in);
            }
            case Layer.MaxPool pool ->
                pooling(pool, pool.input(), pool.kernel(), pool.stride(), pool.padding(), Pooling.Operation.MAXIMUM);
            case Layer.SumPool pool ->
                pooling(pool, pool.input(), pool.kernel(), pool.stride(), 0, Pooling.Operation.SUM);
            case Layer.Add add -> {
                Source left = take(add.left());
                Source right = take(add.right());
                int lanes = lanes(
                        Math.max(left.type().lanes(), right.type().lanes()),
                        out.shape().channels(),
                        out.shape().size());
                left = convert(left, lanes, layer, "_left");
                right = convert(right, lanes, layer, "_right");
                Adder adder = new Adder(layer.name(), layer.name(), left.type(), right.type(), out.type());
                units.add(adder);
                join(left, adder, 0, Math.toIntExact(left.type().words()));
                join(right, adder, 1, Math.toIntExact(right.type().words()));
                offer(layer, output(adder));
            }
            case Layer.IdentityShortcut shortcut ->
                attach(IdentityShortcut.of(network, shortcut, folding.targetCycles()), take(shortcut.input()));
            case Layer.ArgMax argMax -> {
                Tensor from = network.inputOf(layer);
                attach(
                        new ArgMaximum(layer.name(), layer.name(), from.shape().channels(), from.type(), out.type()),
                        take(argMax.input()));
            }
            case Layer.TopScores top -> attach(TopScores.of(network, top), take(top.input()));
        }
    }

    /** The unit that the folding names, or the cheapest; the choice is kept either way. */
    private Thresholding thresholding(Layer.Threshold layer, int incoming) {
        ThresholdFolding choice = folding.thresholds().get(layer.name());
        if (choice != null) {
            requireDivides(
                    layer,
                    "lanes",
                    choice.lanes(),
                    "channels",
                    network.inputOf(layer).shape().channels());
        }
        Thresholding unit = choice == null
                ? ThresholdSearch.cheapest(network, layer, incoming, folding.targetCycles(), fpga)
                : Thresholding.of(network, layer, choice, fpga);
        thresholds.put(layer.name(), new ThresholdFolding(unit.lanes(), unit.method()));
        return unit;
    }

    private void convolution(Layer.Convolution layer) {
        if (DepthwiseConvolution.carries(layer)) {
            depthwise(layer);
            return;
        }
        if (layer.groups() != 1) {
            throw new InvalidInputException(
                    "Layer %s: it has %d groups of %d input and %d output channels, and there is hardware only for 1 group, or for as many as there are input channels and output channels (depthwise); split the layer, or train it with other groups."
                            .formatted(
                                    layer.name(),
                                    layer.groups(),
                                    network.inputOf(layer).shape().channels() / layer.groups(),
                                    layer.weights().outputs() / layer.groups()));
        }
        Tensor from = network.inputOf(layer);
        int simd = choice(layer, from).simd();
        Source in = convert(take(layer.input()), Math.min(simd, from.shape().channels()), layer, "_lanes");
        Optional<SlidingWindow> window = SlidingWindow.of(layer, from, simd);
        matrixVector(layer, window.isPresent() ? place(window.get(), in) : in);
    }

    private void depthwise(Layer.Convolution layer) {
        Tensor from = network.inputOf(layer);
        MatrixVectorFolding choice = choice(layer, from);
        int weightBits = layer.weights().bits();
        int activationBits = from.type().bits();
        MatrixVectorFolding whole = MatrixVectorFolding.depthwise(choice.pe(), weightBits, activationBits);
        if (!choice.equals(whole)) {
            throw new InvalidInputException(
                    "Layer %s: a depthwise convolution has only pe to choose; it needs %s, not %s."
                            .formatted(layer.name(), whole, choice));
        }
        Source in = convert(take(layer.input()), choice.pe(), layer, "_lanes");
        Optional<SlidingWindow> window = SlidingWindow.of(layer, from, choice.pe());
        Source windows = window.isPresent() ? place(window.get(), in) : in;
        offer(layer, place(DepthwiseConvolution.of(network, layer, choice), windows));
    }

    private void matrixVector(Layer layer, Source in) {
        MatrixVectorFolding choice = choice(layer, network.inputOf(layer));
        offer(layer, place(MatrixVector.of(network, layer, choice, fpga), convert(in, choice.simd(), layer, "_lanes")));
    }

    private void pooling(Layer layer, String input, int kernel, int stride, int padding, Pooling.Operation operation) {
        Tensor from = network.inputOf(layer);
        Tensor out = network.tensor(layer.name());
        Source in = take(input);
        long work =
                (long) out.shape().positions() * kernel * kernel * from.shape().channels();
        int lanes = lanes(
                in.type().lanes(),
                from.shape().channels(),
                Math.max(work, from.shape().size()));
        in = convert(in, lanes, layer, "_lanes");
        boolean whole = padding == 0
                && kernel == from.shape().height()
                && kernel == from.shape().width();
        if (!whole) {
            in = place(
                    new SlidingWindow(
                            layer.name() + "_window",
                            layer.name(),
                            from.shape(),
                            from.type(),
                            lanes,
                            kernel,
                            kernel,
                            stride,
                            padding,
                            SlidingWindow.Word.TAP),
                    in);
        }
        attach(
                new Pooling(
                        layer.name() + "_pool",
                        layer.name(),
                        operation,
                        out.shape().positions(),
                        kernel * kernel,
                        from.shape().channels(),
                        lanes,
                        from.type(),
                        out.type()),
                in);
    }

    private MatrixVectorFolding choice(Layer layer, Tensor from) {
        MatrixVectorFolding choice = folding.layers().get(layer.name());
        if (choice == null) {
            throw new InvalidInputException("Layer %s: the folding names no choice for it.".formatted(layer.name()));
        }
        int outputs = network.tensor(layer.name()).shape().channels();
        int weightBits = network.weights().get(layer.name()).bits();
        requireDivides(layer, "pe", choice.pe(), "outputs", outputs);
        requireSimd(layer, choice.simd(), from.shape().channels());
        requireDivides(layer, "weightDigit", choice.weightDigit(), "weight bits", weightBits);
        requireDivides(
                layer,
                "activationDigit",
                choice.activationDigit(),
                "activation bits",
                from.type().bits());
        return choice;
    }

    private static void requireSimd(Layer layer, int simd, int channels) {
        List<Integer> choices = MatrixVectorFolding.simdChoices(layer, channels);
        if (!choices.contains(simd)) {
            List<Integer> wider =
                    choices.stream().filter(choice -> choice > channels).toList();
            throw new InvalidInputException("Layer %s: simd is %d, but it must divide the %d input channels%s."
                    .formatted(
                            layer.name(),
                            simd,
                            channels,
                            wider.isEmpty() ? "" : ", or be that of whole kernel rows or windows, " + wider));
        }
    }

    private static void requireDivides(Layer layer, String field, int value, String whole, int number) {
        if (value < 1 || number % value != 0) {
            throw new InvalidInputException("Layer %s: %s is %d, but it must divide the %d %s."
                    .formatted(layer.name(), field, value, number, whole));
        }
    }

    /** The fewest lanes, a multiple of those that come in, that pass an image's codes in the target's cycles. */
    private int lanes(int incoming, int channels, long codes) {
        for (int lanes = incoming; lanes < channels; lanes += incoming) {
            if (channels % lanes == 0 && Math.ceilDiv(codes, lanes) <= folding.targetCycles()) {
                return lanes;
            }
        }
        return channels;
    }

    private Source take(String layer) {
        return offered.get(layer).removeFirst();
    }

    /** Places the unit behind the source, in the lanes that it takes, and offers its words as the layer's tensor. */
    private void attach(Unit unit, Source in) {
        Layer layer = network.layer(unit.layer());
        offer(layer, place(unit, convert(in, unit.inputs().getFirst().lanes(), layer, "_lanes")));
    }

    private Source place(Unit unit, Source in) {
        units.add(unit);
        join(in, unit, 0, DEPTH);
        return output(unit);
    }

    private static Source output(Unit unit) {
        return new Source(new Port(unit.name(), 0), unit.outputs().getFirst());
    }

    private void join(Source source, Unit unit, int port, int depth) {
        String name = source.port().isExternal()
                ? "s_axis_fifo"
                : source.port().unit() + "_to_" + unit.name() + (port == 0 ? "" : "_" + port);
        channels.add(new Channel(name, source.port(), new Port(unit.name(), port), source.type(), depth));
    }

    /** The source in the wanted number of lanes: through one converter, or two where neither number divides the other. */
    private Source convert(Source source, int lanes, Layer layer, String suffix) {
        int from = source.type().lanes();
        if (from == lanes) {
            return source;
        }
        int common = greatestCommonDivisor(from, lanes);
        Source current = source;
        if (common != from) {
            current = place(
                    new WidthConverter(layer.name() + suffix + "_split", layer.name(), current.type(), common),
                    current);
        }
        if (common != lanes) {
            current = place(
                    new WidthConverter(layer.name() + suffix + "_join", layer.name(), current.type(), lanes), current);
        }
        return current;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private void offer(Layer layer, Source source) {
        int consumers = network.consumers(layer.name()).size();
        List<Source> sources = new ArrayList<>();
        if (consumers <= 1) {
            sources.add(source);
        } else {
            Fork fork = new Fork(layer.name() + "_fork", layer.name(), source.type(), consumers);
            place(fork, source);
            for (int copy = 0; copy < consumers; copy++) {
                sources.add(new Source(new Port(fork.name(), copy), source.type()));
            }
        }
        offered.put(layer.name(), sources);
    }
}
