package narrowband.training.device;

import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.kernels.FairCoins;
import narrowband.training.kernels.Grid;
import narrowband.training.net.Node;

/** The grid of a quantiser as it is in this step, and what the step's chunks say about its range and width. */
final class LearnedGrid {
    /** Sums that a chunk leaves: for the step, and for the range. */
    static final int SUMS = 2;

    private final Tensors tensors;
    private final boolean signed;
    private final int range;
    private final int bits;
    private final String name;
    /** {@code sum coin g} of each chunk, where there is noise. */
    private final double[] tossed;

    private Grid grid = new Grid(1, 0, 1, 0, 1);

    LearnedGrid(Tensors tensors, Node.Quantise layer) {
        this.tensors = tensors;
        name = layer.name();
        tossed = new double[tensors.capacityInChunks()];
        signed = layer.signed();
        range = tensors.parameter(layer.grid() + ".range").offset();
        bits = tensors.parameter(layer.grid() + ".bits").offset();
    }

    /** Takes the grid from the parameters. */
    void take() {
        float[] values = tensors.parameters.values();
        grid = ActivationQuantiser.grid(values[range], values[bits], signed);
    }

    Grid grid() {
        return grid;
    }

    /** Tosses the coins of a chunk, if there is noise; before what came to the quantiser's output is written over. */
    void toss(int chunk, float[] g) {
        if (tensors.noise.isOn()) {
            tossed[chunk] =
                    FairCoins.sum(g, tensors.offset(chunk, name), tensors.count(chunk, name), tensors.noise.key(name));
        }
    }

    /**
     * Adds the gradients of range and width.
     *
     * @param partial the first chunk's sums from {@code offset}, each further chunk's {@code stride} behind
     */
    void addGradient(float[] partial, int offset, int stride) {
        double forStep = 0;
        double forRange = 0;
        for (int chunk = 0; chunk < tensors.chunks(); chunk++) {
            forStep += partial[offset + chunk * stride];
            forRange += partial[offset + chunk * stride + 1];
        }
        if (tensors.noise.isOn()) {
            double sum = 0;
            for (int chunk = 0; chunk < tensors.chunks(); chunk++) {
                sum += tossed[chunk];
            }
            forStep += grid.step() * tensors.noise.dither().magnitude() * sum;
        }
        float[] values = tensors.parameters.values();
        tensors.gradient[range] +=
                (float) ActivationQuantiser.rangeGradient(values[range], values[bits], forStep, forRange);
        tensors.gradient[bits] += (float) ActivationQuantiser.bitsGradient(values[range], values[bits], forStep);
    }
}
