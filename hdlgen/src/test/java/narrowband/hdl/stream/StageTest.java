package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import narrowband.hdl.Bundle;
import narrowband.hdl.Design;
import narrowband.hdl.SInt;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each stage with one stream in and one out keeps its words and the contract that its description states. */
class StageTest {
    record Complex(SInt real, SInt imaginary) implements Bundle<Complex> {
        static Complex example() {
            return new Complex(SInt.of(5, 0), SInt.of(4, 0));
        }
    }

    /**
     * What a stage promises.
     *
     * @param meaning the words that leave for those that enter
     * @param latency cycles from the word that completes an output to that output, nothing stalling
     * @param gap cycles between two words that leave, nothing stalling
     * @param readyPath whether {@code in.ready} depends on {@code out.ready} in the same cycle
     */
    private record Contract(
            Supplier<Stage<?, ?>> stage,
            Function<List<BigInteger>, List<BigInteger>> meaning,
            int latency,
            int gap,
            boolean readyPath) {}

    private static Named<Contract> contract(
            String name,
            Supplier<Stage<?, ?>> stage,
            Function<List<BigInteger>, List<BigInteger>> meaning,
            int latency,
            int gap,
            boolean readyPath) {
        return Named.of(name, new Contract(stage, meaning, latency, gap, readyPath));
    }

    static Stream<Named<Contract>> contracts() {
        UInt word = UInt.of(8, 0);
        Complex complex = Complex.example();
        return Stream.of(
                contract("register slice", () -> new RegisterSlice<>(word), w -> w, 1, 1, true),
                contract("register slice of a bundle", () -> new RegisterSlice<>(complex), w -> w, 1, 1, true),
                contract("skid buffer", () -> new SkidBuffer<>(word), w -> w, 1, 1, false),
                contract("skid buffer of a bundle", () -> new SkidBuffer<>(complex), w -> w, 1, 1, false),
                contract("skid buffer of wide words", () -> new SkidBuffer<>(UInt.of(70, 0)), w -> w, 1, 1, false),
                contract("FIFO of one bundle", () -> new Fifo<>(complex, 1), w -> w, 1, 2, false),
                contract("FIFO of bundles", () -> new Fifo<>(complex, 5), w -> w, 1, 1, false),
                contract(
                        "FIFO of bundles in block RAM", () -> new Fifo<>(complex, 4, Style.BLOCK), w -> w, 1, 1, false),
                contract("widener by 1", () -> new Widener<>(word, 1), w -> gathered(w, 1, 8), 1, 1, true),
                contract("widener by 3", () -> new Widener<>(word, 3), w -> gathered(w, 3, 8), 1, 3, true),
                contract("widener of bundles", () -> new Widener<>(complex, 4), w -> gathered(w, 4, 9), 1, 4, true),
                contract("narrower by 1", () -> new Narrower<>(word, 1), w -> split(w, 1, 8), 1, 1, true),
                contract("narrower by 3", () -> new Narrower<>(word, 3), w -> split(w, 3, 8), 1, 1, true),
                contract("narrower of bundles", () -> new Narrower<>(complex, 4), w -> split(w, 4, 9), 1, 1, true));
    }

    /** The first of {@code count} words is lowest. */
    private static List<BigInteger> gathered(List<BigInteger> words, int count, int width) {
        List<BigInteger> wide = new ArrayList<>();
        for (int start = 0; start + count <= words.size(); start += count) {
            BigInteger all = BigInteger.ZERO;
            for (int i = 0; i < count; i++) {
                all = all.or(words.get(start + i).shiftLeft(i * width));
            }
            wide.add(all);
        }
        return wide;
    }

    private static List<BigInteger> split(List<BigInteger> words, int count, int width) {
        List<BigInteger> parts = new ArrayList<>();
        for (BigInteger word : words) {
            for (int i = 0; i < count; i++) {
                parts.add(word.shiftRight(i * width).mod(BigInteger.ONE.shiftLeft(width)));
            }
        }
        return parts;
    }

    private static StreamBench bench(Stage<?, ?> stage, long seed) {
        return new StreamBench(stage, List.of(stage.in), List.of(stage.out), seed);
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void noWordIsLostDoubledOrOvertakenUnderRandomStalls(Contract contract) {
        for (long seed = 0; seed < 6; seed++) {
            StreamBench bench = bench(contract.stage().get(), seed).mixtures();
            assertThat(bench.received().getFirst().words())
                    .as("seed %d", seed)
                    .hasSizeGreaterThan(100)
                    .isEqualTo(contract.meaning().apply(bench.sent().getFirst().words()));
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void wordsFlowAsFastAsPromised(Contract contract) {
        StreamBench bench = bench(contract.stage().get(), 0).run(60, 1, 1);
        List<Integer> in = bench.sent().getFirst().cycles();
        List<Integer> out = bench.received().getFirst().cycles();
        int wordsForOne = Math.max(1, in.size() / out.size());
        assertThat(out.getFirst() - in.get(wordsForOne - 1)).as("latency").isEqualTo(contract.latency());
        assertThat(out).as("cycles in which words leave").hasSizeGreaterThan(10);
        for (int i = 1; i < out.size(); i++) {
            assertThat(out.get(i) - out.get(i - 1)).as("word %d", i).isEqualTo(contract.gap());
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void thereIsNoPathBetweenTheSidesButThePromisedOne(Contract contract) {
        Stage<?, ?> stage = contract.stage().get();
        Design design = Design.of(stage);
        assertThat(Paths.into(design, stage.out.valid)).isEmpty();
        assertThat(Paths.into(design, stage.out.data)).isEmpty();
        assertThat(Paths.into(design, stage.in.ready))
                .isEqualTo(contract.readyPath() ? new TreeSet<>(Set.of("out_ready")) : Set.of());
    }
}
