package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.StreamType;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
    private static final int DESIGNS = 150;

    private static Accelerator dataflow(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static Accelerator engine(long seed) {
        return SharedLayout.layOut(
                RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST << seed % 2));
    }

    private static Dram memory(Random random) {
        return new Dram(20 + random.nextInt(2000), 1 + random.nextInt(100), random.nextInt(400), 1 + random.nextInt(6));
    }

    private static Simulation simulate(Accelerator design, Dram memory) {
        return CycleSimulator.simulate(
                design, Stimulus.images(2).withMemory(memory).withTrace());
    }

    /*
     * At 100 MHz: a byte in each second cycle (50 MB/s), 30 ns of latency, bursts of two words of one byte, room for one.
     * cycle       0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
     * requests    1               2
     * bus               a a b b          c  c  d  d
     * offered               a   b              c     d
     * The burst's last word is taken in cycle 7; its room is free in cycle 8.
     */
    @Test
    void wordsComeBehindTheLatencyOneBehindTheOtherAndTheNextBurstWhenThereIsRoom() {
        Simulation simulation = ofFourBytes(new Dram(50, 2, 30, 1));
        assertThat(simulation.offers().orElseThrow().image()).isEqualTo(CycleList.of(5, 7, 13, 15));
        assertThat(simulation.traces().getFirst().entered()).isEqualTo(CycleList.of(5, 7, 13, 15));
        // Cycles 0 to 4 and 8 to 12 go by for a burst's first word, 6 and 14 for its second.
        assertThat(simulation.memory()).containsExactly(new DramActivity("image", 2, 8, 10, 2, 0, 0, 0));
        assertThat(simulation.source().held()).isEqualTo(12);
    }

    /** An image of four words of a byte each, at 100 MHz. */
    private static Simulation ofFourBytes(Dram memory) {
        IntegerNetwork network = new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image", new Shape(2, 2, 1), CodeType.unsigned(8), Scale.uniform(1)),
                        new Layer.Threshold(
                                "t",
                                "image",
                                new ThresholdTable(new int[][] {{128}}),
                                CodeType.unsigned(1),
                                Scale.uniform(1))));
        Accelerator design = Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, new Folding(1_000, Map.of()));
        return CycleSimulator.simulate(
                design, Stimulus.images(1).withMemory(memory).withTrace());
    }

    private static Dram withRows(int burstBytes, int banks, int rowBytes) {
        return new Dram(50, burstBytes, 30, 1, Optional.of(new Dram.Rows(banks, rowBytes, 20, 10, 0)));
    }

    /*
     * As above, and a row is open 20 ns (2 cycles) after it is asked for, and closed after 10 ns.
     * One bank, rows of two bytes: the first burst finds none open and comes 2 cycles later, in 7 and 9. The second, in cycle 10,
     * finds the other and waits 3: cycles 18 and 20.
     */
    @Test
    void aBurstWaitsUntilItsRowIsOpenAndAnotherIsClosed() {
        Simulation simulation = ofFourBytes(withRows(4, 1, 2));
        assertThat(simulation.offers().orElseThrow().image()).isEqualTo(CycleList.of(7, 9, 18, 20));
        DramActivity activity = simulation.memory().getFirst();
        assertThat(List.of(activity.bursts(), activity.rowHits(), activity.rowMisses(), activity.rowConflicts()))
                .containsExactly(2L, 0L, 1L, 1L);
    }

    /** The same with a row of four bytes, which is open for the second burst; and with a bank of its own for the second row. */
    @Test
    void aRowThatIsOpenAndABankOfItsOwnCostLess() {
        assertThat(ofFourBytes(withRows(2, 1, 4)).offers().orElseThrow().image())
                .isEqualTo(CycleList.of(7, 9, 15, 17));
        assertThat(ofFourBytes(withRows(4, 2, 2)).offers().orElseThrow().image())
                .isEqualTo(CycleList.of(7, 9, 17, 19));
    }

    /** Rows that open and close at once, and hold all that there is, are no rows. */
    @Test
    void rowsWithoutLatencyChangeNothing() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = seed % 4 == 0 ? engine(seed) : dataflow(seed);
            Dram plain = memory(new Random(seed));
            Dram rows = new Dram(
                    plain.megabytesPerSecond(),
                    plain.burstBytes(),
                    plain.latencyNanoseconds(),
                    plain.outstanding(),
                    Optional.of(new Dram.Rows(2, 1 << 30, 0, 0, 1 << 30)));
            Simulation with = simulate(design, rows);
            Simulation without = simulate(design, plain);
            assertThat(with.images()).as("seed %d", seed).isEqualTo(without.images());
            assertThat(with.processes()).as("seed %d", seed).isEqualTo(without.processes());
            for (DramActivity activity : with.memory()) {
                assertThat(activity.rowHits() + 1).as("seed %d", seed).isEqualTo(activity.bursts());
            }
        }
    }

    /** Where image and weights lie in one bank, in rows of their own, they close each other's; in two banks they do not. */
    @Test
    void whereTheStreamsLieDecidesHowOftenTheyCloseEachOthersRows() {
        long together = 0;
        for (long seed = 0; seed < 40; seed++) {
            Accelerator design = engine(seed);
            int row = 1 << 20;
            Dram oneBank = new Dram(400, 16, 50, 2, Optional.of(new Dram.Rows(2, row, 15, 15, 2 * row)));
            Dram twoBanks = new Dram(400, 16, 50, 2, Optional.of(new Dram.Rows(2, row, 15, 15, row)));
            together += conflicts(simulate(design, oneBank));
            assertThat(conflicts(simulate(design, twoBanks)))
                    .as("seed %d", seed)
                    .isZero();
            assertThat(simulate(design, oneBank).cycles())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(simulate(design, twoBanks).cycles());
        }
        assertThat(together).isPositive();
    }

    private static long conflicts(Simulation simulation) {
        return simulation.memory().stream()
                .mapToLong(DramActivity::rowConflicts)
                .sum();
    }

    /** Of one stream, each word's cycle follows from those in which the words before it were taken. */
    @Test
    void theWordsOfAnImageComeAsTheRecordSays() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = dataflow(seed);
            Dram memory = memory(new Random(seed));
            Simulation simulation = simulate(design, memory);
            StreamType type = design.input().type();
            int wordBytes = (type.bits() + 7) / 8;
            double cyclesOfWord = wordBytes * 100 / memory.megabytesPerSecond();
            int wordsOfBurst = Math.max(1, memory.burstBytes() / wordBytes);
            long[] taken = simulation
                    .traces()
                    .get(design.channels().indexOf(design.input()))
                    .entered()
                    .toArray();
            CycleList offers = simulation.offers().orElseThrow().image();
            List<Integer> ends = new ArrayList<>();
            long requested = -1;
            double bus = 0;
            int next = 0;
            int at = 0;
            while (next < taken.length) {
                int end = Math.min(next + wordsOfBurst, (int) ((next / type.words() + 1) * type.words()));
                ends.add(end);
                int freed = ends.size() - 1 - memory.outstanding();
                requested = Math.max(requested + 1, freed < 0 ? 0 : taken[ends.get(freed) - 1] + 1);
                bus = Math.max(bus, requested + memory.latencyNanoseconds() * 100 / 1e3);
                for (int word = next; word < end; word++) {
                    long came = (long) Math.ceil(bus + (word - next + 1) * cyclesOfWord);
                    long first = Math.max(came, word == 0 ? 0 : taken[word - 1] + 1);
                    // It is offered from then on in each cycle until it is taken.
                    assertThat(offers.at(at)).as("seed %d, word %d", seed, word).isEqualTo(first);
                    at += (int) (taken[word] - first + 1);
                }
                bus += (end - next) * cyclesOfWord;
                next = end;
            }
            assertThat(offers.size()).as("seed %d", seed).isEqualTo(at);
        }
    }

    /** Offered again in the same cycles, without anything being skipped, the words are taken in the same cycles. */
    @ParameterizedTest(name = "shared engines: {0}")
    @ValueSource(booleans = {false, true})
    void whatAMemoryOffersCanBeOfferedAgain(boolean shared) {
        for (long seed = 0; seed < (shared ? 40 : DESIGNS); seed++) {
            Accelerator design = shared ? engine(seed) : dataflow(seed);
            Simulation simulation = simulate(design, memory(new Random(seed)));
            MemoryTrace offers = simulation.offers().orElseThrow();
            Simulation again = CycleSimulator.simulate(
                    design,
                    Stimulus.images(2)
                            .withStalls(offers.imagePattern(), StallPattern.ALWAYS)
                            .withWeights(offers.weightsPattern())
                            .withTrace());
            assertThat(again.traces()).as("seed %d", seed).isEqualTo(simulation.traces());
            assertThat(again.processes()).as("seed %d", seed).isEqualTo(simulation.processes());
            assertThat(again.channels()).as("seed %d", seed).isEqualTo(simulation.channels());
            assertThat(again.images()).as("seed %d", seed).isEqualTo(simulation.images());
        }
    }

    @Test
    void twoStreamsShareOneBusAndEachWaitIsForLatencyOrForTheBus() {
        for (long seed = 0; seed < 40; seed++) {
            Accelerator design = engine(seed);
            Dram memory = memory(new Random(seed));
            Simulation simulation = simulate(design, memory);
            assertThat(simulation.memory()).hasSize(2);
            double bus = 0;
            for (DramActivity stream : simulation.memory()) {
                bus += stream.busCycles();
                BoundaryActivity outside = stream.stream().equals("image")
                        ? simulation.source()
                        : simulation.loader().orElseThrow();
                assertThat(stream.waitingForLatency() + stream.waitingForBus())
                        .as("seed %d, %s", seed, stream.stream())
                        .isEqualTo(outside.held());
            }
            assertThat(bus).as("seed %d", seed).isLessThanOrEqualTo(simulation.cycles());
            long bytes = 2
                    * (bytes(design.input().type())
                            + bytes(design.weights().orElseThrow().type()));
            assertThat(bus)
                    .as("seed %d", seed)
                    .isCloseTo(bytes * 100 / memory.megabytesPerSecond(), within(1e-9 * bus));
        }
    }

    private static long bytes(StreamType type) {
        return type.words() * ((type.bits() + 7) / 8);
    }

    @Test
    void moreLatencyOrLessBandwidthNeverMakesAnEngineFaster() {
        for (long seed = 0; seed < 20; seed++) {
            Accelerator design = engine(seed);
            Dram memory = memory(new Random(seed));
            long cycles = simulate(design, memory).cycles();
            assertThat(simulate(design, memory.withLatency(memory.latencyNanoseconds() + 500))
                            .cycles())
                    .isGreaterThanOrEqualTo(cycles);
            assertThat(simulate(design, new Dram(1e6, 4096, 0, 64)).cycles()).isLessThanOrEqualTo(cycles);
        }
    }

    @Test
    void aMemoryIsReadFromItsFigures() {
        assertThat(Dram.parse("1600")).isEqualTo(new Dram(1600, 128, 200, 8));
        assertThat(Dram.parse("1600,64,150.5,2")).isEqualTo(new Dram(1600, 64, 150.5, 2));
        assertThat(Dram.parse("1600,64,150.5,2,8,4096,13.75,15,65536"))
                .isEqualTo(new Dram(1600, 64, 150.5, 2, Optional.of(new Dram.Rows(8, 4096, 13.75, 15, 65536))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "fast", "0", "-1", "NaN", "1600,0", "1600,64,-1", "1600,64,100,0", "1,2,3,4,5", "1600,"})
    void whatIsNoMemoryIsSaid(String text) {
        assertThatThrownBy(() -> Dram.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("A memory ");
    }
}
