package narrowband.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.bottleneck.ArrayWork;
import narrowband.sim.cycle.Simulation;

/**
 * How much the design computes for each byte that it moves, and what bounds it (Williams et al., CACM 2009), in bit operations
 * so that layers of all widths have one roof. A bit operation is the product of one bit of a weight and one of an activation: a
 * multiply-accumulate of W by A bits is W x A of them. Only those that the network asks for count, not what idle lanes do.
 *
 * <p>A shared engine's layers each have the whole array and the streams to themselves, in turn; a layer's time is that of its
 * pass, or that of its words on the stream where this is longer, since weights may come while the pass before works. In a dataflow design all
 * work at once, each with its own unit and FIFOs, and so each has its own roof.
 *
 * @param bitOperationsPerSecond what all arrays of the design make at most
 * @param bytesPerSecond what the streams between the design and the outside carry at most: image, weights, result
 * @param design all layers together, beside the bytes of those streams
 * @param layers those with weights; bytes in and out of a pass over the streams, or of a layer's units over its FIFOs
 */
public record Roofline(double bitOperationsPerSecond, double bytesPerSecond, Point design, List<Point> layers) {
    /**
     * @param bitOperations for one image
     * @param bytes moved for one image
     * @param bitOperationsPerByte the intensity
     * @param attained bit operations per second of time in which the layer runs, as simulated
     * @param roof the most that its array and its busiest stream allow, bit operations per second
     */
    public record Point(
            String name, long bitOperations, double bytes, double bitOperationsPerByte, double attained, double roof) {
        /**
         * @param cycles that it takes for an image
         * @param peak bit operations in a cycle
         * @param words of its busiest stream, one in a cycle at most
         */
        private static Point of(
                String name, long operations, long bits, double cycles, double peak, long words, double clock) {
            double bytes = bits / 8.0;
            return new Point(
                    name,
                    operations,
                    bytes,
                    operations / bytes,
                    operations / cycles * clock,
                    Math.min(peak, (double) operations / words) * clock);
        }
    }

    /** Words of some streams. */
    private record Traffic(long bits, long words) {
        static final Traffic NONE = new Traffic(0, 0);

        static Traffic of(Stream<Channel> channels) {
            return channels.map(channel -> new Traffic(
                            channel.type().words() * channel.type().bits(),
                            channel.type().words()))
                    .reduce(NONE, Traffic::and);
        }

        Traffic and(Traffic other) {
            return new Traffic(bits + other.bits, Math.max(words, other.words));
        }
    }

    static Roofline of(Accelerator accelerator, Simulation stream) {
        IntegerNetwork network = accelerator.network();
        double clock = accelerator.clockMegahertz() * 1e6;
        double interval = stream.intervalCycles().orElse(stream.cycles());
        Map<String, Long> peaks = peaks(accelerator);
        List<Point> points = accelerator.weights().isPresent()
                ? passes(accelerator, stream, clock)
                : layers(accelerator, peaks, interval, clock);
        long peak = peaks.values().stream().mapToLong(Long::longValue).sum();
        Traffic outside = Traffic.of(external(accelerator));
        long operations = network.weights().keySet().stream()
                .mapToLong(name -> ArrayWork.operations(network, name))
                .sum();
        return new Roofline(
                peak * clock,
                external(accelerator)
                                .mapToLong(channel -> channel.type().bits())
                                .sum()
                        / 8.0
                        * clock,
                Point.of("whole design", operations, outside.bits, interval, peak, outside.words, clock),
                points);
    }

    private static Stream<Channel> external(Accelerator accelerator) {
        return Stream.concat(Stream.of(accelerator.input(), accelerator.output()), accelerator.weights().stream());
    }

    /** Bit operations in a cycle, by layer or engine. */
    private static Map<String, Long> peaks(Accelerator accelerator) {
        Map<String, Long> peaks = new LinkedHashMap<>();
        for (Unit unit : accelerator.units()) {
            String name = unit instanceof SharedEngine ? unit.name() : unit.layer();
            ArrayWork.peak(unit).ifPresent(peak -> peaks.put(name, peak));
        }
        return peaks;
    }

    private static List<Point> layers(Accelerator accelerator, Map<String, Long> peaks, double interval, double clock) {
        Map<String, String> layerOf = new LinkedHashMap<>();
        accelerator.units().forEach(unit -> layerOf.put(unit.name(), unit.layer()));
        List<Point> points = new ArrayList<>();
        peaks.forEach((name, peak) -> {
            Traffic traffic = Traffic.of(accelerator.channels().stream()
                    .filter(channel -> name.equals(layerOf.get(channel.from().unit()))
                            != name.equals(layerOf.get(channel.to().unit()))));
            points.add(Point.of(
                    name,
                    ArrayWork.operations(accelerator.network(), name),
                    traffic.bits,
                    interval,
                    peak,
                    traffic.words,
                    clock));
        });
        return points;
    }

    private static List<Point> passes(Accelerator accelerator, Simulation stream, double clock) {
        SharedEngine engine = SharedLayout.engine(accelerator);
        double[] cycles = cycles(accelerator, stream, engine);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < cycles.length; i++) {
            EnginePass pass = engine.passes().get(i);
            if (pass.head() != EnginePass.Head.PRODUCT) {
                continue;
            }
            long weightWords = (long) pass.tiles() * engine.lanes() * (pass.tileWords() + pass.parameters());
            Traffic traffic = new Traffic(weightWords * engine.streamBits(), weightWords);
            if (pass.streamed()) {
                traffic =
                        traffic.and(Traffic.of(accelerator.into(engine).stream().limit(1)));
            }
            if (pass.tail().leaves()) {
                traffic = traffic.and(Traffic.of(accelerator.outOf(engine).stream()));
            }
            String name = pass.layers().getFirst();
            points.add(Point.of(
                    name,
                    ArrayWork.operations(accelerator.network(), name),
                    traffic.bits,
                    Math.max(cycles[i], traffic.words),
                    (double) engine.lanes() * engine.lanes(),
                    traffic.words,
                    clock));
        }
        return points;
    }

    /** From a pass's first step to that of the next, where that was kept; else what it takes when its tiles come in time. */
    private static double[] cycles(Accelerator accelerator, Simulation stream, SharedEngine engine) {
        double[] cycles = engine.passes().stream().mapToDouble(engine::cycles).toArray();
        Schedule.of(accelerator, stream).ifPresent(schedule -> {
            List<Schedule.Pass> passes = schedule.passes();
            for (int i = 0; i < cycles.length; i++) {
                long end = i + 1 < cycles.length ? passes.get(i + 1).from() : schedule.until();
                cycles[i] = end - passes.get(i).from();
            }
        });
        return cycles;
    }
}
