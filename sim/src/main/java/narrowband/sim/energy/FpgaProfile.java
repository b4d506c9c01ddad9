package narrowband.sim.energy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;

/**
 * The unit energies of an FPGA technology.
 *
 * <p>A logic cell is a look-up table with its share of the flip-flops and local routing.
 *
 * @param confidence in a sentence, what the figures rest on
 * @param busyLogicCellPicojoulesPerCycle a cell of a unit that works
 * @param quietLogicCellPicojoulesPerCycle a cell of a unit that stands
 * @param blockRamPicojoulesPerAccess a read or write of one block of the FPGA's own size
 * @param multiplierPicojoulesPerOperation a block of multipliers in a step
 * @param clockRegionPicojoulesPerCycle the clock tree of one region in use
 * @param logicCellsPerClockRegion cells that one region of the clock tree serves; rounded
 * @param staticMicrowattsPerDeviceCell power that the whole device draws at rest, for each of its cells
 */
public record FpgaProfile(
        String name,
        String title,
        String confidence,
        UnitEnergy busyLogicCellPicojoulesPerCycle,
        UnitEnergy quietLogicCellPicojoulesPerCycle,
        UnitEnergy blockRamPicojoulesPerAccess,
        UnitEnergy multiplierPicojoulesPerOperation,
        UnitEnergy clockRegionPicojoulesPerCycle,
        long logicCellsPerClockRegion,
        UnitEnergy staticMicrowattsPerDeviceCell)
        implements EnergyProfile {
    static final int BUSY = 0;
    static final int QUIET = 1;
    static final int BLOCK_RAM = 2;
    static final int MULTIPLIER = 3;
    static final int CLOCK = 4;
    static final int AT_REST = 5;

    /** A microwatt for a microsecond is a picojoule. */
    @Override
    @JsonIgnore
    public List<EnergyEvent> events() {
        return List.of(
                new EnergyEvent("logic that works", "logic cells x cycles", "pJ", busyLogicCellPicojoulesPerCycle),
                new EnergyEvent("logic that stands", "logic cells x cycles", "pJ", quietLogicCellPicojoulesPerCycle),
                new EnergyEvent("block RAM", "accesses of a block", "pJ", blockRamPicojoulesPerAccess),
                new EnergyEvent("multipliers", "operations of a block", "pJ", multiplierPicojoulesPerOperation),
                new EnergyEvent("clock tree", "clock regions x cycles", "pJ", clockRegionPicojoulesPerCycle),
                new EnergyEvent("power at rest", "device cells x microseconds", "µW", staticMicrowattsPerDeviceCell));
    }

    @Override
    public Optional<UnitEnergy> clockShare() {
        return Optional.empty();
    }

    /** The logic cells that resources take: as many as the scarcer of look-up tables and flip-flops asks for. */
    static double logicCells(Resources resources, Fpga fpga) {
        return Math.max(resources.luts(), (double) resources.flipFlops() * fpga.luts() / fpga.flipFlops());
    }

    /**
     * The nominal energy of one image in a piece of hardware, the clock tree and what the device draws at rest left out.
     *
     * @param busyCycles in which it works
     * @param intervalCycles between two images
     */
    public double picojoules(Resources resources, Fpga fpga, double busyCycles, double intervalCycles) {
        return FpgaActivity.cells(this, logicCells(resources, fpga), busyCycles, intervalCycles)
                .plus(FpgaActivity.blocks(this, resources, busyCycles))
                .picojoules(EnergyCounts.Drawn.at(this, 0));
    }
}
