package narrowband.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.sizing.FifoSizing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorationTest {
    private static final Exploration EXPLORATION =
            new Exploration(Map.of("one", RandomNetworks.network(1), "two", RandomNetworks.wide(2)), 7);

    @TempDir
    Path folder;

    private static List<DesignPoint> points() {
        List<DesignPoint> points = new ArrayList<>();
        for (String network : List.of("one", "two")) {
            for (String plan : List.of("fill", "2000fps", "shared", "16lanes", "1000000000fps")) {
                points.add(new DesignPoint(network, "xc7a35t", 100, plan, Optional.empty()));
            }
        }
        return points;
    }

    @Test
    void aPointsFiguresAreThoseOfItsDesign() {
        Outcome outcome = EXPLORATION.outcome(new DesignPoint("one", "xc7a35t", 80, "fill", Optional.empty()));
        Accelerator design = FifoSizing.size(FoldingSearch.search(
                EXPLORATION.networks().get("one"), Fpga.named("xc7a35t"), 80, Goal.FillDevice.DEFAULT));
        Simulation stream = CycleSimulator.simulate(design, Stimulus.images(4));
        Outcome.Figures figures = outcome.figures().orElseThrow();
        assertThat(figures.framesPerSecond())
                .isEqualTo(80e6 / stream.intervalCycles().orElseThrow());
        assertThat(figures.latencyMicroseconds()).isEqualTo(stream.latencyCycles() / 80.0);
        assertThat(figures.resources()).isEqualTo(design.resources());
    }

    /** Shared simulations give what each point gives by itself: clocks, FPGAs of one family and a memory that is fast enough. */
    @Test
    void designsThatDifferInTheirClockAloneAreSimulatedOnce() {
        CommonWork shared = new CommonWork(EXPLORATION.seed());
        for (double clock : List.of(50.0, 80.0, 100.0)) {
            for (String fpga : List.of("xc7a35t", "xc7a100t")) {
                for (Optional<Double> rate : List.of(Optional.<Double>empty(), Optional.of(1e6))) {
                    DesignPoint point = new DesignPoint("two", fpga, clock, "16lanes", rate);
                    assertThat(EXPLORATION.outcome(point, shared)).isEqualTo(EXPLORATION.outcome(point));
                }
            }
        }
        assertThat(shared.simulations()).isEqualTo(1);
        DesignPoint slow = new DesignPoint("two", "xc7a35t", 100, "16lanes", Optional.of(4.0));
        assertThat(EXPLORATION.outcome(slow, shared)).isEqualTo(EXPLORATION.outcome(slow));
        assertThat(shared.simulations()).isEqualTo(2);
    }

    /** Why two images of an engine are enough for its rate, where weights are always there. */
    @Test
    void anEngineTakesAsLongFromTheFirstImageToTheSecondAsEverAfter() {
        for (long seed = 0; seed < 100; seed++) {
            Accelerator engine = SharedLayout.layOut(
                    RandomNetworks.wide(seed), Fpga.named("xc7a100t"), 100, new Sharing(seed % 2 == 0 ? 4 : 16));
            assertThat(CycleSimulator.simulate(engine, Stimulus.images(2)).intervalCycles())
                    .as("seed %d", seed)
                    .isEqualTo(
                            CycleSimulator.simulate(engine, Stimulus.images(8)).intervalCycles());
        }
    }

    @Test
    void whatCannotBeDesignedSaysWhy() {
        Outcome outcome =
                EXPLORATION.outcome(new DesignPoint("one", "xc7a35t", 100, "1000000000fps", Optional.empty()));
        assertThat(outcome.figures()).isEmpty();
        assertThat(outcome.refusal().orElseThrow()).contains("images per second");
    }

    /** Half the words of weights in a second, and the array waits for them. */
    @Test
    void lessBandwidthNeverMakesAnArrayFaster() {
        double last = Double.POSITIVE_INFINITY;
        for (double rate : List.of(1e6, 400.0, 100.0, 20.0, 4.0)) {
            Outcome outcome = EXPLORATION.outcome(new DesignPoint("two", "xc7a35t", 100, "16lanes", Optional.of(rate)));
            double reached = outcome.figures().orElseThrow().framesPerSecond();
            assertThat(reached).isLessThanOrEqualTo(last);
            last = reached;
        }
        double all = EXPLORATION
                .outcome(new DesignPoint("two", "xc7a35t", 100, "16lanes", Optional.empty()))
                .figures()
                .orElseThrow()
                .framesPerSecond();
        assertThat(last).isLessThan(0.5 * all);
    }

    /** Wherever it was cut, in a line or between two, it ends with what an exploration that ran through has. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anExplorationThatWasCutShortGoesOnToTheSameOutcomes(long seed) throws IOException {
        Path file = folder.resolve("log.jsonl");
        OutcomeLog whole = OutcomeLog.start(file, EXPLORATION);
        EXPLORATION.run(points(), whole::add, () -> false);
        assertThat(whole.outcomes()).hasSize(points().size());
        byte[] bytes = Files.readAllBytes(file);
        int header = new String(bytes, StandardCharsets.UTF_8).indexOf('\n') + 1;
        Files.write(file, Arrays.copyOf(bytes, new Random(seed).nextInt(header, bytes.length)));

        OutcomeLog resumed = OutcomeLog.resume(file, EXPLORATION);
        List<DesignPoint> known =
                resumed.outcomes().stream().map(Outcome::point).toList();
        assertThat(known.size()).isLessThan(points().size());
        EXPLORATION.run(
                points().stream().filter(point -> !known.contains(point)).toList(), resumed::add, () -> false);
        assertThat(new HashSet<>(resumed.outcomes())).isEqualTo(new HashSet<>(whole.outcomes()));
        assertThat(new HashSet<>(OutcomeLog.resume(file, EXPLORATION).outcomes()))
                .isEqualTo(new HashSet<>(whole.outcomes()));
    }

    @Test
    void anInterruptedExplorationBeginsNoFurtherPoint() {
        List<Outcome> found = new ArrayList<>();
        EXPLORATION.run(points(), found::add, () -> true);
        assertThat(found).isEmpty();
    }

    @Test
    void aLogOfOtherNetworksIsRefused() {
        Path file = folder.resolve("log.jsonl");
        OutcomeLog.start(file, EXPLORATION);
        for (Exploration other : List.of(
                new Exploration(EXPLORATION.networks(), 8),
                new Exploration(Map.of("one", RandomNetworks.network(1), "two", RandomNetworks.wide(3)), 7))) {
            assertThatThrownBy(() -> OutcomeLog.resume(file, other))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("other networks or another seed");
        }
        assertThatThrownBy(() -> OutcomeLog.resume(folder.resolve("none"), EXPLORATION))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "fps", "-3fps", "0fps", "33lanes", "1.5lanes", "512lanes"})
    void aPlanThatIsNotUnderstoodIsRefused(String plan) {
        assertThatThrownBy(() -> new DesignPoint("one", "xc7a35t", 100, plan, Optional.empty()))
                .isInstanceOf(InvalidInputException.class);
    }
}
