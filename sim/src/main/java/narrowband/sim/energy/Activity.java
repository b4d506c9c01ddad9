package narrowband.sim.energy;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Simulation;

/** Counts the events of a technology over a simulated stream, for one image. */
sealed interface Activity permits AsicActivity, FpgaActivity {
    EnergyCounts of(Unit unit);

    EnergyCounts of(Channel channel);

    /** What belongs to no layer. */
    List<Whole> whole();

    /** A part of the design that is one for all layers. */
    record Whole(String name, EnergyCounts counts) {}

    /**
     * @param interval cycles between images
     * @param switching how often bits change; as often as random ones if none
     */
    static Activity of(
            EnergyProfile profile,
            Accelerator accelerator,
            Simulation simulation,
            double interval,
            Optional<SwitchingActivity> switching) {
        return switch (profile) {
            case FpgaProfile fpga -> new FpgaActivity(fpga, accelerator, simulation, interval, switching);
            case AsicProfile asic -> new AsicActivity(asic, accelerator, interval, switching);
        };
    }
}
