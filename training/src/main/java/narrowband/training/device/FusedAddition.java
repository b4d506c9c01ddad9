package narrowband.training.device;

import java.util.Optional;
import narrowband.training.net.Node;

/** An addition with the quantiser or ReLU behind it. The sum is not kept: going back it is added up again. */
final class FusedAddition implements Operation {
    private final Tensors tensors;
    private final Node.Add add;
    /** The layer that yields the tensor. */
    private final Node activation;

    private final Optional<LearnedGrid> learned;
    private final float[] partial;

    FusedAddition(Tensors tensors, Node.Add add, Node activation, boolean training) {
        this.tensors = tensors;
        this.add = add;
        this.activation = activation;
        learned = activation instanceof Node.Quantise quantise
                ? Optional.of(new LearnedGrid(tensors, quantise))
                : Optional.empty();
        partial = new float[training ? tensors.capacityInChunks() * LearnedGrid.SUMS : 0];
    }

    @Override
    public void forward(Program.Builder program) {
        learned.ifPresent(grid -> program.first(grid::take));
        program.onChunk(chunk -> {
            float[] left = tensors.value(add.left());
            float[] right = tensors.value(add.right());
            float[] out = tensors.value(activation.name());
            int offset = tensors.offset(chunk, activation.name());
            int count = tensors.count(chunk, activation.name());
            if (learned.isPresent()) {
                tensors.kernels.addQuantise(
                        left, right, offset, count, learned.get().grid(), out);
            } else {
                tensors.kernels.addRectify(left, right, offset, count, out);
            }
        });
    }

    /** The sum's gradient is also that of both inputs: {@link Tensors} gives them the same memory. */
    @Override
    public void backward(Program.Builder program) {
        program.onChunk(chunk -> {
            float[] left = tensors.value(add.left());
            float[] right = tensors.value(add.right());
            float[] g = tensors.gradient(activation.name());
            float[] out = tensors.gradient(add.name());
            int offset = tensors.offset(chunk, activation.name());
            int count = tensors.count(chunk, activation.name());
            if (learned.isPresent()) {
                learned.get().toss(chunk, g);
                tensors.kernels.addQuantiseGradient(
                        left, right, g, offset, count, learned.get().grid(), out, partial, chunk * LearnedGrid.SUMS);
            } else {
                tensors.kernels.addRectifyGradient(left, right, g, offset, count, out);
            }
        });
        learned.ifPresent(grid -> program.last(() -> grid.addGradient(partial, 0, LearnedGrid.SUMS)));
    }
}
