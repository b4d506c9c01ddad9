package narrowband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.RtlDesign;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

/**
 * The comparison is not blind: hardware with one thing wrong is found out. A mutant counts as visible if the reference
 * itself, run on the mutated network, gives another code somewhere; whatever is visible must be found, and what is not
 * visible must not be complained of.
 */
class MutationTest {
    private static final int NETWORKS = 80;
    private static final int IMAGES = 3;
    /** So that a test that sees hardly any mutant does not pass for one that finds them. */
    private static final int ENOUGH = NETWORKS / 5;

    @Test
    void everyThresholdOffByOneThatTheReferenceFeelsIsFound() {
        everyVisibleMutantIsFound(MutationTest::withAThresholdOffByOne);
    }

    @Test
    void everyRoundingRuleThatTheReferenceFeelsIsFound() {
        everyVisibleMutantIsFound(MutationTest::withThresholdsMetOnlyWhenExceeded);
    }

    @Test
    void everyWeightOffByOneStepThatTheReferenceFeelsIsFound() {
        everyVisibleMutantIsFound(MutationTest::withAWeightOffByOneStep);
    }

    @Test
    void everyFifoThatFillsAndIsOneWordShallowerIsFound() {
        int filled = 0;
        for (long seed : seeds()) {
            Random random = new Random(seed);
            IntegerNetwork network = RandomNetworks.network(seed);
            Accelerator accelerator = RandomFoldings.accelerator(network, random);
            List<int[]> images = images(network, random);
            Optional<Channel> full = fullChannel(accelerator, random);
            if (full.isPresent()) {
                filled++;
                Channel channel = full.get();
                Accelerator shallower = accelerator.withDepths(Map.of(channel.name(), channel.depth() - 1));
                Comparison.Outcome outcome = new Comparison(accelerator, new RtlDesign(shallower), images).inJvm();
                assertThat(outcome.verification().passed())
                        .as("seed %d: FIFO %s of %d words", seed, channel.name(), channel.depth())
                        .isFalse();
                assertThat(outcome.firstDifference()).as("seed %d", seed).isPresent();
            }
        }
        assertThat(filled).isGreaterThanOrEqualTo(ENOUGH);
    }

    @Test
    void everyShortcutShiftedByAChannelThatTheReferenceFeelsIsFound() {
        // Few networks have one with channels of zeros, so that more of them are looked at.
        long[] seeds = LongStream.range(0, 6 * NETWORKS)
                .filter(seed -> shiftable(RandomNetworks.network(seed)).isPresent())
                .toArray();
        everyVisibleMutantIsFound(
                seeds,
                RandomNetworks::network,
                MutationTest::dataflow,
                MutationTest::allLayers,
                MutationTest::withAShortcutShiftedByAChannel);
    }

    @Test
    void everyRoundingRuleOfASharedEngineThatTheReferenceFeelsIsFound() {
        everyVisibleMutantIsFound(
                LongStream.of(sharedSeeds())
                        .filter(seed -> hasThresholds(RandomNetworks.wide(seed)))
                        .toArray(),
                RandomNetworks::wide,
                MutationTest::shared,
                MutationTest::result,
                MutationTest::withThresholdsMetOnlyWhenExceeded);
    }

    @Test
    void everyWeightOfASharedEngineOffByOneStepThatTheReferenceFeelsIsFound() {
        everyVisibleMutantIsFound(
                sharedSeeds(),
                RandomNetworks::wide,
                MutationTest::shared,
                MutationTest::result,
                MutationTest::withAWeightOffByOneStep);
    }

    @Test
    void everyPassOfASharedEngineThatTakesAnotherTimeIsFound() {
        int other = 0;
        for (long seed : sharedSeeds()) {
            Random random = new Random(seed);
            IntegerNetwork network = RandomNetworks.wide(seed);
            Accelerator accelerator = shared(network, random).apply(network);
            List<int[]> images = images(network, random);
            Accelerator mutant = withAPassOfAPlaneMore(accelerator, random);
            Stimulus stream = Stimulus.images(IMAGES);
            boolean visible = !CycleSimulator.simulate(mutant, stream)
                    .outputCycles()
                    .equals(CycleSimulator.simulate(accelerator, stream).outputCycles());
            if (visible) {
                other++;
                assertThat(new Comparison(accelerator, new RtlDesign(mutant), images)
                                .inJvm()
                                .verification()
                                .passed())
                        .as("seed %d", seed)
                        .isFalse();
            }
        }
        assertThat(other).isGreaterThanOrEqualTo(ENOUGH);
    }

