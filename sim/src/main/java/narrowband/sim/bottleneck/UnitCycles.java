package narrowband.sim.bottleneck;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.cycle.BoundaryActivity;
import narrowband.sim.cycle.CounterRole;
import narrowband.sim.cycle.ProcessActivity;
import narrowband.sim.cycle.Simulation;

/**
 * Where the cycles of one process of a unit went, or of the world outside. Each cycle is in exactly one class; they add up to
 * the cycles simulated.
 *
 * @param layer the layer that it works for
 * @param unit the unit's name; empty for the world outside
 * @param process the process's name within the unit; of the world outside {@code image}, {@code weights} or {@code result}
 * @param cycles the cycles simulated
 * @param work a step fired; outside, a word passed
 * @param padding cycles of {@code work} that an array would be spared if all its lanes had something to do, rounded down: what
 *     lanes without a channel cost
 * @param waitingForInput no word came
 * @param waitingForWeights no tile of weights was there, or, of what loads them, no word of one
 * @param waitingForRows rows of the line buffer were not complete
 * @param waitingWithin a shared engine's array waited for its tail or for the pass before, or its tail for the array
 * @param blockedByBuffer a line buffer, or a shared engine's tile memory, had no room
 * @param blockedByOutput what it made found no room; outside, the accelerator had none, or nothing to take
 * @param heldBack outside only: its stall pattern, or the memory, had nothing to offer
 * @param filling before its first step
 * @param draining after its last
 */
public record UnitCycles(
        String layer,
        String unit,
        String process,
        long cycles,
        long work,
        long padding,
        long waitingForInput,
        long waitingForWeights,
        long waitingForRows,
        long waitingWithin,
        long blockedByBuffer,
        long blockedByOutput,
        long heldBack,
        long filling,
        long draining) {
    /** @throws IllegalStateException if the classes do not add up */
    public UnitCycles {
        long sum = work
                + waitingForInput
                + waitingForWeights
                + waitingForRows
                + waitingWithin
                + blockedByBuffer
                + blockedByOutput
                + heldBack
                + filling
                + draining;
        if (sum != cycles) {
            throw new IllegalStateException(
                    "the classes of %s.%s add up to %d of %d cycles".formatted(unit, process, sum, cycles));
        }
        if (padding < 0 || padding > work) {
            throw new IllegalStateException(
                    "%s.%s works on padding in %d of %d cycles".formatted(unit, process, padding, work));
        }
    }

    /** Cycles of work that are none of padding. */
    public long useful() {
        return work - padding;
    }

    /** Of all processes in the order of the units, and then of the world outside. */
    public static List<UnitCycles> of(Accelerator accelerator, Simulation simulation) {
        List<UnitCycles> rows = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            simulation.processes().stream()
                    .filter(process -> process.unit().equals(unit.name()))
                    .forEach(process -> rows.add(of(unit, process, accelerator.network())));
        }
        String first = accelerator.network().input().name();
        String last = accelerator.network().output().name();
        rows.add(outside(first, "image", simulation.source(), simulation.cycles()));
        simulation.loader().ifPresent(loader -> rows.add(outside(first, "weights", loader, simulation.cycles())));
        rows.add(outside(last, "result", simulation.sink(), simulation.cycles()));
        return rows;
    }

    private static UnitCycles of(Unit unit, ProcessActivity process, IntegerNetwork network) {
        long weights = 0;
        long input = process.inputStall();
        if (unit instanceof SharedEngine) {
            weights = process.waitingForInput().get(SharedEngine.WEIGHTS);
            input -= weights;
        }
        long rows = 0;
        long within = 0;
        long buffer = 0;
        List<CounterRole> roles = CounterRole.of(unit);
        for (int i = 0; i < roles.size(); i++) {
            long waited = process.waitingForCounter().get(i);
            switch (roles.get(i)) {
                case COMPLETE_ROWS -> rows += waited;
                case LOADED_TILES -> weights += waited;
                case FREE_ROWS, FREE_TILES -> buffer += waited;
                case FREE_TAIL, ACCUMULATORS, FINISHED_PASS -> within += waited;
            }
        }
        boolean isArray = !(unit instanceof SharedEngine) || process.process().equals(SharedEngine.COMPUTE);
        double images = (double) process.busy() / process.stepsPerImage();
        long padding = isArray ? (long) (images * ArrayWork.padding(unit, network)) : 0;
        return new UnitCycles(
                process.layer(),
                process.unit(),
                process.process(),
                process.cycles(),
                process.busy(),
                padding,
                input,
                weights,
                rows,
                within,
                buffer,
                process.outputStall(),
                0,
                process.idleBefore(),
                process.idleAfter());
    }

    private static UnitCycles outside(String layer, String moves, BoundaryActivity activity, long cycles) {
        return new UnitCycles(
                layer,
                "",
                moves,
                cycles,
                activity.moved(),
                0,
                0,
                0,
                0,
                0,
                0,
                activity.waiting(),
                activity.held(),
                0,
                activity.idle());
    }
}
