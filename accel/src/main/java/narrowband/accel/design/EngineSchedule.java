package narrowband.accel.design;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.design.EnginePass.Window;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Shape;
import narrowband.accel.network.Tensor;

/**
 * A network as passes of a {@link SharedEngine}: which layers a pass carries together, and where each tensor between passes
 * lies. A layer with taps heads a pass; a bias, a threshold and an arg-max behind it go through the tail of the same pass,
 * where nothing else takes what is between them.
 */
final class EngineSchedule {
    private final IntegerNetwork network;
    private final int lanes;
    /** The layer whose tensor leaves the engine. */
    private final String result;

    private final EngineDrafts drafts;
    private final Set<String> carried = new HashSet<>();
    private CodeType accumulator = CodeType.signed(2);
    private EngineImage image;
    /** The thresholds that the image passes on its way in. */
    private Optional<Layer.Threshold> onTheWay = Optional.empty();

    private EngineSchedule(IntegerNetwork network, int lanes) {
        this.network = network;
        this.lanes = lanes;
        drafts = new EngineDrafts(lanes);
        result = result(network);
        network.layers().stream()
                .filter(layer -> !carried.contains(layer.name()))
                .forEach(this::add);
    }

    /** The layer whose tensor the engine gives: the network's last, or the scores of which another unit takes the best. */
    static String result(IntegerNetwork network) {
        return network.output() instanceof Layer.TopScores top
                ? top.input()
                : network.output().name();
    }

    /** @throws InvalidInputException if a layer cannot be carried, with the reason */
    static EngineSchedule of(IntegerNetwork network, int lanes) {
        return new EngineSchedule(network, lanes);
    }

    /** How the image comes in; thresholds on its way take a position in each cycle. */
    EngineImage image(Fpga fpga) {
        return onTheWay.map(layer -> {
                    Shape shape = network.inputOf(layer).shape();
                    return image.behind(
                            ThresholdSearch.cheapest(network, layer, shape.channels(), shape.positions(), fpga));
                })
                .orElse(image);
    }

    /** Bits of an accumulator: for every sum, and one more than the largest. */
    int accumulatorBits() {
        return accumulator.bits();
    }

    /** The tensors' places. */
    ActivationMemory memory() {
        return drafts.memory();
    }

    /** The passes, in order. */
    List<EnginePass> passes() {
        return drafts.passes();
    }

    private int groups(int channels) {
        return drafts.groups(channels);
    }

    private void add(Layer layer) {
        switch (layer) {
            case Layer.Input input -> image(input);
            case Layer.Convolution convolution -> {
                requireOneGroup(convolution);
                Shape out = network.tensor(layer.name()).shape();
                product(
                        layer,
                        new Window(
                                convolution.kernelHeight(),
                                convolution.kernelWidth(),
                                convolution.stride(),
                                convolution.padding(),
                                out.height(),
                                out.width()));
            }
            case Layer.Dense dense -> {
                Shape in = drafts.view(dense.input()).shape();
                product(layer, new Window(in.height(), in.width(), 1, 0, 1, 1));
            }
            case Layer.MaxPool pool -> pool(layer, pool.kernel(), pool.stride(), pool.padding(), Head.MAXIMUM);
            case Layer.SumPool pool -> pool(layer, pool.kernel(), pool.stride(), 0, Head.SUM);
            case Layer.Add sum -> {
                Shape out = network.tensor(layer.name()).shape();
                lanewise(
                        layer.name(),
                        List.of(sum.left(), sum.right()),
                        Window.none(out.height(), out.width()),
                        Head.SUM,
                        EngineChain.behind(network, layer));
            }
            case Layer.IdentityShortcut _ ->
                throw new InvalidInputException(
                        "Layer %s: identity shortcuts have no place on the shared engine; use the dataflow shape."
                                .formatted(layer.name()));
            case Layer.Threshold threshold -> copy(layer, threshold.input());
            case Layer.Bias bias -> copy(layer, bias.input());
            case Layer.ArgMax argMax -> copy(layer, argMax.input());
            case Layer.TopScores _ -> {
                if (layer != network.output()) {
                    throw new InvalidInputException("Layer %s: beside the shared engine top scores are the last layer."
                            .formatted(layer.name()));
                }
            }
        }
    }

