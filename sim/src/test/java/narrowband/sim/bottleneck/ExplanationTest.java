package narrowband.sim.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CriticalPath;
import narrowband.sim.cycle.CriticalPath.After;
import narrowband.sim.cycle.CriticalPath.Segment;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.Relief;
import narrowband.sim.cycle.Relief.Resource;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final int DESIGNS = 120;

    /** Dataflow designs with FIFOs that are a tight fit, and a shared engine for each fourth of them. */
    private static List<Accelerator> designs() {
        List<Accelerator> designs = new ArrayList<>();
        for (long seed = 0; seed < DESIGNS; seed++) {
            designs.add(RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed)));
            if (seed % 4 == 0) {
                designs.add(SharedLayout.layOut(
                        RandomNetworks.wide(seed),
                        Fpga.named("xc7a35t"),
                        100,
                        new Sharing(seed % 8 == 0 ? Sharing.FEWEST : 2 * Sharing.FEWEST)));
            }
        }
        return designs;
    }

    private static Stimulus stalled(long seed) {
        return Stimulus.images(3)
                .withStalls(StallPattern.random(seed, 0.3), StallPattern.random(~seed, 0.3))
                .withWeights(StallPattern.random(seed + 1, 0.3));
    }

    /** Words that come from a memory, which is slow in one way or another. */
    private static Stimulus remembered(long seed) {
        Random random = new Random(seed);
        return Stimulus.images(3)
                .withMemory(new Dram(
                        50 + random.nextInt(2000), 1 + random.nextInt(64), random.nextInt(400), 1 + random.nextInt(4)));
    }

    private static long end(Simulation simulation) {
        return simulation.images().getLast().lastWordOut();
    }

    @Test
    void eachCycleOfEachUnitIsInOneClass() {
        List<Accelerator> designs = designs();
        for (int i = 0; i < designs.size(); i++) {
            Simulation simulation = CycleSimulator.simulate(designs.get(i), stalled(i));
            List<UnitCycles> rows = UnitCycles.of(designs.get(i), simulation);
            int outside = simulation.loader().isPresent() ? 3 : 2;
            assertThat(rows).as("design %d", i).hasSize(simulation.processes().size() + outside);
            // That they add up is checked where they are made; here, that they are those of the simulation.
            assertThat(rows).allSatisfy(row -> assertThat(row.cycles()).isEqualTo(simulation.cycles()));
            assertThat(rows.stream().filter(row -> !row.unit().isEmpty()).mapToLong(UnitCycles::work))
                    .containsExactlyElementsOf(simulation.processes().stream()
                            .map(process -> process.busy())
                            .toList());
        }
    }

    @Test
    void theWayToAResultHasNoGapsAndBeginsWithTheReset() {
        List<Accelerator> designs = designs();
        for (int i = 0; i < designs.size(); i++) {
            for (Stimulus stimulus : List.of(Stimulus.images(3), stalled(i), remembered(i))) {
                Simulation plain = CycleSimulator.simulate(designs.get(i), stimulus);
                Simulation followed = CycleSimulator.simulate(designs.get(i), stimulus.withCriticalPaths());
                assertThat(followed.images()).as("design %d", i).isEqualTo(plain.images());
                assertThat(followed.processes()).as("design %d", i).isEqualTo(plain.processes());
                assertThat(followed.loader()).as("design %d", i).isEqualTo(plain.loader());
                withoutGaps(
                        "first of design " + i,
                        followed.paths().getFirst(),
                        plain.images().getFirst().lastWordOut());
                withoutGaps("last of design " + i, followed.paths().getLast(), end(plain));
            }
        }
    }

    private static void withoutGaps(String what, CriticalPath path, long end) {
        long at = 0;
        for (Segment segment : path.segments()) {
            assertThat(segment.from()).as(what).isEqualTo(at);
            assertThat(segment.cycles()).as(what).isPositive();
            at = segment.until();
        }
        assertThat(at).as(what).isEqualTo(end + 1);
        assertThat(path.segments().getFirst().after()).as(what).isEqualTo(After.START);
        assertThat(path.coarse(10).cycles()).as(what).isEqualTo(path.cycles());
    }

    /** What a result did not have to wait for can take no time at all, and the result comes in the same cycle. */
    @Test
    void whatIsNotOnTheWayHasNoEffect() {
        List<Accelerator> designs = designs();
        int late = 0;
        int unchanged = 0;
        int sooner = 0;
        for (int i = 0; i < designs.size(); i++) {
            Accelerator design = designs.get(i);
            Stimulus stimulus = i % 2 == 0 ? Stimulus.images(3) : remembered(i);
            Simulation plain = CycleSimulator.simulate(design, stimulus.withCriticalPaths());
            List<Segment> way = plain.paths().getLast().segments();
            if (way.stream().anyMatch(segment -> segment.after() == After.LATE_ROOM)) {
                late++;
                continue;
            }
            Set<String> layers = way.stream().map(Segment::layer).collect(Collectors.toSet());
            for (String layer : Explanation.layers(design)) {
                long relieved = end(CycleSimulator.simulate(design, stimulus, new Relief.Work(layer)));
                String what = "design %d without the work of %s".formatted(i, layer);
                assertThat(relieved).as(what).isLessThanOrEqualTo(end(plain));
                if (!layers.contains(layer)) {
                    assertThat(relieved).as(what).isEqualTo(end(plain));
                    unchanged++;
                } else if (relieved < end(plain)) {
                    sooner++;
                }
            }
            boolean room = way.stream().anyMatch(segment -> segment.after() == After.ROOM);
            boolean free = way.stream()
                    .anyMatch(segment ->
                            segment.over().equals("free rows") || segment.over().equals("free tiles"));
            for (Resource resource : Resource.values()) {
                boolean counts = switch (resource) {
                    case NOTHING -> false;
                    case FIFOS -> room;
                    case BUFFERS -> free;
                    case IMAGES -> has(way, "image") || has(way, "memory");
                    case WEIGHTS -> has(way, "weights") || has(way, "memory");
                    case RESULTS -> true;
                };
                long relieved = end(CycleSimulator.simulate(design, stimulus, resource));
                assertThat(relieved).as("design %d, %s", i, resource).isLessThanOrEqualTo(end(plain));
                if (!counts) {
                    assertThat(relieved).as("design %d, %s", i, resource).isEqualTo(end(plain));
                }
            }
        }
        assertThat(late).isLessThan(DESIGNS / 3);
        // Neither all nor nothing is on the way, and what is on it counts.
        assertThat(unchanged).isGreaterThan(10);
        assertThat(sooner).isGreaterThan(DESIGNS);
    }

    private static boolean has(List<Segment> way, String outside) {
        return way.stream().anyMatch(segment -> segment.name().equals(outside));
    }

    @Test
    void theWaysAreAsLongAsLatencyAndInterval() {
        for (Accelerator design : designs().subList(0, 30)) {
            Simulation stream = CycleSimulator.simulate(design, Stimulus.images(4));
            Explanation explanation = Explanation.of(design, Stimulus.images(1));
            assertThat(explanation.latency().cycles()).isEqualTo(stream.latencyCycles());
            assertThat(explanation.interval().cycles())
                    .isEqualTo(stream.images().get(3).lastWordOut()
                            - stream.images().get(2).lastWordOut());
            assertThat(explanation.interval().shares().stream()
                            .mapToDouble(Way.Share::share)
                            .sum())
                    .isCloseTo(1, within(1e-9));
            assertThat(explanation.sensitivities())
                    .isSortedAccordingTo((a, b) -> Double.compare(b.gain(), a.gain()))
                    .allSatisfy(row -> assertThat(row.gain()).isGreaterThanOrEqualTo(1));
        }
    }
}
