package narrowband.sim.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import narrowband.accel.design.Unit;
import narrowband.sim.LayerHardware;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.energy.EnergyCounts.Drawn;
import narrowband.sim.energy.EnergyEstimate.Part;
import narrowband.sim.energy.EnergyEstimate.Term;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Estimates the energy of one image in the steady state.
 *
 * <p>{@code E = cells_busy * e_busy + cells_quiet * e_quiet + accesses * e_ram + regions * cycles * e_clk + cells * P * t}.
 * A unit's cells, the resource estimate, are busy in the cycles in which a process of it steps (shared evenly among its
 * processes), a FIFO's in those in which a word enters; each step of a unit with block RAM accesses all its blocks once.
 *
 * <p>Unit energies are uncertain, but wrong everywhere in the same way. So each of {@value #DRAWS} draws picks one factor
 * for each kind of event, not for each layer, and quantiles are taken over the draws.
 */
public final class EnergyModel {
    /** Monte-Carlo draws. */
    public static final int DRAWS = 1_000;

    private final Accelerator accelerator;
    private final Fpga fpga;
    private final EnergyProfile profile;
    private final double interval;
    private final List<Drawn> draws = new ArrayList<>();

    private EnergyModel(Accelerator accelerator, EnergyProfile profile, double interval, long seed) {
        this.accelerator = accelerator;
        this.fpga = accelerator.fpga();
        this.profile = profile;
        this.interval = interval;
        RandomGenerator random = new Well19937c(seed);
        for (int draw = 0; draw < DRAWS; draw++) {
            draws.add(Drawn.at(
                    profile,
                    random.nextGaussian(),
                    random.nextGaussian(),
                    random.nextGaussian(),
                    random.nextGaussian(),
                    random.nextGaussian()));
        }
    }

    /**
     * Estimates with the profile of the accelerator's FPGA, where there is one.
     *
     * @param simulation of a stream; of a single image, whose time from start to end then counts as its interval
     * @param seed for the draws; designs compared with each other need the same
     */
    public static Optional<EnergyEstimate> estimate(Accelerator accelerator, Simulation simulation, long seed) {
        return EnergyProfile.of(accelerator.fpga()).map(profile -> estimate(accelerator, simulation, profile, seed));
    }

    /** Estimates with another profile, such as a calibrated one. */
    public static EnergyEstimate estimate(
            Accelerator accelerator, Simulation simulation, EnergyProfile profile, long seed) {
        double interval = simulation.intervalCycles().orElse(simulation.cycles());
        return new EnergyModel(accelerator, profile, interval, seed).estimate(simulation);
    }

    /**
     * The nominal energy of one image in a piece of hardware, the clock tree and what the device draws at rest left out.
     *
     * @param busyCycles in which it works
     * @param intervalCycles between two images
     */
    public static double picojoules(
            Resources resources, Fpga fpga, EnergyProfile profile, double busyCycles, double intervalCycles) {
        return EnergyCounts.cells(EnergyProfile.logicCells(resources, fpga), busyCycles, intervalCycles)
                .plus(EnergyCounts.accesses(resources.blockRams() * busyCycles))
                .picojoules(Drawn.nominal(profile));
    }

    private EnergyEstimate estimate(Simulation simulation) {
        List<Part> layers = new ArrayList<>();
        EnergyCounts total = EnergyCounts.NONE;
        for (LayerHardware layer : LayerHardware.of(accelerator)) {
            EnergyCounts counts = EnergyCounts.NONE;
            for (Unit unit : layer.units()) {
                counts = counts.plus(ofUnit(unit, simulation));
            }
            for (Channel channel : layer.channels()) {
                counts = counts.plus(ofChannel(channel));
            }
            layers.add(part(layer.layer(), counts));
            total = total.plus(counts);
        }

        double usedCells = EnergyProfile.logicCells(accelerator.resources(), fpga);
        double regions = Math.max(1, Math.ceil(usedCells / profile.logicCellsPerClockRegion()));
        EnergyCounts clock = EnergyCounts.clock(regions * interval);
        EnergyCounts atRest = EnergyCounts.rest(fpga.luts() * interval / accelerator.clockMegahertz());
        total = total.plus(clock).plus(atRest);
        return new EnergyEstimate(
                profile,
                interval,
                layers,
                part("clock tree", clock),
                part("power at rest", atRest),
                interval(total),
                terms(total));
    }

    private EnergyCounts ofUnit(Unit unit, Simulation simulation) {
        Resources resources = unit.resources(fpga);
        List<ProcessActivity> processes = simulation.processes().stream()
                .filter(process -> process.unit().equals(unit.name()))
                .toList();
        double cells = EnergyProfile.logicCells(resources, fpga) / processes.size();
        EnergyCounts counts = EnergyCounts.NONE;
        for (ProcessActivity process : processes) {
            counts = counts.plus(EnergyCounts.cells(cells, process.stepsPerImage(), interval))
                    .plus(EnergyCounts.accesses((double) resources.blockRams() * process.stepsPerImage()));
        }
        return counts;
    }

    private EnergyCounts ofChannel(Channel channel) {
        double cells = EnergyProfile.logicCells(accelerator.resources(channel), fpga);
        return EnergyCounts.cells(cells, channel.type().words(), interval);
    }

    private Part part(String name, EnergyCounts counts) {
        return new Part(name, counts, interval(counts));
    }

    private EnergyInterval interval(EnergyCounts counts) {
        double[] values = draws.stream().mapToDouble(counts::picojoules).toArray();
        Percentile percentile = new Percentile();
        percentile.setData(values);
        return new EnergyInterval(
                counts.picojoules(Drawn.nominal(profile)),
                percentile.evaluate(10),
                percentile.evaluate(50),
                percentile.evaluate(90));
    }

    private List<Term> terms(EnergyCounts total) {
        return List.of(
                term(
                        "logic that works",
                        total.busyCellCycles(),
                        "logic cells x cycles",
                        profile.busyLogicCellPicojoulesPerCycle(),
                        "pJ"),
                term(
                        "logic that stands",
                        total.quietCellCycles(),
                        "logic cells x cycles",
                        profile.quietLogicCellPicojoulesPerCycle(),
                        "pJ"),
                term(
                        "block RAM",
                        total.blockRamAccesses(),
                        "accesses of a block",
                        profile.blockRamPicojoulesPerAccess(),
                        "pJ"),
                term(
                        "clock tree",
                        total.clockRegionCycles(),
                        "clock regions x cycles",
                        profile.clockRegionPicojoulesPerCycle(),
                        "pJ"),
                term(
                        "power at rest",
                        total.staticCellMicroseconds(),
                        "device cells x microseconds",
                        profile.staticMicrowattsPerDeviceCell(),
                        "µW"));
    }

    private static Term term(String name, double count, String countUnit, UnitEnergy energy, String unit) {
        return new Term(name, count, countUnit, energy, unit, count * energy.nominal());
    }
}