    private static void requireOneGroup(Layer.Convolution layer) {
        if (layer.groups() != 1) {
            throw new InvalidInputException(
                    "Layer %s: grouped and depthwise convolutions have no place on the shared engine; use groups 1 or the dataflow shape."
                            .formatted(layer.name()));
        }
    }

    /** The image goes straight into the one pass that takes it where that is a single tile; else it is stored first. */
    private void image(Layer.Input input) {
        if (streams(input)) {
            return;
        }
        List<Layer> consumers = network.consumers(input.name());
        Layer first = consumers.getFirst();
        boolean single = consumers.size() == 1;
        if (single
                && first instanceof Layer.Threshold threshold
                && input.shape().channels() <= lanes
                && streams(threshold)) {
            onTheWay = Optional.of(threshold);
            carried.add(threshold.name());
            return;
        }
        store(input, first, single);
    }

    private void store(Layer.Input input, Layer first, boolean single) {
        Tensor tensor = network.tensor(input.name());
        Shape shape = input.shape();
        boolean thresholds = single
                && first instanceof Layer.Threshold threshold
                && threshold.table().rows() == 1;
        String stored = thresholds ? first.name() : input.name();
        boolean flat =
                !stored.equals(result) && network.consumers(stored).stream().allMatch(Layer.Dense.class::isInstance);
        if (flat) {
            image = EngineImage.vector(input.name(), tensor, lanes);
            int channels = image.inside().lanes();
            shape = new Shape(1, shape.size() / channels, channels);
        } else if (shape.channels() <= lanes) {
            image = EngineImage.positions(tensor);
        } else {
            throw new InvalidInputException(
                    "Layer %s: the image has %d channels, more than the engine's %d lanes; give more lanes."
                            .formatted(input.name(), shape.channels(), lanes));
        }
        boolean direct = single && first instanceof Layer.Threshold;
        EngineChain chain = direct ? EngineChain.from(network, first) : EngineChain.only(input.name());
        store(input, shape, chain);
    }

    /** Whether a layer's tensor can stream into the one pass that takes it, which is then made. */
    private boolean streams(Layer layer) {
        List<Layer> consumers = network.consumers(layer.name());
        Tensor tensor = network.tensor(layer.name());
        if (consumers.size() != 1) {
            return false;
        }
        return switch (consumers.getFirst()) {
            case Layer.Convolution convolution
            when convolution.groups() == 1
                    && convolution.weights().outputs() <= lanes
                    && tensor.shape().channels() <= lanes -> {
                image = EngineImage.windows(tensor, convolution, lanes);
                Shape out = network.tensor(convolution.name()).shape();
                streamProduct(convolution, tensor, out.height(), out.width());
                yield true;
            }
            case Layer.Dense dense
            when dense.weights().outputs() <= lanes -> {
                image = EngineImage.vector(layer.name(), tensor, lanes);
                streamProduct(dense, tensor, 1, 1);
                yield true;
            }
            default -> false;
        };
    }

    /** A pass that takes its windows, or its vector, from the image stream. */
    private void streamProduct(Layer layer, Tensor from, int height, int width) {
        StreamType words = image.inside();
        int windowWords = Math.toIntExact(words.words() / ((long) height * width));
        finish(
                layer.name(),
                List.of(),
                Head.PRODUCT,
                new Window(1, windowWords, 1, 0, height, width),
                words.lanes(),
                1,
                network.weights().get(layer.name()).bits(),
                from.type(),
                height * width,
                EngineChain.behind(network, layer));
    }

    private void store(Layer.Input input, Shape shape, EngineChain chain) {
        drafts.store(chain.last(), shape, network.tensor(chain.last()).type());
        finish(
                input.name(),
                List.of(),
                Head.SUM,
                Window.none(shape.height(), shape.width()),
                shape.channels(),
                1,
                1,
                input.type(),
                shape.positions(),
                chain);
    }

    private void product(Layer layer, Window window) {
        EngineDrafts.View in = drafts.view(layer.inputs().getFirst());
        finish(
                layer.name(),
                layer.inputs(),
                Head.PRODUCT,
                window,
                in.shape().channels(),
                groups(in.shape().channels()),
                network.weights().get(layer.name()).bits(),
                in.type(),
                window.positions(),
                EngineChain.behind(network, layer));
    }

    private void pool(Layer layer, int kernel, int stride, int padding, Head head) {
        Shape out = network.tensor(layer.name()).shape();
        lanewise(
                layer.name(),
                layer.inputs(),
                new Window(kernel, kernel, stride, padding, out.height(), out.width()),
                head,
                EngineChain.behind(network, layer));
    }

