package narrowband.sim.explore;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.explore.Outcome.Figures;

/**
 * Designs and simulates points side by side.
 *
 * @param networks by the names that points use
 * @param seed for the draws of energy, the same for all points so that they can be compared
 */
public record Exploration(Map<String, IntegerNetwork> networks, long seed) {
    private static final double BITS_OF_A_MEGABYTE = 8e6;

    public Exploration {
        networks = Map.copyOf(networks);
    }

    /**
     * Runs the points, as many at a time as there are processors.
     *
     * @param found hears each outcome as soon as it is known, one at a time, in any order
     * @param interrupted asked before each point; those that have begun end
     */
    public void run(List<DesignPoint> points, Consumer<Outcome> found, BooleanSupplier interrupted) {
        CommonWork common = new CommonWork(seed);
        int processors = Runtime.getRuntime().availableProcessors();
        try (ExecutorService workers = Executors.newFixedThreadPool(processors)) {
            List<Future<?>> running = points.stream()
                    .<Future<?>>map(point -> workers.submit(() -> {
                        if (!interrupted.getAsBoolean()) {
                            Outcome outcome = outcome(point, common);
                            synchronized (this) {
                                found.accept(outcome);
                            }
                        }
                    }))
                    .toList();
            for (Future<?> one : running) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Designs and simulates one point. */
    public Outcome outcome(DesignPoint point) {
        return outcome(point, new CommonWork(seed));
    }

    /** The same, with work that other points have begun. */
    public Outcome outcome(DesignPoint point, CommonWork common) {
        try {
            return new Outcome(point, Optional.of(figures(point, common)), Optional.empty());
        } catch (InvalidInputException e) {
            return new Outcome(point, Optional.empty(), Optional.of(e.getMessage()));
        }
    }

    private Figures figures(DesignPoint point, CommonWork common) {
        Accelerator accelerator = common.design(point, networks.get(point.network()));
        Simulation stream = common.simulation(accelerator, weights(point, accelerator));
        return new Figures(
                accelerator.clockMegahertz() * 1e6 / stream.intervalCycles().orElseThrow(),
                stream.latencyCycles() / accelerator.clockMegahertz(),
                common.energy(accelerator.fpga()).map(model -> model.total(accelerator, stream)),
                accelerator.fpga().logicCells(accelerator.resources()),
                accelerator.resources());
    }

    /** In which share of the cycles the memory of weights has a word. */
    private static double weights(DesignPoint point, Accelerator accelerator) {
        if (!point.isShared() || point.megabytesPerSecond().isEmpty()) {
            return 1;
        }
        SharedEngine engine = SharedLayout.engine(accelerator);
        double bitsOfACycle =
                point.megabytesPerSecond().get() * BITS_OF_A_MEGABYTE / (accelerator.clockMegahertz() * 1e6);
        return bitsOfACycle / engine.inputs().get(SharedEngine.WEIGHTS).bits();
    }
}
