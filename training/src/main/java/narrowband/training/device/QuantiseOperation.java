package narrowband.training.device;

import narrowband.training.net.Node;

/** Rounds a tensor to its learned grid, and learns the grid, where no batch norm and no addition comes just before. */
final class QuantiseOperation implements Operation {
    private final Tensors tensors;
    private final Node.Quantise layer;
    private final LearnedGrid learned;
    private final float[] partial;

    QuantiseOperation(Tensors tensors, Node.Quantise layer, boolean training) {
        this.tensors = tensors;
        this.layer = layer;
        learned = new LearnedGrid(tensors, layer);
        partial = new float[training ? tensors.capacityInChunks() * LearnedGrid.SUMS : 0];
    }

    @Override
    public void forward(Program.Builder program) {
        program.first(learned::take);
        program.onChunk(chunk -> tensors.kernels.quantise(
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.count(chunk, layer.name()),
                learned.grid(),
                tensors.value(layer.name())));
    }

    @Override
    public void backward(Program.Builder program) {
        // Before the image's quantiser no one wants the gradient, and no one reads its own any more.
        float[] out = tensors.needsGradient(layer.input())
                ? tensors.gradientFor(layer, layer.input())
                : tensors.gradient(layer.name());
        program.onChunk(chunk -> learned.toss(chunk, tensors.gradient(layer.name())));
        program.onChunk(chunk -> tensors.kernels.quantiseGradient(
                tensors.value(layer.input()),
                tensors.gradient(layer.name()),
                tensors.offset(chunk, layer.name()),
                tensors.count(chunk, layer.name()),
                learned.grid(),
                out,
                partial,
                chunk * LearnedGrid.SUMS));
        program.last(() -> learned.addGradient(partial, 0, LearnedGrid.SUMS));
    }
}
