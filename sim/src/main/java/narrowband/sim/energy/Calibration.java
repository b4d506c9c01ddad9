package narrowband.sim.energy;

import java.util.Locale;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.energy.EnergyCounts.Drawn;

/**
 * Unit energies fitted to a board by two measurements of what feeds the FPGA: idle, the design loaded and its clock running but
 * no image under way; and loaded, images streaming in without a pause. With the model's power {@code D} of all that is clocked
 * in either state,
 *
 * <pre>
 * idle   = static + scale * D_idle
 * loaded = static + scale * D_loaded
 * </pre>
 *
 * are two equations for the two unknowns. All unit energies of the profile but that at rest are multiplied by the scale.
 *
 * @param profile the fitted one
 * @param dynamicScale what the nominal unit energies were off by
 * @param staticWatts power that the device draws at rest
 */
public record Calibration(FpgaProfile profile, double dynamicScale, double staticWatts) {
    /**
     * A one-sigma factor of 1.3 is left after a calibration of this kind, known for iCE40 only; here at the 10th and 90th
     * percentile.
     */
    private static final double LEFT = Math.pow(1.3, 1.2815515655446004);

    /**
     * @param stream a simulation of the images as they stream in
     * @throws InvalidInputException if no power at rest and no scale above 0 give what was measured
     */
    public static Calibration fit(
            Accelerator accelerator, Simulation stream, FpgaProfile profile, double idleWatts, double loadedWatts) {
        if (!(idleWatts > 0) || !(loadedWatts > idleWatts) || !Double.isFinite(loadedWatts)) {
            throw new InvalidInputException(
                    "The idle power must be above 0 and the loaded power above that, not %s and %s W."
                            .formatted(idleWatts, loadedWatts));
        }
        double interval = stream.intervalCycles().orElse(stream.cycles());
        FpgaActivity activity = new FpgaActivity(profile, accelerator, stream, interval, Optional.empty());
        EnergyCounts loaded = EnergyCounts.none(profile);
        for (Unit unit : accelerator.units()) {
            loaded = loaded.plus(activity.of(unit));
        }
        for (Channel channel : accelerator.channels()) {
            loaded = loaded.plus(activity.of(channel));
        }
        EnergyCounts clock = activity.whole().getFirst().counts();
        double quiet = loaded.of(FpgaProfile.BUSY) + loaded.of(FpgaProfile.QUIET);
        EnergyCounts idle =
                EnergyCounts.none(profile).and(FpgaProfile.QUIET, quiet).plus(clock);

        Drawn nominal = Drawn.at(profile, 0);
        double microseconds = interval / accelerator.clockMegahertz();
        double whenIdle = idle.picojoules(nominal) / microseconds * 1e-6;
        double whenLoaded = loaded.plus(clock).picojoules(nominal) / microseconds * 1e-6;
        double scale = (loadedWatts - idleWatts) / (whenLoaded - whenIdle);
        double atRest = idleWatts - scale * whenIdle;
        if (!(atRest > 0)) {
            throw new InvalidInputException(String.format(
                    Locale.ROOT,
                    "At the scale of %.3g that the difference of %.4g W asks for, the clock and standing logic alone would take %.4g W, more than the %.4g W measured idle; measure both with the clock running.",
                    scale,
                    loadedWatts - idleWatts,
                    scale * whenIdle,
                    idleWatts));
        }
        return new Calibration(
                fitted(profile, scale, atRest / accelerator.fpga().luts() * 1e6, idleWatts, loadedWatts),
                scale,
                atRest);
    }

    private static FpgaProfile fitted(
            FpgaProfile profile, double scale, double microwattsPerCell, double idleWatts, double loadedWatts) {
        String how = String.format(
                Locale.ROOT, "calibrated by %.4g: measured %s W idle and %s W loaded", scale, idleWatts, loadedWatts);
        UnitEnergy atRest = profile.staticMicrowattsPerDeviceCell();
        return new FpgaProfile(
                profile.name() + "_calibrated",
                profile.title() + ", calibrated",
                how + ". Before: " + profile.confidence(),
                profile.busyLogicCellPicojoulesPerCycle().calibrated(scale, LEFT, how),
                profile.quietLogicCellPicojoulesPerCycle().calibrated(scale, LEFT, how),
                profile.blockRamPicojoulesPerAccess().calibrated(scale, LEFT, how),
                profile.multiplierPicojoulesPerOperation().calibrated(scale, LEFT, how),
                profile.clockRegionPicojoulesPerCycle().calibrated(scale, LEFT, how),
                profile.logicCellsPerClockRegion(),
                atRest.calibrated(microwattsPerCell / atRest.nominal(), LEFT, how));
    }
}
