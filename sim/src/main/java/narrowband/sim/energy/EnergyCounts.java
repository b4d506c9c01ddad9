package narrowband.sim.energy;

/**
 * How often each event that costs energy happens for one image.
 *
 * @param busyCellCycles logic cells times cycles in which they work
 * @param quietCellCycles logic cells times cycles in which they stand
 * @param blockRamAccesses reads and writes of single blocks
 * @param clockRegionCycles clock regions in use times cycles
 * @param staticCellMicroseconds all cells of the device times microseconds
 */
public record EnergyCounts(
        double busyCellCycles,
        double quietCellCycles,
        double blockRamAccesses,
        double clockRegionCycles,
        double staticCellMicroseconds) {
    public static final EnergyCounts NONE = new EnergyCounts(0, 0, 0, 0, 0);

    public EnergyCounts plus(EnergyCounts other) {
        return new EnergyCounts(
                busyCellCycles + other.busyCellCycles,
                quietCellCycles + other.quietCellCycles,
                blockRamAccesses + other.blockRamAccesses,
                clockRegionCycles + other.clockRegionCycles,
                staticCellMicroseconds + other.staticCellMicroseconds);
    }

    /** Cells that work for some cycles of an interval and stand for the others. */
    static EnergyCounts cells(double cells, double busyCycles, double intervalCycles) {
        return new EnergyCounts(cells * busyCycles, cells * Math.max(0, intervalCycles - busyCycles), 0, 0, 0);
    }

    static EnergyCounts accesses(double accesses) {
        return new EnergyCounts(0, 0, accesses, 0, 0);
    }

    static EnergyCounts clock(double regionCycles) {
        return new EnergyCounts(0, 0, 0, regionCycles, 0);
    }

    static EnergyCounts rest(double cellMicroseconds) {
        return new EnergyCounts(0, 0, 0, 0, cellMicroseconds);
    }

    /** The energy in picojoules at given unit energies; a microwatt for a microsecond is a picojoule. */
    double picojoules(Drawn unit) {
        return busyCellCycles * unit.busyCell()
                + quietCellCycles * unit.quietCell()
                + blockRamAccesses * unit.blockRam()
                + clockRegionCycles * unit.clockRegion()
                + staticCellMicroseconds * unit.atRest();
    }

    /** One value for each unit energy of a profile, in its units. */
    record Drawn(double busyCell, double quietCell, double blockRam, double clockRegion, double atRest) {
        static Drawn nominal(EnergyProfile profile) {
            return at(profile, 0, 0, 0, 0, 0);
        }

        static Drawn at(
                EnergyProfile profile, double busy, double quiet, double blockRam, double clock, double atRest) {
            return new Drawn(
                    profile.busyLogicCellPicojoulesPerCycle().at(busy),
                    profile.quietLogicCellPicojoulesPerCycle().at(quiet),
                    profile.blockRamPicojoulesPerAccess().at(blockRam),
                    profile.clockRegionPicojoulesPerCycle().at(clock),
                    profile.staticMicrowattsPerDeviceCell().at(atRest));
        }
    }
}
