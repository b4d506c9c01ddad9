package narrowband.sim.explore;

import java.util.Optional;
import narrowband.accel.design.Resources;
import narrowband.sim.energy.EnergyInterval;

/**
 * What became of a point: figures, or why there is no such design.
 *
 * @param refusal a sentence; none where there are figures
 */
public record Outcome(DesignPoint point, Optional<Figures> figures, Optional<String> refusal) {
    /**
     * What the simulation of a design says.
     *
     * @param framesPerSecond images per second in the steady state
     * @param latencyMicroseconds of an image that finds the accelerator empty
     * @param picojoulesPerImage none where there are no figures of energy for the FPGA
     * @param logicCells what the design takes of the FPGA, look-up tables and registers together
     */
    public record Figures(
            double framesPerSecond,
            double latencyMicroseconds,
            Optional<EnergyInterval> picojoulesPerImage,
            long logicCells,
            Resources resources) {}
}
