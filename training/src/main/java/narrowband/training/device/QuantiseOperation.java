package narrowband.training.device;

import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.kernels.Grid;
import narrowband.training.net.Node;

/** Rounds a tensor to its learned grid, and learns the grid. */
final class QuantiseOperation implements Operation {
    private static final int SUMS = 2;

    private final Tensors tensors;
    private final Node.Quantise layer;
    private final int range;
    private final int bits;
    private final float[] partial;
    private final float[] discarded;
    private Grid grid = new Grid(1, 0, 1, 0, 1);

    QuantiseOperation(Tensors tensors, Node.Quantise layer, boolean training) {
        this.tensors = tensors;
        this.layer = layer;
        range = tensors.parameter(layer.grid() + ".range").offset();
        bits = tensors.parameter(layer.grid() + ".bits").offset();
        partial = new float[training ? tensors.capacityInChunks() * SUMS : 0];
        discarded =
                new float[training && !tensors.needsGradient(layer.input()) ? tensors.value(layer.name()).length : 0];
    }

    @Override
    public void forward(Program.Builder program) {
        program.first(() -> {
            float[] values = tensors.parameters.values();
            grid = ActivationQuantiser.grid(values[range], values[bits], layer.signed());
        });
        program.onChunk(chunk -> tensors.kernels.quantise(
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.count(chunk, layer.name()),
                grid,
                tensors.value(layer.name())));
    }

    @Override
    public void backward(Program.Builder program) {
        float[] out = tensors.needsGradient(layer.input()) ? tensors.gradientFor(layer, layer.input()) : discarded;
        program.onChunk(chunk -> tensors.kernels.quantiseGradient(
                tensors.value(layer.input()),
                tensors.gradient(layer.name()),
                tensors.offset(chunk, layer.name()),
                tensors.count(chunk, layer.name()),
                grid,
                out,
                partial,
                chunk * SUMS));
        program.last(this::sumUp);
    }

    private void sumUp() {
        double forStep = 0;
        double forRange = 0;
        for (int chunk = 0; chunk < tensors.chunks(); chunk++) {
            forStep += partial[chunk * SUMS];
            forRange += partial[chunk * SUMS + 1];
        }
        float[] values = tensors.parameters.values();
        tensors.gradient[range] +=
                (float) ActivationQuantiser.rangeGradient(values[range], values[bits], forStep, forRange);
        tensors.gradient[bits] += (float) ActivationQuantiser.bitsGradient(values[range], values[bits], forStep);
    }
}