    private void copy(Layer layer, String from) {
        Shape shape = drafts.view(from).shape();
        lanewise(
                from,
                List.of(from),
                Window.none(shape.height(), shape.width()),
                Head.SUM,
                EngineChain.from(network, layer));
    }

    private void lanewise(String name, List<String> reads, Window window, Head head, EngineChain chain) {
        int planes = reads.stream()
                .mapToInt(tensor -> drafts.view(tensor).type().bits())
                .max()
                .orElseThrow();
        EngineDrafts.View first = drafts.view(reads.getFirst());
        finish(
                name,
                reads,
                head,
                window,
                first.shape().channels(),
                1,
                1,
                new CodeType(planes, false),
                window.positions(),
                chain);
    }

    private void finish(
            String head,
            List<String> reads,
            Head kind,
            Window window,
            int channels,
            int channelGroups,
            int weightPlanes,
            CodeType activation,
            int positions,
            EngineChain chain) {
        carried.addAll(chain.layers());
        Tensor out = network.tensor(chain.last());
        boolean isOutput = chain.last().equals(result);
        boolean classifies = network.layer(chain.last()) instanceof Layer.ArgMax;
        Tail tail = chain.threshold().isPresent()
                ? Tail.THRESHOLD
                : classifies ? Tail.ARG_MAXIMUM : isOutput && positions == 1 ? Tail.SCORES : Tail.STORE;
        if (classifies && !isOutput) {
            throw new InvalidInputException(
                    "Layer %s: on the shared engine an arg-max is the last layer.".formatted(chain.last()));
        }
        if (chain.bias().isPresent() && tail == Tail.STORE) {
            throw new InvalidInputException(
                    "Layer %s: on the shared engine a threshold follows a bias, or it ends the network with a vector."
                            .formatted(chain.bias().get().name()));
        }
        widen(network.tensor(head).type());
        chain.bias().ifPresent(bias -> widen(network.tensor(bias.name()).type()));
        int outChannels = tail.leaves()
                ? network.tensor(head).shape().channels()
                : drafts.stores(chain.last())
                        ? drafts.view(chain.last()).shape().channels()
                        : out.shape().channels();
        int tiles = groups(outChannels);
        Optional<String> writes = tail.leaves() ? Optional.empty() : Optional.of(chain.last());
        if (writes.isPresent() && !drafts.stores(chain.last())) {
            drafts.store(chain.last(), out.shape(), out.type());
        }
        int parameters = chain.threshold()
                .map(t -> t.table().levels())
                .orElse(chain.bias().isPresent() ? 1 : 0);
        drafts.add(new EngineDrafts.Draft(
                new EnginePass(
                        chain.layers(),
                        kind,
                        Optional.empty(),
                        Optional.empty(),
                        window,
                        channels,
                        channelGroups,
                        weightPlanes,
                        activation.bits(),
                        reads.isEmpty() && activation.signed(),
                        tiles,
                        outChannels - (tiles - 1) * lanes,
                        tail,
                        parameters,
                        out.type().bits(),
                        out.type().signed(),
                        0,
                        tiles),
                reads,
                writes));
        if (isOutput && writes.isPresent()) {
            unload(chain.last(), outChannels);
        }
    }

    /** A pass that sends a stored tensor out, which is the network's output. */
    private void unload(String tensor, int channels) {
        EngineDrafts.View view = drafts.view(tensor);
        int groups = groups(channels);
        drafts.add(new EngineDrafts.Draft(
                new EnginePass(
                        List.of(tensor),
                        Head.SUM,
                        Optional.empty(),
                        Optional.empty(),
                        Window.none(view.shape().positions(), groups),
                        channels,
                        1,
                        1,
                        view.type().bits(),
                        false,
                        1,
                        channels - (groups - 1) * lanes,
                        Tail.UNLOAD,
                        0,
                        view.type().bits(),
                        view.type().signed(),
                        0,
                        1),
                List.of(tensor),
                Optional.empty()));
    }

    /** Accumulators hold every code of the type, and a threshold above all of them. */
    private void widen(CodeType type) {
        accumulator =
                CodeType.ofRange(Math.min(accumulator.min(), type.min()), Math.max(accumulator.max(), type.max() + 1L));
    }
}
