package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.TopScores;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.hdl.simulation.PowerUp;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.sizing.FifoSizing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulator and the emitted hardware agree to the cycle, on every word of every channel. */
class CoSimulationTest {
    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyWordOfEveryChannelEntersInTheSimulatedCycle(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        Random random = new Random(seed);
        Accelerator accelerator = withFifos(RandomFoldings.accelerator(network, random), random);
        List<int[]> images = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            images.add(RandomNetworks.image(network, random));
        }
        double[] stalls = {0, 0.2, 0.7};
        StallPattern source = StallPattern.random(seed, stalls[random.nextInt(3)]);
        StallPattern sink = StallPattern.random(seed + 1, stalls[random.nextInt(3)]);

        Simulation simulated = CycleSimulator.simulate(
                accelerator,
                Stimulus.images(images.size()).withStalls(source, sink).withTrace());
        // Nothing but the reset may decide what the units do: least of all what a memory gives before it has been read.
        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator), PowerUp.random(seed))
                .run(images, source::acts, sink::acts, true);

        CycleAgreement.assertCycles(accelerator, simulated, rtl, seed);
    }

    static LongStream someSeeds() {
        return LongStream.range(0, 24);
    }

    /** Memories promise that nobody uses a word which is read while it is written: here such a word is anything. */
    @ParameterizedTest
    @MethodSource("someSeeds")
    void noWordThatCollidesIsUsed(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        Random random = new Random(seed);
        Accelerator accelerator = withFifos(RandomFoldings.accelerator(network, random), random);
        List<int[]> images = List.of(RandomNetworks.image(network, random), RandomNetworks.image(network, random));
        StallPattern source = StallPattern.random(seed, 0.2);
        StallPattern sink = StallPattern.random(seed + 1, 0.4);

        RtlRun expected = new RtlSimulation(new RtlDesign(accelerator)).run(images, source::acts, sink::acts, false);
        RtlRun actual = new RtlSimulation(new RtlDesign(accelerator), PowerUp.adverse(seed))
                .run(images, source::acts, sink::acts, false);
        for (int i = 0; i < images.size(); i++) {
            assertThat(actual.results().get(i))
                    .as("image %d", i)
                    .isEqualTo(expected.results().get(i));
            assertThat(actual.resultCycles().get(i))
                    .as("image %d", i)
                    .isEqualTo(expected.resultCycles().get(i));
        }
    }

    /** The units of a kind in all accelerators that are run here. */
    private static <U> Stream<U> randomUnits(Class<U> kind) {
        return seeds().boxed()
                .flatMap(seed -> {
                    IntegerNetwork network = RandomNetworks.network(seed);
                    return RandomFoldings.accelerator(network, new Random(seed)).units().stream();
                })
                .filter(kind::isInstance)
                .map(kind::cast);
    }

    @Test
    void theRandomAcceleratorsHaveWindowsOfEveryKind() {
        Set<String> kinds = randomUnits(SlidingWindow.class)
                .map(window -> "%s, stride %s, padding %s"
                        .formatted(window.word(), window.stride() > 1 ? ">1" : "1", window.padding() > 0 ? ">0" : "0"))
                .collect(Collectors.toSet());
        Set<String> all = Stream.of(SlidingWindow.Word.values())
                .flatMap(word -> Stream.of("1", ">1")
                        .flatMap(stride -> Stream.of("0", ">0")
                                .map(padding -> "%s, stride %s, padding %s".formatted(word, stride, padding))))
                .collect(Collectors.toSet());
        assertThat(kinds).containsAll(all);
    }

    @Test
    void theRandomAcceleratorsHaveFrozenWeightsInEveryNumberOfGroups() {
        Set<String> kinds = randomUnits(MatrixVector.class)
                .filter(unit -> unit.weights() == MatrixVector.Weights.FROZEN)
                .map(unit -> "%s of rows, %s of columns, %s digits"
                        .formatted(
                                unit.rowFolds() > 1 ? "groups" : "one group",
                                unit.columnFolds() > 1 ? "groups" : "one group",
                                unit.activationDigits() > 1 ? "several" : "one"))
                .collect(Collectors.toSet());
        Set<String> all = Stream.of("groups", "one group")
                .flatMap(rows -> Stream.of("groups", "one group")
                        .flatMap(columns -> Stream.of("several", "one")
                                .map(digits ->
                                        "%s of rows, %s of columns, %s digits".formatted(rows, columns, digits))))
                .collect(Collectors.toSet());
        assertThat(kinds).containsAll(all);
    }

    @Test
    void theRandomAcceleratorsRequantiseInEveryWay() {
        Set<String> kinds = randomUnits(Thresholding.class)
                .map(unit -> "%s, %s, %s"
                        .formatted(
                                unit.method(),
                                unit.sets() > 1 ? "sets" : "one set",
                                unit.from().signed() ? "signed" : "unsigned"))
                .collect(Collectors.toSet());
        Set<String> all = Stream.of(Thresholding.Method.values())
                .flatMap(method -> Stream.of("sets", "one set")
                        .flatMap(sets -> Stream.of("signed", "unsigned")
                                .map(sign -> "%s, %s, %s".formatted(method, sets, sign))))
                .collect(Collectors.toSet());
        assertThat(kinds).containsAll(all);
    }

    @Test
    void theRandomAcceleratorsHaveDepthwiseConvolutionsOfEveryKind() {
        Set<String> kinds = randomUnits(DepthwiseConvolution.class)
                .map(unit -> "%s of channels, %s"
                        .formatted(
                                unit.channelFolds() > 1 ? "groups" : "one group",
                                unit.taps() > 1 ? "several taps" : "one tap"))
                .collect(Collectors.toSet());
        assertThat(kinds)
                .containsExactlyInAnyOrder(
                        "groups of channels, several taps",
                        "groups of channels, one tap",
                        "one group of channels, several taps",
                        "one group of channels, one tap");
    }

    @Test
    void theRandomAcceleratorsFindOneTopScoreSomeAndAll() {
        Set<String> kinds = randomUnits(TopScores.class)
                .map(unit -> unit.count() == 1 ? "one" : unit.count() == unit.channels() ? "all" : "some")
                .collect(Collectors.toSet());
        assertThat(kinds).containsExactlyInAnyOrder("one", "some", "all");
    }

    @Test
    void theRandomAcceleratorsHaveIdentityShortcutsOfEveryKind() {
        Set<String> kinds = randomUnits(IdentityShortcut.class)
                .flatMap(unit -> Stream.of(
                        "%s, stride %s"
                                .formatted(unit.isWhole() ? "positions" : "some lanes", unit.stride() > 1 ? ">1" : "1"),
                        "%s, %s before, %s after"
                                .formatted(
                                        unit.isWhole() ? "positions" : "some lanes",
                                        unit.channelsBefore() > 0 ? "zeros" : "nothing",
                                        unit.channelsAfter() > 0 ? "zeros" : "nothing")))
                .collect(Collectors.toSet());
        assertThat(kinds)
                .contains(
                        "positions, stride 1",
                        "positions, stride >1",
                        "some lanes, stride 1",
                        "some lanes, stride >1",
                        "positions, zeros before, zeros after",
                        "positions, zeros before, nothing after",
                        "positions, nothing before, zeros after",
                        "some lanes, zeros before, zeros after",
                        "some lanes, zeros before, nothing after",
                        "some lanes, nothing before, zeros after");
    }

    /** A third of the designs as laid out, a third sized, a third with FIFOs of random depths, so that they fill and empty. */
    private static Accelerator withFifos(Accelerator laidOut, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> laidOut;
            case 1 -> FifoSizing.size(laidOut);
            default -> {
                Map<String, Integer> depths = laidOut.depths();
                depths.replaceAll((_, depth) -> depth > 2 ? depth : 1 + random.nextInt(4));
                yield laidOut.withDepths(depths);
            }
        };
    }
}
