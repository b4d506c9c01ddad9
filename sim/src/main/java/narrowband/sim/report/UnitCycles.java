package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;

/**
 * Where the cycles of one process of a unit went. Each cycle is in exactly one class; they add up to the cycles simulated.
 *
 * @param cycles the cycles simulated
 * @param work a step fired
 * @param waitingForInput no word came
 * @param waitingForWeights no word of a shared engine's weight stream came
 * @param waitingForRows words came, but a line buffer was short of complete or of free rows
 * @param waitingWithin processes of a shared engine waited for each other: for a tile, the tail, the array, the pass before
 * @param blockedByOutput what it made found no room
 * @param filling before its first step
 * @param draining after its last
 */
public record UnitCycles(
        String layer,
        String unit,
        String process,
        long cycles,
        long work,
        long waitingForInput,
        long waitingForWeights,
        long waitingForRows,
        long waitingWithin,
        long blockedByOutput,
        long filling,
        long draining) {
    /** The unit and its process. */
    String name() {
        return unit + "." + process;
    }

    /** Of all processes, in the order of the units. */
    static List<UnitCycles> of(Accelerator accelerator, Simulation stream) {
        List<UnitCycles> rows = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            stream.processes().stream()
                    .filter(process -> process.unit().equals(unit.name()))
                    .forEach(process -> rows.add(of(unit, process)));
        }
        return rows;
    }

    private static UnitCycles of(Unit unit, ProcessActivity process) {
        boolean engine = unit instanceof SharedEngine;
        long weights = engine ? process.waitingForInput().get(SharedEngine.WEIGHTS) : 0;
        return new UnitCycles(
                process.layer(),
                process.unit(),
                process.process(),
                process.cycles(),
                process.busy(),
                process.inputStall() - weights,
                weights,
                engine ? 0 : process.waitingForCounter(),
                engine ? process.waitingForCounter() : 0,
                process.outputStall(),
                process.idleBefore(),
                process.idleAfter());
    }
}
