package narrowband.sim.stepped;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.OutsideWorld;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;

/** The cycles of the {@link SteppedSimulator} as they are meant, and for who looks at each of them. */
final class PlainStepping {
    private final SteppedFifo[] fifos;
    private final SteppedProcess[] processes;
    private final int[][] counters;
    private final int[][] changes;
    private final OutsideWorld world;
    private final SteppedFifo image;
    private final SteppedFifo result;
    /** The image channel again where there is none for weights. */
    private final SteppedFifo weights;

    private long cycle;

    /** Sees each cycle when it is over and before the next begins. */
    interface Observer {
        void see(long cycle, SteppedFifo[] fifos, SteppedProcess[] processes);
    }

    private PlainStepping(Accelerator accelerator, Stimulus stimulus) {
        Map<String, SteppedFifo> byName = new HashMap<>();
        fifos = accelerator.channels().stream().map(SteppedFifo::new).toArray(SteppedFifo[]::new);
        for (SteppedFifo fifo : fifos) {
            byName.put(fifo.channel.name(), fifo);
        }
        List<SteppedProcess> all = new ArrayList<>();
        counters = new int[accelerator.units().size()][];
        changes = new int[counters.length][];
        for (int u = 0; u < counters.length; u++) {
            Unit unit = accelerator.units().get(u);
            counters[u] = unit.timing().counters().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            changes[u] = new int[counters[u].length];
            for (Process process : unit.timing().processes()) {
                all.add(new SteppedProcess(
                        unit,
                        process,
                        find(accelerator.into(unit), byName),
                        find(accelerator.outOf(unit), byName),
                        counters[u],
                        changes[u],
                        stimulus.images()));
            }
        }
        processes = all.toArray(SteppedProcess[]::new);
        world = new OutsideWorld(accelerator, stimulus);
        image = byName.get(accelerator.input().name());
        result = byName.get(accelerator.output().name());
        weights = byName.get(accelerator.weights().orElse(accelerator.input()).name());
    }

    private static SteppedFifo[] find(List<Channel> channels, Map<String, SteppedFifo> byName) {
        return channels.stream().map(channel -> byName.get(channel.name())).toArray(SteppedFifo[]::new);
    }

    /**
     * Simulates until all images are through.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    static Simulation simulate(Accelerator accelerator, Stimulus stimulus, Observer observer) {
        PlainStepping stepping = new PlainStepping(accelerator, stimulus);
        while (!stepping.isDone()) {
            boolean moves = stepping.step();
            observer.see(stepping.cycle, stepping.fifos, stepping.processes);
            if (!moves) {
                throw new DeadlockException(stepping.cycle, stepping.waits());
            }
            stepping.tick();
            stepping.cycle++;
        }
        return stepping.simulation();
    }

    private boolean isDone() {
        if (!world.isDone()) {
            return false;
        }
        for (SteppedProcess process : processes) {
            if (!process.isDone()) {
                return false;
            }
        }
        return true;
    }

    /** What happens in a cycle; whether anything moves, or could if the world outside let it. */
    private boolean step() {
        boolean moves = false;
        for (SteppedProcess process : processes) {
            moves |= process.step();
        }
        world.begin(cycle);
        image.pushed |= world.step(OutsideWorld.IMAGE, cycle, image.level < image.depth);
        weights.pushed |= world.step(OutsideWorld.WEIGHTS, cycle, weights.level < weights.depth);
        result.popped |= world.step(OutsideWorld.RESULT, cycle, result.level > 0);
        return moves || world.lastMove() == cycle;
    }

    /** What happened is seen from the next cycle on. */
    private void tick() {
        for (SteppedFifo fifo : fifos) {
            fifo.tick();
        }
        for (int u = 0; u < counters.length; u++) {
            int[] values = counters[u];
            int[] change = changes[u];
            for (int i = 0; i < values.length; i++) {
                values[i] += change[i];
                change[i] = 0;
            }
        }
    }

    private List<DeadlockException.Wait> waits() {
        List<DeadlockException.Wait> waits = new ArrayList<>();
        for (SteppedProcess process : processes) {
            if (!process.isDone()) {
                waits.add(new DeadlockException.Wait(
                        process.name(), process.state().name()));
            }
        }
        return waits;
    }

    private Simulation simulation() {
        return world.simulation(
                cycle,
                List.of(processes).stream()
                        .map(process -> process.activity(cycle))
                        .toList(),
                List.of(fifos).stream().map(SteppedFifo::activity).toList());
    }
}
