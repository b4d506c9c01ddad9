package narrowband.hdlgen.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.design.TopScores;
import narrowband.accel.design.Unit;
import narrowband.accel.design.WidthConverter;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.proof.FormalProof;
import narrowband.hdl.proof.Verdict;
import narrowband.hdl.stream.Fifo;
import narrowband.hdl.stream.Handshake;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small units, proven: for every run of some tens of cycles, with any words, gaps and stalls, each word that comes out is
 * what the layer makes of the words that went in; and, of a unit of every kind and any size, for all time, that a word once
 * offered stays until it is taken.
 */
class UnitProofTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Fpga FPGA = Fpga.named("xc7a35t");

    /** Its units have more stages. */
    private static final Fpga SMALL_TABLES = Fpga.named("ecp5-25k");

    /** What stands around a unit, and tells it of room as its FIFOs would. */
    private abstract static class Surroundings extends Module {
        /** Tells the unit, if it asks, a cycle ahead whether {@code out} will be ready there. */
        final void tell(UnitModule unit, int port, narrowband.hdl.Stream<UInt> out) {
            unit.readyAhead(port).ifPresent(ahead -> {
                Bool told = input().named("told" + port);
                ahead.set(told);
                Bool now = reg(true).named("told_before" + port);
                now.set(told);
                assume(out.ready.eq(now), "port " + port + " is ready when it was said to be");
            });
        }
    }

    /** A unit under watch: its ports are those of the top, and a queue holds what is yet to come out. */
    private abstract static class Watched extends Surroundings {
        final UnitModule unit;
        final narrowband.hdl.Stream<UInt> in;
        final narrowband.hdl.Stream<UInt> out;

        Watched(Unit design, IntegerNetwork network) {
            this(design, network, FPGA);
        }

        Watched(Unit design, IntegerNetwork network, Fpga fpga) {
            unit = instance("unit", UnitModule.of(design, network, fpga));
            in = streamInput(unit.into(0).data.width());
            out = streamOutput(unit.outOf(0).data.width());
            unit.into(0).connect(in);
            out.connect(unit.outOf(0));
            tell(unit, 0, out);
        }

        /**
         * Demands that the words that come out are the parts, lowest first, of what has been pushed.
         *
         * @param push whether a number of outgoing words becomes known in this cycle
         */
        final void expect(Bool push, UInt parts) {
            int count = parts.width() / out.data.width();
            Fifo<UInt> queue = instance("expected", Fifo.of(parts.width(), 8, Style.AUTO));
            queue.in.valid.set(push);
            queue.in.data.set(parts);
            Counter part = counter("part", count, out.fire());
            List<UInt> words = IntStream.range(0, count)
                    .mapToObj(i -> queue.out.data.bits((i + 1) * out.data.width() - 1, i * out.data.width()))
                    .toList();
            queue.out.ready.set(out.fire().and(part.last()));
            assertAlways(push.not().or(queue.in.ready), "the queue is long enough");
            assertAlways(out.valid.not().or(queue.out.valid), "nothing comes out before it can");
            assertAlways(out.valid.not().or(out.data.eq(select(part.value(), words))), "what comes out is right");
        }

        /** A count of the words that have come in, from 0 on and then again. */
        final Counter words(int count) {
            return counter("words", count, in.fire());
        }

        final Counter counter(String name, int count, Bool enable) {
            UInt value = reg(8, 0).named(name);
            Bool last = value.eq(count - 1L);
            when(enable, () -> value.set(mux(last, UInt.of(8, 0), value.wrappingPlus(1))));
            return new Counter(value, value.eq(0), last);
        }

        record Counter(UInt value, Bool first, Bool last) {}

        /** Lane {@code i} of the word that comes in, as a number of 16 bits. */
        final SInt lane(int i, CodeType type) {
            UInt code = in.data.bits((i + 1) * type.bits() - 1, i * type.bits());
            return type.signed() ? code.asSInt().extend(16) : code.extend(16).asSInt();
        }
    }

    /** Counts the thresholds that are reached, one by one. */
    private static final class WatchedThresholds extends Watched {
        WatchedThresholds(Thresholding unit, IntegerNetwork network) {
            super(unit, network);
            ThresholdTable table = ((Layer.Threshold) network.layer("act")).table();
            Counter set = words(unit.sets());
            List<UInt> codes = new ArrayList<>();
            for (int lane = 0; lane < unit.lanes(); lane++) {
                SInt value = lane(lane, unit.from());
                List<UInt> bySet = new ArrayList<>();
                for (int s = 0; s < unit.sets(); s++) {
                    UInt level = UInt.of(unit.to().bits(), 0);
                    for (int j = 0; j < table.levels(); j++) {
                        long threshold = table.threshold(s * unit.lanes() + lane, j);
                        level = level.wrappingPlus(
                                value.ge(SInt.of(16, threshold)).asUInt());
                    }
                    bySet.add(level);
                }
                codes.add(select(set.value(), bySet));
            }
            expect(in.fire(), pack(codes));
        }
    }

    /** Multiplies weights, as the numbers that they mean, with codes, and sums. */
    private static final class WatchedProduct extends Watched {
        /** @param expected the network whose weights are multiplied with here; the unit has those of {@code network} */
        WatchedProduct(MatrixVector unit, IntegerNetwork network, IntegerNetwork expected) {
            super(unit, network);
            WeightCodes weights = expected.weights().get(unit.layer());
            Counter column = words(unit.columnFolds());
            List<UInt> rows = new ArrayList<>();
            for (int row = 0; row < unit.rows(); row++) {
                SInt sum = reg(SInt.of(16, 0)).named("sum" + row);
                SInt next = mux(column.first(), SInt.of(16, 0), sum);
                for (int lane = 0; lane < unit.simd(); lane++) {
                    List<SInt> byColumn = new ArrayList<>();
                    for (int fold = 0; fold < unit.columnFolds(); fold++) {
                        byColumn.add(SInt.of(8, weights.value(row, fold * unit.simd() + lane)));
                    }
                    SInt weight = select(column.value(), byColumn);
                    next = next.wrappingPlus(
                            weight.times(lane(lane, unit.activation())).trunc(16));
                }
                SInt summed = next;
                when(in.fire(), () -> sum.set(summed));
                rows.add(next.asUInt().trunc(unit.accumulator().bits()));
            }
            expect(in.fire().and(column.last()), pack(rows));
        }
    }

    private static final class WatchedConverter extends Watched {
        WatchedConverter(WidthConverter unit, IntegerNetwork network, Fpga fpga) {
            super(unit, network, fpga);
            if (!unit.gathers()) {
                expect(in.fire(), in.data);
                return;
            }
            Counter part = words(unit.ratio());
            UInt kept = reg(out.data.width(), 0).named("kept_parts");
            UInt word = concat(in.data, kept.bits(kept.width() - 1, in.data.width()));
            when(in.fire(), () -> kept.set(word));
            expect(in.fire().and(part.last()), word);
        }
    }

    /** Keeps the words of the positions that pass, and expects them between words of zeros. */
    private static final class WatchedShortcut extends Watched {
        WatchedShortcut(IdentityShortcut unit, IntegerNetwork network) {
            super(unit, network);
            int inside = Math.toIntExact(unit.inputs().getFirst().words());
            List<Bool> passes = new ArrayList<>();
            for (int word = 0; word < inside; word++) {
                int position = word / unit.words();
                int row = position / unit.from().width();
                int column = position % unit.from().width();
                passes.add(Bool.of(row % unit.stride() == 0 && column % unit.stride() == 0));
            }
            Fifo<UInt> queue = instance("expected", Fifo.of(in.data.width(), 8, Style.AUTO));
            queue.in.valid.set(in.fire().and(select(words(inside).value(), passes)));
            queue.in.data.set(in.data);
            int before = unit.isWhole() ? 0 : unit.channelsBefore() / unit.lanes();
            int after = unit.isWhole() ? 0 : unit.channelsAfter() / unit.lanes();
            UInt index = counter("outgoing", before + unit.words() + after, out.fire())
                    .value();
            Bool kept = index.ge(before).and(index.lt((long) before + unit.words()));
            queue.out.ready.set(out.fire().and(kept));
            UInt expected = mux(kept, queue.out.data, UInt.of(in.data.width(), 0));
            if (unit.isWhole()) {
                int bits = unit.type().bits();
                expected = pack(List.of(
                        UInt.of(unit.channelsBefore() * bits, 0), expected, UInt.of(unit.channelsAfter() * bits, 0)));
            }
            assertAlways(queue.in.valid.not().or(queue.in.ready), "the queue is long enough");
            assertAlways(out.valid.not().or(kept.not()).or(queue.out.valid), "nothing comes out before it can");
            assertAlways(out.valid.not().or(out.data.eq(expected)), "what comes out is right");
        }
    }

    /** Keeps all scores, and expects at each place the one that as many others come before. */
    private static final class WatchedTopScores extends Watched {
        WatchedTopScores(TopScores unit, IntegerNetwork network) {
            super(unit, network);
            Counter channel = words(unit.channels());
            List<SInt> scores = new ArrayList<>();
            for (int c = 0; c < unit.channels(); c++) {
                SInt kept = reg(SInt.of(16, 0)).named("kept" + c);
                SInt score = lane(0, unit.from());
                when(in.fire().and(channel.value().eq(c)), () -> kept.set(score));
                scores.add(c == unit.channels() - 1 ? score : kept);
            }
            List<UInt> words = new ArrayList<>();
            for (int rank = 0; rank < unit.count(); rank++) {
                UInt word = UInt.of(2 * unit.to().bits(), 0);
                for (int c = 0; c < unit.channels(); c++) {
                    UInt before = UInt.of(4, 0);
                    for (int d = 0; d < unit.channels(); d++) {
                        if (d != c) {
                            Bool beats = d < c
                                    ? scores.get(d).ge(scores.get(c))
                                    : scores.get(d).gt(scores.get(c));
                            before = before.wrappingPlus(beats.asUInt());
                        }
                    }
                    UInt here = concat(
                            scores.get(c).asUInt().trunc(unit.to().bits()),
                            UInt.of(unit.to().bits(), c));
                    word = mux(before.eq(rank), here, word);
                }
                words.add(word);
            }
            expect(in.fire().and(channel.last()), pack(words));
        }
    }

    /** Any unit, its ports those of the top, and its promise at every one that it gives words to. */
    private static final class Promising extends Surroundings {
        Promising(Unit design, IntegerNetwork network) {
            UnitModule unit = instance("unit", UnitModule.of(design, network, FPGA));
            for (int port = 0; port < design.inputs().size(); port++) {
                narrowband.hdl.Stream<UInt> in =
                        streamInput(unit.into(port).data.width()).named("in" + port);
                unit.into(port).connect(in);
            }
            for (int port = 0; port < design.outputs().size(); port++) {
                narrowband.hdl.Stream<UInt> out =
                        streamOutput(unit.outOf(port).data.width()).named("out" + port);
                out.connect(unit.outOf(port));
                tell(unit, port, out);
                if (design.outputs().size() > 1) {
                    // A fork gives to all of its FIFOs at once, and relies on room that does not go away by itself.
                    Bool room = reg(false).named("room" + port);
                    room.set(out.ready.and(out.valid.not()));
                    assume(room.not().or(out.ready), "room at port " + port + " stays until it is taken");
                }
                assertAlways(
                        instance("promised" + port, new Handshake<>(UInt.of(out.data.width(), 0)))
                                .kept(out),
                        "a word once offered at port " + port + " stays");
            }
        }
    }

    /** A unit of every kind, with the network that it is of. */
    static Stream<Arguments> kinds() {
        Map<String, Arguments> kinds = new TreeMap<>();
        for (long seed = 0; seed < 60; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            for (Unit unit :
                    RandomFoldings.accelerator(network, new Random(seed)).units()) {
                String kind = unit.getClass().getSimpleName();
                kind += switch (unit) {
                    case SlidingWindow window -> " by " + window.word();
                    case MatrixVector product -> ", " + product.weights();
                    case Thresholding thresholds -> ", " + thresholds.method();
                    default -> "";
                };
                // Loading puts a new word in the place of one that waits, and is no one's promise.
                if (!kind.endsWith("RELOADABLE")) {
                    kinds.putIfAbsent(kind, Arguments.of(Named.of(kind, unit), Named.of("seed " + seed, network)));
                }
            }
        }
        return kinds.values().stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aWordOnceOfferedStaysForAllTime(Unit unit, IntegerNetwork network, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeTrue(FormalProof.decisionAvailable(), "Yosys, Z3 or ABC is not installed");
        FormalProof proof = new FormalProof(Design.of(new Promising(unit, network)));
        Verdict byInduction = proof.prove(folder, 2);
        // Induction cannot know of itself which states of a fork are never reached.
        assertThat(byInduction instanceof Verdict.Inconclusive ? proof.decide(folder, LIMIT) : byInduction)
                .isEqualTo(new Verdict.Proven());
    }

    /**
     * What is proven, by name.
     *
     * @param cycles of the runs: two vectors, or some words, and what waits between them
     */
    private record Claim(String name, int cycles, Supplier<Watched> watched) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static IntegerNetwork thresholds(int channels, int bits) {
        Random random = new Random(3);
        int levels = (1 << bits) - 1;
        int[][] rows = new int[channels][];
        for (int row = 0; row < channels; row++) {
            int step = 1 + random.nextInt(3);
            int first = random.nextInt(-9, 3);
            rows[row] = IntStream.range(0, levels).map(j -> first + j * step).toArray();
        }
        return new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image", new Shape(1, 2, channels), CodeType.signed(4), Scale.uniform(1)),
                        new Layer.Threshold(
                                "act", "image", new ThresholdTable(rows), CodeType.unsigned(bits), Scale.uniform(1))));
    }

    private static Claim thresholds(Method method, int channels, int lanes, int bits) {
        return thresholds(method, channels, lanes, bits, FPGA);
    }

    private static Claim thresholds(Method method, int channels, int lanes, int bits, Fpga fpga) {
        return new Claim(
                "%s of %d channels in %d lanes to %d bits on %s".formatted(method, channels, lanes, bits, fpga.name()),
                14,
                () -> {
                    IntegerNetwork network = thresholds(channels, bits);
                    Accelerator design = Dataflow.layOut(
                            network,
                            fpga,
                            100,
                            new Folding(100, Map.of(), Map.of("act", new ThresholdFolding(lanes, method))));
                    return new WatchedThresholds(unit(design, Thresholding.class), network);
                });
    }

    private static IntegerNetwork dense(int columns, int rows, int weightBits, int activationBits) {
        Random random = new Random(5);
        return new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input(
                                "image", Shape.vector(columns), CodeType.unsigned(activationBits), Scale.uniform(1)),
                        new Layer.Dense(
                                "dense",
                                "image",
                                new WeightCodes(
                                        weightBits,
                                        rows,
                                        columns,
                                        random.ints((long) columns * rows, 0, 1 << weightBits)
                                                .toArray()),
                                Scale.uniform(1))));
    }

    private static Claim product(
            String style, int cycles, int pe, int simd, int weightDigit, int activationDigit, Weights place) {
        return product(style, cycles, pe, simd, weightDigit, activationDigit, place, FPGA);
    }

    private static Claim product(
            String style,
            int cycles,
            int pe,
            int simd,
            int weightDigit,
            int activationDigit,
            Weights place,
            Fpga fpga) {
        return new Claim("%s, pe %d, simd %d on %s".formatted(style, pe, simd, fpga.name()), cycles, () -> {
            MatrixVectorFolding folding = new MatrixVectorFolding(pe, simd, weightDigit, activationDigit, place);
            return product(dense(4, 2, 2, 2), folding, fpga);
        });
    }

    /** More columns than a table has inputs: where it has six, the adder takes in the second table. */
    private static Claim mergedTables(Fpga fpga) {
        return new Claim("frozen, two tables for a row, on " + fpga.name(), 10, () -> {
            IntegerNetwork network = dense(8, 1, 2, 1);
            return product(network, new MatrixVectorFolding(1, 8, 2, 1, Weights.FROZEN), fpga);
        });
    }

    private static WatchedProduct product(IntegerNetwork network, MatrixVectorFolding folding, Fpga fpga) {
        Accelerator design = Dataflow.layOut(network, fpga, 100, new Folding(100, Map.of("dense", folding)));
        return new WatchedProduct(unit(design, MatrixVector.class), network, network);
    }

    private static Claim converter(int from, int to, Fpga fpga) {
        return new Claim(
                "width converter from %d to %d lanes on %s".formatted(from, to, fpga.name()),
                14,
                () -> new WatchedConverter(
                        new WidthConverter(
                                "converter", "image", new StreamType(from, CodeType.unsigned(2), 2L * to), to),
                        thresholds(2, 1),
                        fpga));
    }

    private static Claim shortcut(Shape from, int stride, int before, int after, int lanes) {
        return new Claim(
                "identity shortcut of %s by %d, %d lanes".formatted(from, stride, lanes),
                20,
                () -> new WatchedShortcut(
                        new IdentityShortcut(
                                "shortcut", "image", from, stride, before, after, lanes, CodeType.signed(2)),
                        thresholds(2, 1)));
    }

    private static Claim topScores(int channels, int count) {
        return new Claim(
                "top %d of %d scores".formatted(count, channels),
                4 * channels + 2 * count + 4,
                () -> new WatchedTopScores(
                        new TopScores("top", "image", channels, count, CodeType.signed(2), CodeType.signed(3)),
                        thresholds(2, 1)));
    }

    private static <U extends Unit> U unit(Accelerator design, Class<U> kind) {
        return design.units().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    static Stream<Claim> claims() {
        return Stream.of(
                thresholds(Method.PARALLEL, 2, 1, 2),
                thresholds(Method.PARALLEL, 2, 2, 1),
                thresholds(Method.PIPELINED, 2, 1, 2),
                thresholds(Method.PIPELINED, 3, 3, 3),
                thresholds(Method.SERIAL, 2, 1, 2),
                thresholds(Method.SERIAL, 3, 1, 3),
                thresholds(Method.MULTIPLY, 2, 1, 2),
                thresholds(Method.MULTIPLY, 2, 2, 3),
                product("fully serial", 26, 1, 2, 1, 1, Weights.STORED),
                product("weight-serial", 18, 1, 2, 1, 2, Weights.STORED),
                product("activation-serial", 18, 2, 2, 2, 1, Weights.STORED),
                product("bit-parallel", 14, 1, 2, 2, 2, Weights.STORED),
                product("frozen", 18, 1, 2, 2, 1, Weights.FROZEN),
                product("frozen, bit-parallel", 14, 2, 2, 2, 2, Weights.FROZEN),
                thresholds(Method.PARALLEL, 2, 1, 2, SMALL_TABLES),
                thresholds(Method.PIPELINED, 2, 1, 2, SMALL_TABLES),
                thresholds(Method.PIPELINED, 3, 3, 3, SMALL_TABLES),
                product("activation-serial", 18, 2, 2, 2, 1, Weights.STORED, SMALL_TABLES),
                product("bit-parallel", 16, 1, 2, 2, 2, Weights.STORED, SMALL_TABLES),
                product("frozen", 18, 1, 2, 2, 1, Weights.FROZEN, SMALL_TABLES),
                mergedTables(FPGA),
                mergedTables(SMALL_TABLES),
                converter(1, 3, FPGA),
                converter(4, 2, FPGA),
                converter(3, 1, FPGA),
                converter(4, 2, SMALL_TABLES),
                converter(3, 1, SMALL_TABLES),
                shortcut(new Shape(3, 3, 2), 2, 1, 2, 1),
                shortcut(new Shape(2, 4, 4), 3, 2, 0, 2),
                shortcut(new Shape(3, 2, 2), 2, 1, 2, 2),
                shortcut(new Shape(1, 2, 2), 1, 0, 2, 1),
                topScores(3, 1),
                topScores(3, 2),
                topScores(3, 3));
    }

    @ParameterizedTest
    @MethodSource("claims")
    void everyWordIsWhatTheLayerMakesOfThoseBefore(Claim claim, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeTrue(FormalProof.decisionAvailable(), "Yosys, Z3 or ABC is not installed");
        Design design = Design.of(claim.watched().get());

        Verdict verdict = new FormalProof(design).boundedOnBits(folder, claim.cycles(), LIMIT);

        assertThat(verdict).isEqualTo(new Verdict.Bounded(claim.cycles()));
    }

    @Test
    void aWrongUnitIsFoundOut(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(FormalProof.decisionAvailable(), "Yosys, Z3 or ABC is not installed");
        IntegerNetwork network = dense(4, 2, 2, 2);
        MatrixVector unit = unit(
                Dataflow.layOut(
                        network,
                        FPGA,
                        100,
                        new Folding(100, Map.of("dense", new MatrixVectorFolding(1, 2, 2, 2, Weights.STORED)))),
                MatrixVector.class);
        IntegerNetwork other = withOneMore(network);

        Verdict verdict =
                new FormalProof(Design.of(new WatchedProduct(unit, network, other))).boundedOnBits(folder, 14, LIMIT);

        assertThat(verdict).isInstanceOf(Verdict.Counterexample.class);
    }

    /** The network with one weight code changed by one. */
    private static IntegerNetwork withOneMore(IntegerNetwork network) {
        WeightCodes weights = network.weights().get("dense");
        int[] codes = IntStream.range(0, weights.outputs() * weights.inputs())
                .map(i -> weights.code(i / weights.inputs(), i % weights.inputs()))
                .toArray();
        codes[0] ^= 1;
        return new IntegerNetwork(
                "other",
                List.of(
                        network.input(),
                        new Layer.Dense(
                                "dense",
                                "image",
                                new WeightCodes(weights.bits(), weights.outputs(), weights.inputs(), codes),
                                Scale.uniform(1))));
    }
}