    /** Walks one pass over a plane of activations that is not there. */
    private static Accelerator withAPassOfAPlaneMore(Accelerator accelerator, Random random) {
        SharedEngine engine = SharedLayout.engine(accelerator);
        List<EnginePass> passes = new ArrayList<>(engine.passes());
        int at = random.nextInt(passes.size());
        EnginePass p = passes.get(at);
        passes.set(
                at,
                new EnginePass(
                        p.layers(),
                        p.head(),
                        p.left(),
                        p.right(),
                        p.window(),
                        p.channels(),
                        p.channelGroups(),
                        p.weightPlanes(),
                        p.activationPlanes() + 1,
                        p.signedStream(),
                        p.tiles(),
                        p.lastLanes(),
                        p.tail(),
                        p.parameters(),
                        p.outputPlanes(),
                        p.signed(),
                        p.destination(),
                        p.destinationGroups()));
        SharedEngine mutant = new SharedEngine(
                engine.name(),
                engine.layer(),
                engine.lanes(),
                engine.tailLanes(),
                engine.image(),
                engine.result(),
                engine.accumulatorBits(),
                engine.memoryWords(),
                passes);
        return new Accelerator(
                accelerator.network(),
                accelerator.fpga(),
                accelerator.clockMegahertz(),
                accelerator.plan(),
                accelerator.units().stream()
                        .map(unit -> unit == engine ? mutant : unit)
                        .toList(),
                accelerator.channels());
    }

    private static void everyVisibleMutantIsFound(BiFunction<IntegerNetwork, Random, IntegerNetwork> mutation) {
        everyVisibleMutantIsFound(
                seeds(), RandomNetworks::network, MutationTest::dataflow, MutationTest::allLayers, mutation);
    }

    private static void everyVisibleMutantIsFound(
            long[] seeds,
            LongFunction<IntegerNetwork> networks,
            BiFunction<IntegerNetwork, Random, Function<IntegerNetwork, Accelerator>> shape,
            Function<IntegerNetwork, List<String>> seen,
            BiFunction<IntegerNetwork, Random, IntegerNetwork> mutation) {
        TreeSet<Long> visible = new TreeSet<>();
        TreeSet<Long> found = new TreeSet<>();
        for (long seed : seeds) {
            Random random = new Random(seed);
            IntegerNetwork network = networks.apply(seed);
            Function<IntegerNetwork, Accelerator> layOut = shape.apply(network, random);
            List<int[]> images = images(network, random);
            IntegerNetwork mutant = mutation.apply(network, random);
            Accelerator mutated;
            try {
                mutated = layOut.apply(mutant);
            } catch (InvalidInputException refused) {
                // Thresholds off by one need not lie on the line that multiply-add-shift asks for.
                assertThat(refused).hasMessageContaining("do not lie on a line");
                continue;
            }
            if (differ(network, mutant, images, seen)) {
                visible.add(seed);
            }
            Comparison comparison = new Comparison(layOut.apply(network), new RtlDesign(mutated), images);
            if (!comparison.inJvm().verification().passed()) {
                found.add(seed);
            }
        }
        assertThat(found).as("seeds whose mutant is found").isEqualTo(visible);
        assertThat(visible).as("seeds whose mutant is visible").hasSizeGreaterThanOrEqualTo(ENOUGH);
    }

    private static long[] seeds() {
        return LongStream.range(0, NETWORKS).toArray();
    }

    /** Those whose networks only a shared engine carries, as other tests of it take them. */
    private static long[] sharedSeeds() {
        return LongStream.range(0, 2 * NETWORKS).filter(seed -> seed % 3 > 0).toArray();
    }

