package narrowband.sim.sizing;

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
    /** Designs that are tried for a rate, each asked for a little more than the one before. */
    private static final int ATTEMPTS = 10;

    /** What each is asked for more, as a part of the rate. */
    private static final double MORE = 0.02;

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

    /** A design that reaches a rate in a stream, where units wait for each other now and then, and not only by itself. */
    private static Accelerator reach(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, double wanted, Set<Weights> places) {
        double reached = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Accelerator design = sized(
                        network, fpga, clockMegahertz, new Goal.FramesPerSecond((1 + MORE * attempt) * wanted), places);
                double interval = CycleSimulator.simulate(design, Stimulus.images(FifoSizing.DEFAULT_IMAGES))
                        .intervalCycles()
                        .orElseThrow();
                reached = Math.max(reached, clockMegahertz * 1e6 / interval);
                if (reached >= wanted) {
                    return design;
                }
            } catch (InvalidInputException e) {
                if (attempt == 0) {
                    throw e;
                }
                break;
            }
        }
        throw new InvalidInputException(
                "The smallest design whose units are fast enough reaches %.0f images per second in a stream, where they wait for each other, not %.0f, and no faster one fits %s; give a lower --fps or a larger --fpga."
                        .formatted(reached, wanted, fpga.name()));
    }

    private static Accelerator sized(
            IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal, Set<Weights> places) {
        Accelerator accelerator = FifoSizing.size(FoldingSearch.search(network, fpga, clockMegahertz, goal, places));
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
