package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.Pair;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Vec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where streams part and meet. */
class BranchTest {
    private static final UInt WORD = UInt.of(8, 0);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyCopyOfAForkGetsEveryWordOnce(int copies) {
        for (long seed = 0; seed < 6; seed++) {
            Fork<UInt> fork = new Fork<>(WORD, copies);
            StreamBench bench = new StreamBench(fork, List.of(fork.in), fork.outs, seed).mixtures();
            for (StreamBench.Traffic copy : bench.received()) {
                assertThat(copy.words())
                        .as("seed %d", seed)
                        .hasSizeGreaterThan(100)
                        .isEqualTo(bench.sent().getFirst().words());
            }
        }
    }

    @Test
    void aForkPassesAWordEveryCycleAndNoneWaitsForTheOther() {
        Fork<UInt> fork = new Fork<>(WORD, 2);
        StreamBench bench = new StreamBench(fork, List.of(fork.in), fork.outs, 1).run(50, 1, 1);
        assertThat(bench.received().getFirst().words()).hasSize(50);
        Fork<UInt> again = new Fork<>(WORD, 2);
        Design design = Design.of(again);
        assertThat(Paths.into(design, again.outs.getFirst().valid)).containsExactly("in_valid");
        assertThat(Paths.into(design, again.outs.getFirst().data)).containsExactly("in_data");
        assertThat(Paths.into(design, again.in.ready)).containsExactly("out_0_ready", "out_1_ready");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void anArbiterKeepsTheOrderOfEachInput(int inputs) {
        for (long seed = 0; seed < 6; seed++) {
            Arbiter<Pair<UInt, UInt>> arbiter = new Arbiter<>(new Pair<>(UInt.of(2, 0), WORD), inputs);
            Numbered module = new Numbered(arbiter, inputs);
            StreamBench bench = new StreamBench(module, module.ins, List.of(module.out), seed).mixtures();
            List<BigInteger> merged = bench.received().getFirst().words();
            for (int i = 0; i < inputs; i++) {
                int number = i;
                assertThat(merged.stream()
                                .filter(word -> word.shiftRight(8).intValue() == number)
                                .map(word -> word.and(BigInteger.valueOf(255))))
                        .as("seed %d, input %d", seed, i)
                        .hasSizeGreaterThan(50)
                        .isEqualTo(bench.sent().get(i).words());
            }
        }
    }

    /** Each input's words with the input's number above them. */
    private static final class Numbered extends Module {
        final List<Stream<UInt>> ins = new ArrayList<>();
        final Stream<Pair<UInt, UInt>> out;

        Numbered(Arbiter<Pair<UInt, UInt>> arbiter, int inputs) {
            instance("arbiter", arbiter);
            for (int i = 0; i < inputs; i++) {
                ins.add(streamInput(8));
                UInt number = UInt.of(2, i);
                arbiter.ins.get(i).connect(ins.get(i).map(word -> new Pair<>(number, word)));
            }
            out = streamOutput(arbiter.out.data);
            out.connect(arbiter.out);
        }
    }

    @Test
    void anArbiterServesInputsThatWaitByTurns() {
        Arbiter<Pair<UInt, UInt>> arbiter = new Arbiter<>(new Pair<>(UInt.of(2, 0), WORD), 3);
        Numbered module = new Numbered(arbiter, 3);
        StreamBench bench = new StreamBench(module, module.ins, List.of(module.out), 0).run(61, 1, 1);
        List<BigInteger> merged = bench.received().getFirst().words();
        assertThat(merged).as("a word in each cycle after the first").hasSize(60);
        for (int i = 0; i < merged.size(); i++) {
            assertThat(merged.get(i).shiftRight(8).intValue()).as("word %d", i).isEqualTo(i % 3);
        }
    }

    @Test
    void anArbitersReadyDependsOnValidAndReadyAndItsOutputOnNothing() {
        Arbiter<UInt> arbiter = new Arbiter<>(WORD, 2);
        Design design = Design.of(arbiter);
        assertThat(Paths.into(design, arbiter.out.valid)).isEmpty();
        assertThat(Paths.into(design, arbiter.out.data)).isEmpty();
        assertThat(Paths.into(design, arbiter.ins.getFirst().ready))
                .containsExactly("in_0_valid", "in_1_valid", "out_ready");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aRouterSendsEachWordToItsDestination(int outputs) {
        for (long seed = 0; seed < 6; seed++) {
            Router<UInt> router = new Router<>(WORD, outputs, word -> word.trunc(2));
            StreamBench bench = new StreamBench(router, List.of(router.in), router.outs, seed).mixtures();
            for (int i = 0; i < outputs; i++) {
                int output = i;
                assertThat(bench.received().get(i).words())
                        .as("seed %d, output %d", seed, i)
                        .hasSizeGreaterThan(50)
                        .isEqualTo(bench.sent().getFirst().words().stream()
                                .filter(word -> Math.min(word.intValue() % 4, outputs - 1) == output)
                                .toList());
            }
        }
    }

    @Test
    void aRoutersValidDependsOnNoReady() {
        Router<UInt> router = new Router<>(WORD, 2, word -> word.trunc(1));
        Design design = Design.of(router);
        assertThat(Paths.into(design, router.outs.getFirst().valid)).containsExactly("in_data", "in_valid");
        assertThat(Paths.into(design, router.in.ready)).containsExactly("in_data", "out_0_ready", "out_1_ready");
    }

    private static final class Combined extends Module {
        final Stream<UInt> in = streamInput(8);
        final Stream<UInt> out = streamOutput(10);

        Combined() {
            out.connect(in.filter(word -> word.bit(0))
                    .map(word -> word.times(UInt.of(2, 3)))
                    .through(new RegisterSlice<>(UInt.of(10, 0)))
                    .through("last", new SkidBuffer<>(UInt.of(10, 0))));
        }
    }

    @Test
    void combinatorsAreValuesThatCompose() {
        for (long seed = 0; seed < 6; seed++) {
            Combined module = new Combined();
            StreamBench bench = new StreamBench(module, List.of(module.in), List.of(module.out), seed).mixtures();
            assertThat(bench.received().getFirst().words())
                    .as("seed %d", seed)
                    .hasSizeGreaterThan(100)
                    .isEqualTo(bench.sent().getFirst().words().stream()
                            .filter(word -> word.testBit(0))
                            .map(word -> word.multiply(BigInteger.valueOf(3)))
                            .toList());
        }
    }

    private static final class Joined extends Module {
        final Stream<UInt> a = streamInput(8);
        final Stream<UInt> b = streamInput(4);
        final Stream<Pair<UInt, UInt>> out = streamOutput(new Pair<>(a.data, b.data));

        Joined() {
            out.connect(Stream.join(a, b));
        }
    }

    private static final class AllJoined extends Module {
        final List<Stream<UInt>> ins = List.of(streamInput(8), streamInput(8), streamInput(8));
        final Stream<Vec<UInt>> out = streamOutput(Vec.fill(3, WORD));

        AllJoined() {
            out.connect(Stream.join(ins));
        }
    }

    @Test
    void aJoinPairsTheFirstWordsOfBothTheSecondAndSoOn() {
        for (long seed = 0; seed < 6; seed++) {
            Joined module = new Joined();
            StreamBench bench =
                    new StreamBench(module, List.of(module.a, module.b), List.of(module.out), seed).mixtures();
            List<BigInteger> pairs = new ArrayList<>();
            List<BigInteger> left = bench.sent().get(0).words();
            List<BigInteger> right = bench.sent().get(1).words();
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                pairs.add(left.get(i).shiftLeft(4).or(right.get(i)));
            }
            assertThat(left).as("seed %d: no word passes alone", seed).hasSameSizeAs(right);
            assertThat(bench.received().getFirst().words())
                    .as("seed %d", seed)
                    .hasSizeGreaterThan(100)
                    .isEqualTo(pairs);
        }
    }

    @Test
    void manyStreamsJoinToVectors() {
        AllJoined module = new AllJoined();
        StreamBench bench = new StreamBench(module, module.ins, List.of(module.out), 7).mixtures();
        List<BigInteger> vectors = new ArrayList<>();
        for (int i = 0; i < bench.received().getFirst().words().size(); i++) {
            vectors.add(bench.sent()
                    .get(2)
                    .words()
                    .get(i)
                    .shiftLeft(16)
                    .or(bench.sent().get(1).words().get(i).shiftLeft(8))
                    .or(bench.sent().get(0).words().get(i)));
        }
        assertThat(bench.received().getFirst().words()).hasSizeGreaterThan(100).isEqualTo(vectors);
    }

    @Test
    void aJoinsValidDependsOnNoReady() {
        Joined module = new Joined();
        Design design = Design.of(module);
        assertThat(Paths.into(design, module.out.valid)).containsExactly("a_valid", "b_valid");
        assertThat(Paths.into(design, module.a.ready)).containsExactly("b_valid", "out_ready");
    }
}
