package narrowband.hdlgen;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.WeightStream;
import narrowband.hdl.UInt;
import narrowband.hdl.simulation.PowerUp;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.stream.Fifo;

/** Runs an accelerator's register-transfer design inside the Java machine, word by word and cycle by cycle. */
public final class RtlSimulation {
    private final ControlledModule top;
    private final Accelerator accelerator;
    private final Simulator simulator;

    /** A run of {@code design} from power up. */
    public RtlSimulation(RtlDesign design) {
        this(design, PowerUp.declared());
    }

    /** As {@link #RtlSimulation(RtlDesign)}, from what registers and memories hold before the reset. */
    public RtlSimulation(RtlDesign design, PowerUp start) {
        top = design.top();
        accelerator = design.accelerator();
        simulator = Simulator.of(design.design(), start);
    }

    /**
     * Resets the design and streams images through it.
     *
     * @param images pixel codes of each image, {@code [height * width * channels]}
     * @param source in which cycles the source may offer a word
     * @param sink in which cycles the sink may take one
     * @param traced whether every word of every channel is kept
     * @throws IllegalStateException if nothing comes out any more with results left, which names the channels that hold words
     */
    public RtlRun run(List<int[]> images, LongPredicate source, LongPredicate sink, boolean traced) {
        return run(images, source, sink, _ -> true, traced);
    }

    /**
     * As {@link #run(List, LongPredicate, LongPredicate, boolean)}, with a say in when weights come.
     *
     * @param pace in which cycles the source of a shared engine's weights may offer a word
     */
    public RtlRun run(
            List<int[]> images, LongPredicate source, LongPredicate sink, LongPredicate pace, boolean traced) {
        WeightSource weights = new WeightSource(images.size(), pace);
        List<BigInteger> words = Words.pack(images, accelerator.input().type());
        int resultWords = Math.toIntExact(accelerator.output().type().words());
        List<BigInteger> results = new ArrayList<>();
        long[] cycles = new long[images.size() * resultWords];
        Map<String, Recorder> recorders = new LinkedHashMap<>();
        if (traced) {
            accelerator.channels().forEach(channel -> recorders.put(channel.name(), new Recorder(channel)));
        }
        top.weights.ifPresent(port -> simulator.poke(port.valid(), 0));
        simulator.reset(true).poke(top.imageValid, 0).poke(top.resultReady, 0).step(2);
        simulator.reset(false);
        int sent = 0;
        long patience = patience();
        long lastMove = 0;
        for (long cycle = 0; results.size() < cycles.length; cycle++) {
            boolean offers = sent < words.size() && source.test(cycle);
            boolean takes = sink.test(cycle);
            simulator.poke(top.imageValid, offers ? 1 : 0).poke(top.resultReady, takes ? 1 : 0);
            if (offers) {
                simulator.poke(top.imageData, words.get(sent));
            }
            if (offers && simulator.peek(top.imageReady) != 0) {
                sent++;
                lastMove = cycle;
            }
            if (takes && simulator.peek(top.resultValid) != 0) {
                boolean last = (results.size() + 1) % resultWords == 0;
                if (simulator.peek(top.resultLast) != 0 != last) {
                    throw new IllegalStateException("tlast is wrong at result word " + results.size());
                }
                cycles[results.size()] = cycle;
                results.add(simulator.peekWide(top.resultData));
                lastMove = cycle;
            }
            weights.step(cycle);
            for (Recorder recorder : recorders.values()) {
                recorder.record(cycle);
            }
            if (cycle - lastMove > patience) {
                throw new IllegalStateException(
                        "the design stands still since cycle %d with %d of %d result words out; words wait in %s"
                                .formatted(lastMove, results.size(), cycles.length, waiting()));
            }
            simulator.step();
        }
        Map<String, RtlRun.Transfers> transfers = new LinkedHashMap<>();
        recorders.forEach((channel, recorder) -> transfers.put(channel, recorder.transfers()));
        StreamType type = accelerator.output().type();
        return new RtlRun(
                IntStream.range(0, images.size())
                        .mapToObj(i -> Words.unpack(results.subList(i * resultWords, (i + 1) * resultWords), type))
                        .toList(),
                IntStream.range(0, images.size())
                        .mapToObj(i -> Arrays.copyOfRange(cycles, i * resultWords, (i + 1) * resultWords))
                        .toList(),
                transfers);
    }

    /** Cycles without any word in or out after which the design is taken to be stuck: more than any image takes. */
    private long patience() {
        long steps = accelerator.units().stream()
                .mapToLong(unit -> unit.timing().cycles())
                .sum();
        long weights =
                accelerator.weights().map(channel -> channel.type().words()).orElse(0L);
        return 1000 + 8 * (steps + weights + accelerator.input().type().words());
    }

    private List<String> waiting() {
        return accelerator.channels().stream()
                .filter(channel -> simulator.peek(top.accelerator.fifo(channel).out.valid) != 0)
                .map(Channel::name)
                .toList();
    }

    /** Offers a shared engine its weights, the same words for each image. */
    private final class WeightSource {
        private final List<BigInteger> words = accelerator.weights().isPresent()
                ? WeightStream.words(SharedLayout.engine(accelerator), accelerator.network())
                : List.of();
        private final LongPredicate pace;
        private final long total;
        private long sent;

        WeightSource(int images, LongPredicate pace) {
            this.pace = pace;
            total = (long) images * words.size();
        }

        void step(long cycle) {
            if (top.weights.isEmpty()) {
                return;
            }
            AcceleratorModule.WeightPort port = top.weights.get();
            boolean offers = sent < total && pace.test(cycle);
            simulator.poke(port.valid(), offers ? 1 : 0);
            if (offers) {
                simulator.poke(port.data(), words.get((int) (sent % words.size())));
                sent += simulator.peek(port.ready());
            }
        }
    }

    /** Keeps the words that enter a channel. */
    private final class Recorder {
        private final Fifo<UInt> fifo;
        private final StreamType type;
        private final List<BigInteger> words = new ArrayList<>();
        private final List<Long> cycles = new ArrayList<>();

        Recorder(Channel channel) {
            fifo = top.accelerator.fifo(channel);
            type = channel.type();
        }

        void record(long cycle) {
            if (simulator.peek(fifo.in.valid) != 0 && simulator.peek(fifo.in.ready) != 0) {
                words.add(simulator.peekWide(fifo.in.data));
                cycles.add(cycle);
            }
        }

        RtlRun.Transfers transfers() {
            return new RtlRun.Transfers(
                    cycles.stream().mapToLong(Long::longValue).toArray(), Words.unpack(words, type));
        }
    }
}
