package narrowband.sim.energy;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;

/**
 * Counts for an FPGA. A unit's cells, the resource estimate, are busy in the cycles in which a process of it steps (shared
 * evenly among its processes), a FIFO's in those in which a word enters; each step of a unit with block RAM or multipliers
 * uses all its blocks once.
 *
 * <p>Where it is known how often bits change, what a busy cell takes beyond one that stands is in proportion to it.
 */
record FpgaActivity(
        FpgaProfile profile,
        Accelerator accelerator,
        Simulation simulation,
        double interval,
        Optional<SwitchingActivity> switching)
        implements Activity {
    private Fpga fpga() {
        return accelerator.fpga();
    }

    @Override
    public EnergyCounts of(Unit unit) {
        Resources resources = unit.resources(fpga());
        List<ProcessActivity> processes = simulation.processes().stream()
                .filter(process -> process.unit().equals(unit.name()))
                .toList();
        double cells = FpgaProfile.logicCells(resources, fpga()) / processes.size();
        EnergyCounts counts = EnergyCounts.none(profile);
        for (ProcessActivity process : processes) {
            counts = counts.plus(cells(cells, process.stepsPerImage(), changing(unit)))
                    .plus(blocks(profile, resources, process.stepsPerImage()));
        }
        return counts;
    }

    @Override
    public EnergyCounts of(Channel channel) {
        return cells(
                FpgaProfile.logicCells(accelerator.resources(channel), fpga()),
                channel.type().words(),
                switching.map(known -> known.of(channel)).orElse(SwitchingActivity.RANDOM));
    }

    private double changing(Unit unit) {
        return switching.map(known -> known.of(accelerator, unit)).orElse(SwitchingActivity.RANDOM);
    }

    /** @param changing the share of the bits that change in a busy cycle; of cells that change less, some count as if they stood */
    private EnergyCounts cells(double cells, double busyCycles, double changing) {
        return cells(profile, cells, busyCycles * changing / SwitchingActivity.RANDOM, interval);
    }

    /** Cells that work for some cycles of an interval and stand for the others. */
    static EnergyCounts cells(FpgaProfile profile, double cells, double busyCycles, double interval) {
        return EnergyCounts.none(profile)
                .and(FpgaProfile.BUSY, cells * busyCycles)
                .and(FpgaProfile.QUIET, cells * Math.max(0, interval - busyCycles));
    }

    /** Block RAMs and multipliers that are all used in each cycle of work. */
    static EnergyCounts blocks(FpgaProfile profile, Resources resources, double busyCycles) {
        return EnergyCounts.none(profile)
                .and(FpgaProfile.BLOCK_RAM, resources.blockRams() * busyCycles)
                .and(FpgaProfile.MULTIPLIER, resources.multipliers() * busyCycles);
    }

    @Override
    public List<Whole> whole() {
        double usedCells = FpgaProfile.logicCells(accelerator.resources(), fpga());
        double regions = Math.max(1, Math.ceil(usedCells / profile.logicCellsPerClockRegion()));
        EnergyCounts none = EnergyCounts.none(profile);
        return List.of(
                new Whole("clock tree", none.and(FpgaProfile.CLOCK, regions * interval)),
                new Whole(
                        "power at rest",
                        none.and(FpgaProfile.AT_REST, fpga().luts() * interval / accelerator.clockMegahertz())));
    }
}
