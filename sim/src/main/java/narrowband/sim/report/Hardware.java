package narrowband.sim.report;

import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;

/**
 * The device, and what the design takes of it by the estimate before synthesis.
 *
 * @param fpga the name that commands take
 * @param part the vendor's name
 * @param clockMegahertz the clock that rates are given for
 */
public record Hardware(
        String fpga, String part, double clockMegahertz, int units, int fifos, Resources used, Resources available) {
    static Hardware of(Accelerator accelerator) {
        Fpga fpga = accelerator.fpga();
        return new Hardware(
                fpga.name(),
                fpga.part(),
                accelerator.clockMegahertz(),
                accelerator.units().size(),
                accelerator.channels().size(),
                accelerator.resources(),
                new Resources(fpga.luts(), fpga.flipFlops(), fpga.blockRams(), fpga.multipliers()));
    }
}
