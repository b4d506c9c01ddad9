package narrowband.accel.design;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import narrowband.accel.network.IntegerNetwork;

/**
 * Hardware for an integer network: units, each after those that feed it, and the channels between them. One channel comes
 * from outside (the image) and one goes outside (the result); a shared engine has a second from outside, for its weights.
 *
 * @param fpga as a design for the clock sees it
 * @param clockMegahertz the clock that rates and energies are given for
 * @param plan the choices from which the units were derived
 */
public record Accelerator(
        IntegerNetwork network, Fpga fpga, double clockMegahertz, Plan plan, List<Unit> units, List<Channel> channels) {
    /** FIFOs up to this many words never go into block RAM. */
    private static final int SHALLOW = 16;

    /** @throws IllegalArgumentException if a port is not joined to exactly one channel of its type */
    public Accelerator {
        fpga = fpga.at(clockMegahertz);
        units = List.copyOf(units);
        channels = List.copyOf(channels);
        Set<String> names = new HashSet<>();
        for (Unit unit : units) {
            require(names.add(unit.name()), "the name %s is taken twice".formatted(unit.name()));
        }
        for (Channel channel : channels) {
            require(names.add(channel.name()), "the name %s is taken twice".formatted(channel.name()));
        }
        for (Unit unit : units) {
            for (int port = 0; port < unit.inputs().size(); port++) {
                Channel.Port to = new Channel.Port(unit.name(), port);
                requireOne(
                        channels.stream().filter(c -> c.to().equals(to)).toList(),
                        unit.inputs().get(port),
                        to);
            }
            for (int port = 0; port < unit.outputs().size(); port++) {
                Channel.Port from = new Channel.Port(unit.name(), port);
                requireOne(
                        channels.stream().filter(c -> c.from().equals(from)).toList(),
                        unit.outputs().get(port),
                        from);
            }
        }
        requireExternal(channels, Channel.Port.EXTERNAL, true, 1, "one channel brings images");
        requireExternal(
                channels,
                Channel.Port.EXTERNAL_WEIGHTS,
                true,
                plan instanceof Sharing ? 1 : 0,
                "a shared engine, and nothing else, has a channel for weights");
        requireExternal(channels, Channel.Port.EXTERNAL, false, 1, "one channel goes outside");
    }

    private static void requireExternal(
            List<Channel> channels, Channel.Port port, boolean in, int count, String otherwise) {
        require(
                channels.stream()
                                .filter(c -> (in ? c.from() : c.to()).equals(port))
                                .count()
                        == count,
                otherwise);
    }

    private static void requireOne(List<Channel> joined, StreamType type, Channel.Port port) {
        require(joined.size() == 1, "%s is joined to %d channels".formatted(port, joined.size()));
        require(
                joined.getFirst().type().equals(type),
                "%s carries %s, its channel %s"
                        .formatted(port, type, joined.getFirst().type()));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The channel through which images come in. */
    public Channel input() {
        return channels.stream()
                .filter(c -> c.from().equals(Channel.Port.EXTERNAL))
                .findFirst()
                .orElseThrow();
    }

    /** The channel through which a shared engine's weights come in, the same words for every image. */
    public Optional<Channel> weights() {
        return channels.stream()
                .filter(c -> c.from().equals(Channel.Port.EXTERNAL_WEIGHTS))
                .findFirst();
    }

    /** The channel through which results go out. */
    public Channel output() {
        return channels.stream().filter(c -> c.to().isExternal()).findFirst().orElseThrow();
    }

    /** The channels into a unit, by port. */
    public List<Channel> into(Unit unit) {
        return byPort(unit, unit.inputs().size(), true);
    }

    /** The channels out of a unit, by port. */
    public List<Channel> outOf(Unit unit) {
        return byPort(unit, unit.outputs().size(), false);
    }

    /** The unit that fills a channel of this accelerator, which must not come from outside. */
    public Unit producer(Channel channel) {
        return units.stream()
                .filter(unit -> unit.name().equals(channel.from().unit()))
                .findFirst()
                .orElseThrow();
    }

    /** The layer whose tensor a channel carries, code by code in order; none behind a sliding window, which repeats codes. */
    public Optional<String> carries(Channel channel) {
        if (channel.from().isExternal()) {
            return channel.from().equals(Channel.Port.EXTERNAL)
                    ? Optional.of(network.input().name())
                    : Optional.empty();
        }
        Unit producer = producer(channel);
        return switch (producer) {
            case SlidingWindow _, WordPacker _ -> Optional.empty();
            case Fork _, WidthConverter _ -> carries(into(producer).getFirst());
            case MatrixVector _,
                    DepthwiseConvolution _,
                    Thresholding _,
                    Pooling _,
                    Adder _,
                    BiasAdder _,
                    IdentityShortcut _,
                    ArgMaximum _,
                    TopScores _,
                    SharedEngine _ -> Optional.of(producer.layer());
        };
    }

    private List<Channel> byPort(Unit unit, int ports, boolean in) {
        List<Channel> ordered = new ArrayList<>();
        for (int p = 0; p < ports; p++) {
            Channel.Port port = new Channel.Port(unit.name(), p);
            ordered.add(channels.stream()
                    .filter(channel -> (in ? channel.to() : channel.from()).equals(port))
                    .findFirst()
                    .orElseThrow());
        }
        return ordered;
    }

    /** The same hardware with other FIFO depths; channels that are not named keep theirs. */
    public Accelerator withDepths(Map<String, Integer> depths) {
        List<Channel> changed = channels.stream()
                .map(channel -> channel.withDepth(depths.getOrDefault(channel.name(), channel.depth())))
                .toList();
        return new Accelerator(network, fpga, clockMegahertz, plan, units, changed);
    }

    /** The FIFO depths by channel. */
    public Map<String, Integer> depths() {
        Map<String, Integer> depths = new LinkedHashMap<>();
        channels.forEach(channel -> depths.put(channel.name(), channel.depth()));
        return depths;
    }

    /** The cycles between images that no schedule can beat: the steps of the busiest unit, or the words of the image. */
    public long intervalBound() {
        long words = Math.max(input().type().words(), output().type().words());
        return units.stream().mapToLong(Unit::leastCycles).reduce(words, Math::max);
    }

    /** The estimate for all units and channels. */
    public Resources resources() {
        Resources total = Resources.NONE;
        for (Unit unit : units) {
            total = total.plus(unit.resources(fpga));
        }
        for (Channel channel : channels) {
            total = total.plus(resources(channel));
        }
        return total;
    }

    /** Whether a channel's words lie in block RAM: those of a deep FIFO that would take many look-up tables. */
    public boolean isInBlockRam(Channel channel) {
        return channel.depth() > SHALLOW
                && fpga.prefersBlockRam(channel.depth(), channel.type().bits());
    }

    /** The estimate for one channel's FIFO. */
    public Resources resources(Channel channel) {
        return fifo(channel.depth(), channel.type().bits(), isInBlockRam(channel), fpga);
    }

    /** The estimate for a FIFO. */
    static Resources fifo(int depth, int bits, boolean inBlockRam, Fpga fpga) {
        int pointer = Integer.SIZE - Integer.numberOfLeadingZeros(depth);
        Resources words =
                inBlockRam ? Resources.buffer(depth, bits, fpga) : Resources.distributedRam(depth, bits, fpga);
        return words.plus(Resources.logic(2.0 * pointer + 3, 3L * pointer));
    }
}
