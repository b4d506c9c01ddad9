package narrowband.sim.energy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.Tensor;

/**
 * How often the bits of words change, counted on the words that real images make: for each channel the share of its wires that
 * change from one word to the next, 0..1. Of random bits it is {@value #RANDOM}, for which profiles give their unit energies.
 *
 * @param images how many images were run through the network
 * @param changing by channel's name, the share of the bits that change
 */
public record SwitchingActivity(int images, Map<String, Double> changing) {
    /** Of bits that are random and independent. */
    static final double RANDOM = 0.5;

    public SwitchingActivity {
        changing = Map.copyOf(changing);
    }

    /**
     * Runs images through the network's reference.
     *
     * @param images at least one; the codes of each, {@code [H * W * C]}
     * @throws InvalidInputException if an image is not of the size that the network takes
     */
    public static SwitchingActivity of(Accelerator accelerator, List<int[]> images) {
        IntegerNetwork network = accelerator.network();
        Tensor input = network.tensor(network.input().name());
        ReferenceExecutor reference = new ReferenceExecutor(network);
        Map<Channel, String> sources = new LinkedHashMap<>();
        for (Channel channel : accelerator.channels()) {
            source(accelerator, channel).ifPresent(layer -> sources.put(channel, layer));
        }
        Optional<SharedEngine> engine = accelerator.weights().map(_ -> SharedLayout.engine(accelerator));
        Map<String, Changes> byChannel = new LinkedHashMap<>();
        Map<String, Changes> byLayer = new LinkedHashMap<>();
        for (int[] image : images) {
            if (image.length != input.shape().size()) {
                throw new InvalidInputException("The network takes images of %s, %d codes, but one of these has %d."
                        .formatted(input.shape(), input.shape().size(), image.length));
            }
            Map<String, int[]> tensors = reference.run(image);
            sources.forEach((channel, layer) -> byChannel
                    .computeIfAbsent(channel.name(), _ -> new Changes())
                    .add(channel.type(), tensors.get(layer)));
            engine.ifPresent(array ->
                    tensors.forEach((layer, codes) -> byLayer.computeIfAbsent(layer, _ -> new Changes())
                            .add(planes(array, network.tensor(layer)), codes)));
        }
        Map<String, Double> changing = new LinkedHashMap<>();
        byChannel.forEach((channel, changes) -> changing.put(channel, changes.share()));
        engine.ifPresent(array -> changing.put(array.name(), within(network, array, byLayer)));
        return new SwitchingActivity(images.size(), changing);
    }

    /** The layer whose codes a channel carries, in their order or, behind a sliding window, again and again. */
    private static Optional<String> source(Accelerator accelerator, Channel channel) {
        Optional<String> carried = accelerator.carries(channel);
        return carried.isPresent() || channel.from().isExternal()
                ? carried
                : source(
                        accelerator,
                        accelerator.into(accelerator.producer(channel)).getFirst());
    }

    /** A shared engine reads a bit of as many codes as it has lanes; which bit does not matter to how often bits change. */
    private static StreamType planes(SharedEngine engine, Tensor tensor) {
        return new StreamType(Math.min(engine.lanes(), tensor.shape().channels()), tensor.type(), 1);
    }

    /** What the array takes in, pass by pass, each for its steps. */
    private static double within(IntegerNetwork network, SharedEngine engine, Map<String, Changes> byLayer) {
        double changing = 0;
        double steps = 0;
        for (EnginePass pass : engine.passes()) {
            double weight = (double) pass.tiles() * pass.window().positions() * pass.steps();
            // A pass may begin with the image itself.
            List<String> inputs = network.layer(pass.layers().getFirst()).inputs();
            String input = inputs.isEmpty() ? network.input().name() : inputs.getFirst();
            changing += weight * byLayer.get(input).share();
            steps += weight;
        }
        return changing / steps;
    }

    /** Of a channel; that of random bits where nothing was counted. */
    double of(Channel channel) {
        return changing.getOrDefault(channel.name(), RANDOM);
    }

    /** Of a unit: the mean over the wires of its channels, each word for as often as it comes. */
    double of(Accelerator accelerator, Unit unit) {
        if (changing.containsKey(unit.name())) {
            return changing.get(unit.name());
        }
        List<Channel> channels = new ArrayList<>(accelerator.into(unit));
        channels.addAll(accelerator.outOf(unit));
        return mean(channels.stream());
    }

    /** Over all channels. */
    public double mean(Accelerator accelerator) {
        return mean(accelerator.channels().stream().filter(channel -> changing.containsKey(channel.name())));
    }

    private double mean(Stream<Channel> channels) {
        double changing = 0;
        double all = 0;
        for (Channel channel : channels.toList()) {
            double bits = (double) channel.type().words() * channel.type().bits();
            changing += bits * of(channel);
            all += bits;
        }
        return all == 0 ? RANDOM : changing / all;
    }

    /** Counts changes from word to word. */
    private static final class Changes {
        private long changed;
        private long bits;

        /** Codes word by word; a word has codes of one position only. */
        void add(StreamType type, int[] codes) {
            int lanes = type.lanes();
            for (int code = lanes; code + lanes <= codes.length; code += lanes) {
                for (int lane = 0; lane < lanes; lane++) {
                    long before = type.element().pattern(codes[code + lane - lanes]);
                    changed += Long.bitCount(before ^ type.element().pattern(codes[code + lane]));
                }
                bits += type.bits();
            }
        }

        /** Where there is but one word, nothing changes that could be counted. */
        double share() {
            return bits == 0 ? RANDOM : (double) changed / bits;
        }
    }
}
