package narrowband.sim.energy;

/**
 * A kind of event that costs energy, and a group of its own in what is uncertain.
 *
 * @param name what happens
 * @param countUnit what is counted
 * @param unit the unit energy's unit
 * @param energy what one costs
 * @param picojoules of one of that unit
 * @param clocked whether clock and control cost a share of it on top; see {@link EnergyProfile#clockShare}
 */
public record EnergyEvent(
        String name, String countUnit, String unit, UnitEnergy energy, double picojoules, boolean clocked) {
    /** One whose unit is as good as a picojoule and that has no share of the clock. */
    EnergyEvent(String name, String countUnit, String unit, UnitEnergy energy) {
        this(name, countUnit, unit, energy, 1, false);
    }
}