    private static List<int[]> images(IntegerNetwork network, Random random) {
        List<int[]> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(RandomNetworks.image(network, random));
        }
        return images;
    }

    /** Lays out a network, and its mutants alike, with units of their own for all layers. */
    private static Function<IntegerNetwork, Accelerator> dataflow(IntegerNetwork network, Random random) {
        Folding folding = RandomFoldings.folding(network, random);
        return either -> Dataflow.layOut(either, Fpga.named("xc7a35t"), 100, folding);
    }

    /** Lays out a network, and its mutants alike, on a shared engine. */
    private static Function<IntegerNetwork, Accelerator> shared(IntegerNetwork network, Random random) {
        Sharing sharing = new Sharing(Sharing.FEWEST << random.nextInt(3));
        return either -> SharedLayout.layOut(either, Fpga.named("xc7a35t"), 100, sharing);
    }

    private static boolean differ(
            IntegerNetwork one, IntegerNetwork other, List<int[]> images, Function<IntegerNetwork, List<String>> seen) {
        return images.stream().anyMatch(image -> {
            Map<String, int[]> codes = new ReferenceExecutor(one).run(image);
            Map<String, int[]> others = new ReferenceExecutor(other).run(image);
            return seen.apply(one).stream().anyMatch(layer -> !Arrays.equals(codes.get(layer), others.get(layer)));
        });
    }

    /** The layers whose codes pass through FIFOs of their own. */
    private static List<String> allLayers(IntegerNetwork network) {
        return network.layers().stream().map(Layer::name).toList();
    }

    /** What leaves a shared engine, whose other tensors stay inside; the best scores are found outside of it. */
    private static List<String> result(IntegerNetwork network) {
        Layer output = network.output();
        return List.of(output instanceof Layer.TopScores top ? top.input() : output.name());
    }

    /** A FIFO into which a word went when only its last place was free. */
    private static Optional<Channel> fullChannel(Accelerator accelerator, Random random) {
        Simulation simulation = CycleSimulator.simulate(accelerator, Stimulus.images(IMAGES));
        List<Channel> full = accelerator.channels().stream()
                .filter(channel -> channel.depth() > 1
                        && simulation.channel(channel.name()).roomUsed() == channel.depth())
                .toList();
        return full.isEmpty() ? Optional.empty() : Optional.of(full.get(random.nextInt(full.size())));
    }

    private static IntegerNetwork withAThresholdOffByOne(IntegerNetwork network, Random random) {
        return withTable(network, random, rows -> {
            int[] row = rows[random.nextInt(rows.length)];
            int j = random.nextInt(row.length);
            // The last of equal thresholds may rise, the others may not pass it.
            while (j + 1 < row.length && row[j + 1] == row[j]) {
                j++;
            }
            row[j]++;
        });
    }

    /** Requantisation by {@code x > T} instead of {@code x >= T}: halves are rounded the other way. */
    private static IntegerNetwork withThresholdsMetOnlyWhenExceeded(IntegerNetwork network, Random random) {
        return withTable(network, random, rows -> {
            for (int[] row : rows) {
                Arrays.setAll(row, j -> row[j] + 1);
            }
        });
    }

    private static boolean hasThresholds(IntegerNetwork network) {
        return network.layers().stream().anyMatch(Layer.Threshold.class::isInstance);
    }

    private static IntegerNetwork withTable(IntegerNetwork network, Random random, Consumer<int[][]> change) {
        List<Layer.Threshold> tables = network.layers().stream()
                .filter(Layer.Threshold.class::isInstance)
                .map(Layer.Threshold.class::cast)
                .toList();
        Layer.Threshold layer = tables.get(random.nextInt(tables.size()));
        ThresholdTable table = layer.table();
        int[][] rows = new int[table.rows()][table.levels()];
        for (int row = 0; row < rows.length; row++) {
            int channel = row;
            Arrays.setAll(rows[row], j -> table.threshold(channel, j));
        }
        change.accept(rows);
        return with(
                network,
                new Layer.Threshold(
                        layer.name(), layer.input(), new ThresholdTable(rows), layer.type(), layer.scale()));
    }

    private static Optional<Layer.IdentityShortcut> shiftable(IntegerNetwork network) {
        return network.layers().stream()
                .filter(Layer.IdentityShortcut.class::isInstance)
                .map(Layer.IdentityShortcut.class::cast)
                .filter(layer -> layer.channelsBefore() > 0)
                .findFirst();
    }

    private static IntegerNetwork withAShortcutShiftedByAChannel(IntegerNetwork network, Random random) {
        Layer.IdentityShortcut layer = shiftable(network).orElseThrow();
        return with(
                network,
                new Layer.IdentityShortcut(
                        layer.name(),
                        layer.input(),
                        layer.stride(),
                        layer.channelsBefore() - 1,
                        layer.channelsAfter() + 1));
    }

    private static IntegerNetwork withAWeightOffByOneStep(IntegerNetwork network, Random random) {
        List<String> names = List.copyOf(network.weights().keySet());
        String name = names.get(random.nextInt(names.size()));
        WeightCodes weights = network.weights().get(name);
        int[] codes = weights.codes();
        int at = random.nextInt(codes.length);
        codes[at] += codes[at] == 0 ? 1 : -1;
        WeightCodes changed = new WeightCodes(weights.bits(), weights.outputs(), weights.inputs(), codes);
        return switch (network.layer(name)) {
            case Layer.Convolution c ->
                with(
                        network,
                        new Layer.Convolution(
                                name,
                                c.input(),
                                changed,
                                c.kernelHeight(),
                                c.kernelWidth(),
                                c.stride(),
                                c.padding(),
                                c.groups(),
                                c.scale()));
            case Layer.Dense d -> with(network, new Layer.Dense(name, d.input(), changed, d.scale()));
            case Layer.Input _,
                    Layer.Threshold _,
                    Layer.Bias _,
                    Layer.MaxPool _,
                    Layer.SumPool _,
                    Layer.Add _,
                    Layer.IdentityShortcut _,
                    Layer.ArgMax _,
                    Layer.TopScores _ -> throw new AssertionError(name + " has no weights");
        };
    }

    private static IntegerNetwork with(IntegerNetwork network, Layer changed) {
        return new IntegerNetwork(
                network.name(),
                network.layers().stream()
                        .map(layer -> layer.name().equals(changed.name()) ? changed : layer)
                        .toList());
    }
}
