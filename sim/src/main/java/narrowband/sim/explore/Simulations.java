package narrowband.sim.explore;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;

/**
 * Simulations of an exploration. Cycles are those of units and channels alone: designs that differ in nothing but clock or FPGA
 * are simulated once. Threads may share one; a simulation that another has begun is waited for.
 */
final class Simulations {
    /** Images of a stream: enough for a steady state. */
    private static final int IMAGES = 4;

    /** A shared engine takes images one after the other and does with each the same, unless its memory of weights is uneven. */
    private static final int IMAGES_OF_ENGINE = 2;

    private final Map<Stream, FutureTask<Simulation>> known = new ConcurrentHashMap<>();

    /**
     * What decides the cycles.
     *
     * @param weights the share of the cycles in which the memory of weights has a word; 1 where it always has
     */
    private record Stream(List<Unit> units, List<Channel> channels, double weights) {}

    /**
     * A stream of images. Its rates are those of the clock that it was first asked for; count in cycles.
     *
     * @param weights above 0; the share of the cycles in which the memory of weights has a word
     */
    Simulation of(Accelerator accelerator, double weights) {
        double share = Math.min(1, weights);
        int images = accelerator.plan() instanceof Sharing && share == 1 ? IMAGES_OF_ENGINE : IMAGES;
        FutureTask<Simulation> task = known.computeIfAbsent(
                new Stream(accelerator.units(), accelerator.channels(), share),
                _ -> new FutureTask<>(() -> CycleSimulator.simulate(
                        accelerator, Stimulus.images(images).withWeights(StallPattern.paced(share)))));
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a simulation was waited for", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Different streams so far. */
    int size() {
        return known.size();
    }
}
