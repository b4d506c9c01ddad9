package narrowband.sim.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.Timeline.Interval;
import narrowband.sim.cycle.Timeline.State;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final int DESIGNS = 120;

    private static Accelerator design(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static Map<State, Long> cycles(Timeline timeline) {
        Map<State, Long> cycles = new EnumMap<>(State.class);
        for (State state : State.values()) {
            cycles.put(state, 0L);
        }
        timeline.intervals().forEach(interval -> cycles.merge(interval.state(), interval.cycles(), Long::sum));
        return cycles;
    }

    /** Drawn out over time, each class has the cycles that the counters have of it. */
    @Test
    void theIntervalsAddUpToTheCountersClassByClass() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Stimulus stalled = Stimulus.images(2)
                    .withStalls(StallPattern.random(seed, 0.2), StallPattern.random(~seed, 0.2))
                    .withTimelines(1);
            Simulation simulation = CycleSimulator.simulate(seed % 8 == 0 ? engine(seed) : design(seed), stalled);
            assertThat(simulation.timelines()).hasSameSizeAs(simulation.processes());
            for (int i = 0; i < simulation.timelines().size(); i++) {
                ProcessActivity counted = simulation.processes().get(i);
                Timeline timeline = simulation.timelines().get(i);
                String what = "seed %d, %s.%s".formatted(seed, counted.unit(), counted.process());
                assertThat(cycles(timeline))
                        .as(what)
                        .isEqualTo(Map.of(
                                State.BUSY, counted.busy(),
                                State.WAITING_FOR_INPUT, counted.inputStall(),
                                State.WAITING_FOR_COUNTER, counted.counterStall(),
                                State.BLOCKED_BY_OUTPUT, counted.outputStall(),
                                State.IDLE_BEFORE, counted.idleBefore(),
                                State.IDLE_AFTER, counted.idleAfter()));
                followEachOther(what, timeline, simulation.cycles());
            }
        }
    }

    @Test
    void coarseTimelinesCoverTheSameTimeInFewerIntervals() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = design(seed);
            Simulation fine = CycleSimulator.simulate(design, Stimulus.images(1).withTimelines(1));
            Simulation coarse =
                    CycleSimulator.simulate(design, Stimulus.images(1).withTimelines(16));
            for (int i = 0; i < fine.timelines().size(); i++) {
                Timeline timeline = coarse.timelines().get(i);
                followEachOther("seed " + seed, timeline, coarse.cycles());
                assertThat(timeline.intervals().size())
                        .isLessThanOrEqualTo(fine.timelines().get(i).intervals().size());
                assertThat(timeline.intervals())
                        .allSatisfy(interval -> assertThat(interval.from() % 16).isZero());
            }
        }
    }

    private static void followEachOther(String what, Timeline timeline, long cycles) {
        long at = 0;
        State before = null;
        for (Interval interval : timeline.intervals()) {
            assertThat(interval.from()).as(what).isEqualTo(at);
            assertThat(interval.state()).as(what).isNotEqualTo(before);
            at = interval.until();
            before = interval.state();
        }
        assertThat(at).as(what).isEqualTo(cycles);
    }

    @Test
    void keepingThemChangesNothing() {
        for (long seed = 0; seed < 40; seed++) {
            Simulation plain = CycleSimulator.simulate(design(seed), Stimulus.images(2));
            Simulation kept =
                    CycleSimulator.simulate(design(seed), Stimulus.images(2).withTimelines(3));
            assertThat(plain.timelines()).isEmpty();
            assertThat(kept.processes()).isEqualTo(plain.processes());
            assertThat(kept.images()).isEqualTo(plain.images());
        }
    }

    /** An image's steps lie in its works, those of a sequence's parts one after the other, whatever the grain. */
    @Test
    void worksHoldTheStepsOfTheirImage() {
        for (long seed = 0; seed < DESIGNS; seed++) {
            Accelerator design = seed % 4 == 0 ? engine(seed) : design(seed);
            Simulation fine = CycleSimulator.simulate(design, Stimulus.images(3).withTimelines(1));
            Simulation coarse =
                    CycleSimulator.simulate(design, Stimulus.images(3).withTimelines(50));
            for (int i = 0; i < fine.timelines().size(); i++) {
                Timeline timeline = fine.timelines().get(i);
                ProcessActivity counted = fine.processes().get(i);
                String what = "seed %d, %s.%s".formatted(seed, counted.unit(), counted.process());
                assertThat(coarse.timelines().get(i).works()).as(what).isEqualTo(timeline.works());
                long at = 0;
                for (int image = 0; image < 3; image++) {
                    long steps = 0;
                    for (Timeline.Work work : timeline.works()) {
                        if (work.image() == image) {
                            assertThat(work.from()).as(what).isGreaterThanOrEqualTo(at);
                            steps += busy(timeline, work.from(), work.until());
                            at = work.until();
                        }
                    }
                    assertThat(steps).as(what).isEqualTo(counted.stepsPerImage());
                }
            }
        }
    }

    private static Accelerator engine(long seed) {
        return SharedLayout.layOut(RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST));
    }

    private static long busy(Timeline timeline, long from, long until) {
        return timeline.intervals().stream()
                .filter(interval -> interval.state() == State.BUSY)
                .mapToLong(interval -> Math.max(0, Math.min(until, interval.until()) - Math.max(from, interval.from())))
                .sum();
    }
}
