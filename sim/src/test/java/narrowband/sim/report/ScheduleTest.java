package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.report.Schedule.Lane;
import narrowband.sim.report.Schedule.Stretch;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static Accelerator engine(long seed) {
        return SharedLayout.layOut(RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST));
    }

    private static Accelerator dataflow(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    @Test
    void theImagesWorkOfEachProcessIsAllOfItsStepsForOneImage() {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = dataflow(seed);
            Simulation stream =
                    CycleSimulator.simulate(design, Stimulus.images(5).withTimelines(1));
            Schedule schedule = Schedule.of(design, stream).orElseThrow();
            for (int i = 0; i < schedule.lanes().size(); i++) {
                Lane lane = schedule.lanes().get(i);
                assertThat(lane.stretches().stream()
                                .filter(Stretch::own)
                                .mapToLong(stretch -> stretch.until() - stretch.from())
                                .sum())
                        .as("seed %d, %s.%s", seed, lane.unit(), lane.process())
                        .isEqualTo(stream.processes().get(i).stepsPerImage());
            }
        }
    }

    /** Without a gap from the image's first word in to its result's last word out. */
    @Test
    void stretchesCoverTheImagesTime() {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = seed % 3 == 0 ? engine(seed) : dataflow(seed);
            Simulation stream =
                    CycleSimulator.simulate(design, Stimulus.images(5).withTimelines(Schedule.grain(design)));
            Schedule schedule = Schedule.of(design, stream).orElseThrow();
            assertThat(schedule.image()).isEqualTo(2);
            assertThat(schedule.until() - schedule.from())
                    .isEqualTo(stream.images().get(2).latencyCycles());
            for (Lane lane : schedule.lanes()) {
                long at = schedule.from();
                for (Stretch stretch : lane.stretches()) {
                    assertThat(stretch.from())
                            .as("seed %d, %s", seed, lane.unit())
                            .isEqualTo(at);
                    at = stretch.until();
                }
                assertThat(at).as("seed %d, %s", seed, lane.unit()).isEqualTo(schedule.until());
            }
        }
    }

    @Test
    void theEnginesPassesFollowEachOther() {
        for (long seed = 0; seed < 30; seed++) {
            Accelerator design = engine(seed);
            Schedule schedule = Schedule.of(
                            design,
                            CycleSimulator.simulate(design, Stimulus.images(3).withTimelines(Schedule.grain(design))))
                    .orElseThrow();
            assertThat(schedule.passes().stream().map(Schedule.Pass::layers))
                    .isEqualTo(SharedLayout.engine(design).passes().stream()
                            .map(EnginePass::layers)
                            .toList());
            long at = 0;
            for (Schedule.Pass pass : schedule.passes()) {
                assertThat(pass.from()).as("seed %d, %s", seed, pass.layers()).isGreaterThanOrEqualTo(at);
                assertThat(pass.until()).isGreaterThan(pass.from());
                at = pass.until();
            }
        }
    }

    @Test
    void withoutTimelinesThereIsNoSchedule() {
        Accelerator design = dataflow(1);
        assertThat(Schedule.of(design, CycleSimulator.simulate(design, Stimulus.images(2))))
                .isEmpty();
    }

    @Test
    void thePageDrawsARowForEachProcessAndPass() {
        for (Accelerator design : List.of(SampleReports.design(), engine(1))) {
            Simulation stream =
                    CycleSimulator.simulate(design, Stimulus.images(4).withTimelines(Schedule.grain(design)));
            Schedule schedule = Schedule.of(design, stream).orElseThrow();
            String section = HtmlGantt.section(schedule, design.clockMegahertz());
            schedule.lanes()
                    .forEach(lane ->
                            assertThat(section).contains(">%s.%s</div>".formatted(lane.unit(), lane.process())));
            schedule.passes()
                    .forEach(pass -> assertThat(section)
                            .contains(">%s</div>".formatted(pass.layers().getFirst())));
            assertThat(section).contains("works for this image").doesNotContain("NaN", "Infinity");
        }
    }
}
