package narrowband.sim.sizing;

import java.util.Optional;
import java.util.Set;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Resources;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Stimulus;

/** From a network to an accelerator that is whole: its FIFOs sized, its goal reached by a stream of images, on its FPGA. */
public final class DesignSearch {
    /** Designs that are tried for a rate. */
    private static final int ATTEMPTS = 10;

    /** What one is asked for more at least than one that was too slow, as a part of its rate. */
    private static final double MORE = 0.02;

    /** How near the rates that are asked of two designs come before the smaller one of those that reach the goal is taken. */
    private static final double NEAR = 0.03;

    /** Parts of the FPGA in which the fastest design is looked for where the smallest ones fall short. */
    private static final double[] SHARES = {0.5, 0.9};

    private DesignSearch() {}

    /**
     * A unit for each layer.
     *
     * @param places where the weights of matrix-vector units may be, as {@link FoldingSearch} takes them
     * @throws InvalidInputException if no design reaches the goal, with what stops it
     */
    public static Accelerator dataflow(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal, Set<Weights> places) {
        return goal instanceof Goal.FramesPerSecond rate
                ? reach(network, fpga, clockMegahertz, rate.framesPerSecond(), places)
                : sized(network, fpga, clockMegahertz, goal, places);
    }

    /**
     * One array of given size for all layers.
     *
     * @throws InvalidInputException if a layer cannot be carried or the FPGA has no room
     */
    public static Accelerator shared(IntegerNetwork network, Fpga fpga, double clockMegahertz, Sharing sharing) {
        Accelerator accelerator = SharedLayout.layOut(network, fpga, clockMegahertz, sharing);
        Resources needed = accelerator.resources();
        if (!needed.fits(fpga)) {
            throw new InvalidInputException(
                    "With %d lanes the engine needs about %,d logic cells and %,d block RAMs, %s has %,d and %,d; give other --lanes or a larger --fpga."
                            .formatted(
                                    sharing.lanes(),
                                    fpga.logicCells(needed),
                                    needed.blockRams(),
                                    fpga.name(),
                                    fpga.luts(),
                                    fpga.blockRams()));
        }
        return accelerator;
    }

    /**
     * A design that reaches a rate in a stream, where units wait for each other, and not only by itself: each attempt is asked for as much more as the one before fell short, and
     * between one that falls short and one that is fast enough or does not fit, the middle is tried.
     */
    private static Accelerator reach(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, double wanted, Set<Weights> places) {
        Optional<Accelerator> found = Optional.empty();
        double reached = 0;
        double slow = wanted;
        double beyond = Double.POSITIVE_INFINITY;
        double asked = wanted;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Accelerator design = sized(network, fpga, clockMegahertz, new Goal.FramesPerSecond(asked), places);
                double rate = rate(design);
                reached = Math.max(reached, rate);
                if (rate >= wanted) {
                    found = Optional.of(design);
                    beyond = asked;
                    if (attempt == 0) {
                        return design;
                    }
                } else {
                    slow = asked;
                    asked *= Math.max(1 + MORE, wanted / rate);
                }
            } catch (InvalidInputException e) {
                if (attempt == 0) {
                    throw e;
                }
                beyond = asked;
            }
            if (beyond < Double.POSITIVE_INFINITY && asked >= beyond) {
                asked = (slow + beyond) / 2;
            }
            if (beyond / slow < 1 + NEAR) {
                break;
            }
        }
        if (found.isPresent()) {
            return found.get();
        }
        // The smallest designs of their rates fall short: the fastest ones need not.
        for (double share : SHARES) {
            Accelerator design = sized(network, fpga, clockMegahertz, new Goal.FillDevice(share), places);
            double rate = rate(design);
            if (rate >= wanted) {
                return design;
            }
            reached = Math.max(reached, rate);
        }
        throw new InvalidInputException(
                "In a stream, where units wait for each other, the fastest design that fits %s reaches %.0f images per second, not %.0f; give a lower --fps or a larger --fpga."
                        .formatted(fpga.name(), reached, wanted));
    }

    /** Images a second of a stream. */
    private static double rate(Accelerator design) {
        return CycleSimulator.simulate(design, Stimulus.images(FifoSizing.DEFAULT_IMAGES))
                .framesPerSecond()
                .orElseThrow();
    }

    private static Accelerator sized(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal, Set<Weights> places) {
        Accelerator accelerator =
                BurstBuffers.deepen(FifoSizing.size(FoldingSearch.search(network, fpga, clockMegahertz, goal, places)));
        if (!accelerator.resources().fits(fpga)) {
            throw new InvalidInputException(
                    "With its FIFOs the design needs about %d logic cells, %d flip-flops and %d block RAMs, more than %s has; give a lower --fps, a larger --fpga, or --shape shared."
                            .formatted(
                                    fpga.logicCells(accelerator.resources()),
                                    accelerator.resources().flipFlops(),
                                    accelerator.resources().blockRams(),
                                    fpga.name()));
        }
        return accelerator;
    }
}
