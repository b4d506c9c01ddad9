package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.Thresholding;
import narrowband.accel.network.ImageNetNetworks;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.hdl.simulation.PowerUp;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.MemoryTrace;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shared engine, as hardware: its values are the reference's and its cycles the simulator's. */
class SharedEngineTest {
    static LongStream seeds() {
        return LongStream.range(0, 240);
    }

    /** Most of the networks have what only a shared engine carries; what it does not carry is left out. */
    private static IntegerNetwork network(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        boolean refused = network.layers().stream()
                .anyMatch(layer -> layer instanceof Layer.Convolution convolution && convolution.groups() > 1
                        || layer instanceof Layer.IdentityShortcut);
        if (seed % 3 > 0) {
            return RandomNetworks.wide(seed);
        }
        return refused ? RandomNetworks.wide(seed + 1) : network;
    }

    private static Accelerator accelerator(long seed) {
        int lanes = Sharing.FEWEST << new Random(seed).nextInt(4);
        return SharedLayout.layOut(network(seed), Fpga.named("xc7a35t"), 100, new Sharing(lanes));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void valuesAreTheReferencesAndCyclesTheSimulators(long seed) {
        Accelerator accelerator = accelerator(seed);
        IntegerNetwork network = accelerator.network();
        Random random = new Random(seed);
        List<int[]> images = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            images.add(RandomNetworks.image(network, random));
        }
        double[] stalls = {0, 0.2, 0.7};
        StallPattern source = StallPattern.random(seed, stalls[random.nextInt(3)]);
        StallPattern sink = StallPattern.random(seed + 1, stalls[random.nextInt(3)]);
        StallPattern weights = StallPattern.random(seed + 2, stalls[random.nextInt(3)]);

        Simulation simulated = CycleSimulator.simulate(
                accelerator,
                Stimulus.images(images.size())
                        .withStalls(source, sink)
                        .withWeights(weights)
                        .withTrace());
        // Nothing but the reset may decide what the engine does.
        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator), PowerUp.random(seed))
                .run(images, source::acts, sink::acts, weights::acts, true);

        ReferenceExecutor reference = new ReferenceExecutor(network);
        for (int i = 0; i < images.size(); i++) {
            assertThat(rtl.results().get(i))
                    .as("seed %d, result of image %d", seed, i)
                    .isEqualTo(reference.output(images.get(i)));
        }
        CycleAgreement.assertCycles(accelerator, simulated, rtl, seed);
    }

    static LongStream memories() {
        return LongStream.range(0, 80);
    }

    /** A memory's bursts, latency, rows and bus, shared by image and weights, decide when the engine's words come. */
    @ParameterizedTest
    @MethodSource("memories")
    void withWordsThatComeAsFromAMemoryTheCyclesAreTheSimulators(long seed) {
        Accelerator accelerator = accelerator(seed);
        Random random = new Random(seed);
        List<int[]> images = List.of(
                RandomNetworks.image(accelerator.network(), random),
                RandomNetworks.image(accelerator.network(), random));
        Dram memory = new Dram(
                40 + random.nextInt(800),
                1 + random.nextInt(100),
                random.nextInt(400),
                1 + random.nextInt(6),
                seed % 2 == 0 ? Optional.empty() : Optional.of(rows(random)));
        Simulation simulated = CycleSimulator.simulate(
                accelerator, Stimulus.images(2).withMemory(memory).withTrace());
        assertThat(simulated.loader().orElseThrow().held())
                .as("seed %d, cycles in which weights had not come", seed)
                .isPositive();
        MemoryTrace offers = simulated.offers().orElseThrow();
        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator), PowerUp.random(seed))
                .run(images, offers.imagePattern()::acts, _ -> true, offers.weightsPattern()::acts, true);
        CycleAgreement.assertCycles(accelerator, simulated, rtl, seed);
    }

    /** Short rows, which image and weights close for each other. */
    private static Dram.Rows rows(Random random) {
        return new Dram.Rows(
                1 + random.nextInt(4),
                16 + random.nextInt(200),
                random.nextInt(100),
                random.nextInt(100),
                random.nextInt(2000));
    }

    /** A stored image would be read tap by tap, and in most lanes there would be nothing. */
    @Test
    void thresholdsBeforeTheFirstLayerLetTheImageStreamIn() {
        long many = seeds().filter(seed -> {
                    Accelerator accelerator = accelerator(seed);
                    return accelerator.units().getFirst() instanceof Thresholding
                            && SharedLayout.engine(accelerator)
                                    .passes()
                                    .getFirst()
                                    .streamed();
                })
                .count();
        assertThat(many).isGreaterThan(20);
    }

    @Test
    void resnet18AtTheSizeOfImageNetRunsInTheSimulatorAsFastAsItsPassesSay() {
        IntegerNetwork network = ImageNetNetworks.resnet18(224, 64, 1000, 1);
        Accelerator accelerator = SharedLayout.search(network, Fpga.named("xczu3eg"), 200, Goal.FillDevice.DEFAULT);
        SharedEngine engine = SharedLayout.engine(accelerator);
        Simulation stream = CycleSimulator.simulate(accelerator, Stimulus.images(2));
        assertThat(accelerator.resources().fits(accelerator.fpga())).isTrue();
        assertThat(engine.lanes()).isEqualTo(64);
        // The 8 planes of the image times 8 of the weights, in 3 words of 21 taps of 3 channels: by far the longest
        // pass.
        assertThat(engine.cycles(engine.passes().getFirst())).isEqualTo(112 * 112 * 8 * 8 * 3);
        assertThat(stream.intervalCycles().orElseThrow()).isBetween((double) engine.cycles(), 1.03 * engine.cycles());
    }

    @Test
    void aSmallResnet18RunsAsHardware() {
        IntegerNetwork network = ImageNetNetworks.resnet18(32, 8, 10, 1);
        Accelerator accelerator = SharedLayout.layOut(network, Fpga.named("xc7a35t"), 100, new Sharing(16));
        List<int[]> images = List.of(RandomNetworks.image(network, new Random(1)));
        Simulation simulated = CycleSimulator.simulate(accelerator, Stimulus.images(1));
        RtlRun rtl = new RtlSimulation(new RtlDesign(accelerator)).run(images, _ -> true, _ -> true, false);
        assertThat(rtl.results().getFirst()).isEqualTo(new ReferenceExecutor(network).output(images.getFirst()));
        assertThat(rtl.resultCycles().getFirst())
                .isEqualTo(simulated.outputCycles().getFirst().toArray());
    }

    @Test
    void theRandomEnginesHavePassesOfEveryKind() {
        Set<String> kinds = seeds().boxed()
                .flatMap(seed -> {
                    SharedEngine engine = SharedLayout.engine(accelerator(seed));
                    return engine.passes().stream().flatMap(pass -> kinds(pass));
                })
                .collect(Collectors.toSet());
        assertThat(kinds)
                .contains(
                        "PRODUCT of the image",
                        "PRODUCT of words of the image",
                        "SUM of the image",
                        "PRODUCT, padding",
                        "PRODUCT, stride",
                        "PRODUCT, groups of channels",
                        "PRODUCT, signed activations",
                        "SUM of two",
                        "SUM, window",
                        "MAXIMUM, window");
        for (Tail tail : Tail.values()) {
            assertThat(kinds).contains(tail + ", one tile");
        }
        assertThat(kinds)
                .contains(
                        "THRESHOLD, tiles",
                        "STORE, tiles",
                        "SCORES, tiles",
                        "ARG_MAXIMUM, tiles",
                        "THRESHOLD, signed",
                        "SCORES, biased",
                        "ARG_MAXIMUM, biased");
    }

    private static Stream<String> kinds(EnginePass pass) {
        List<String> kinds = new ArrayList<>();
        boolean several = pass.words() > 1;
        kinds.add(pass.head() + (pass.streamed() ? several ? " of words of the image" : " of the image" : ""));
        if (pass.window().padding() > 0) {
            kinds.add(pass.head() + ", padding");
        }
        if (pass.window().stride() > 1) {
            kinds.add(pass.head() + ", stride");
        }
        if (pass.window().taps() > 1 && !pass.streamed()) {
            kinds.add(pass.head() + ", window");
        }
        if (pass.channelGroups() > 1) {
            kinds.add(pass.head() + ", groups of channels");
        }
        if (pass.left().map(EnginePass.Operand::signed).orElse(false)) {
            kinds.add(pass.head() + ", signed activations");
        }
        if (pass.right().isPresent()) {
            kinds.add(pass.head() + " of two");
        }
        kinds.add(pass.tail() + (pass.tiles() > 1 ? ", tiles" : ", one tile"));
        if (pass.signed()) {
            kinds.add(pass.tail() + ", signed");
        }
        if (pass.tail().leaves() && pass.parameters() > 0) {
            kinds.add(pass.tail() + ", biased");
        }
        return kinds.stream();
    }
}
