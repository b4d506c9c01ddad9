package narrowband.training.device;

import java.util.Optional;
import narrowband.training.kernels.Grid;
import narrowband.training.net.Node;

/**
 * Batch norm with the quantiser or ReLU behind it, in one pass over memory each way. What batch norm yields is not kept: going
 * back it is computed again from its input.
 */
final class FusedNormalisation implements Operation {
    private final Tensors tensors;
    private final Node.BatchNorm norm;
    /** The layer that yields the tensor. */
    private final Node activation;

    private final Optional<LearnedGrid> learned;
    private final BatchStatistics statistics;

    FusedNormalisation(Tensors tensors, Node.BatchNorm norm, Node activation) {
        this.tensors = tensors;
        this.norm = norm;
        this.activation = activation;
        learned = activation instanceof Node.Quantise quantise
                ? Optional.of(new LearnedGrid(tensors, quantise))
                : Optional.empty();
        statistics = new BatchStatistics(tensors, norm, LearnedGrid.SUMS);
    }

    @Override
    public void forward(Program.Builder program) {
        learned.ifPresent(grid -> program.first(grid::take));
        program.onChunk(chunk -> statistics.observe(tensors.value(norm.input()), chunk, activation.name()));
        program.onAll(statistics::takeStatistics);
        program.onChunk(this::normalise);
    }

    @Override
    public void evaluate(Program.Builder program) {
        learned.ifPresent(grid -> program.first(grid::take));
        program.first(statistics::recall);
        program.onChunk(this::normalise);
    }

    private void normalise(int chunk) {
        float[] x = tensors.value(norm.input());
        float[] out = tensors.value(activation.name());
        int offset = tensors.offset(chunk, activation.name());
        int pixels = tensors.pixels(chunk, activation.name());
        if (learned.isPresent()) {
            Grid grid = learned.get().grid();
            tensors.kernels.normaliseQuantise(
                    x, offset, pixels, statistics.channels(), statistics.factor, statistics.constant, grid, out);
        } else {
            tensors.kernels.normaliseRectify(
                    x, offset, pixels, statistics.channels(), statistics.factor, statistics.constant, out);
        }
    }

    @Override
    public void backward(Program.Builder program) {
        float[] out = tensors.gradientFor(norm, norm.input());
        program.onChunk(chunk -> passed(chunk, out));
        program.onAll(statistics::takeGradients);
        program.onChunk(chunk -> tensors.kernels.combine(
                out,
                tensors.value(norm.input()),
                tensors.offset(chunk, activation.name()),
                tensors.pixels(chunk, activation.name()),
                statistics.channels(),
                statistics.onGradient,
                statistics.onValue,
                statistics.onOne,
                out));
        learned.ifPresent(grid -> program.last(
                () -> grid.addGradient(statistics.partial, 2 * statistics.channels(), statistics.offset(1))));
    }

    /** The gradient that the activation lets through, and all sums over it. */
    private void passed(int chunk, float[] out) {
        float[] x = tensors.value(norm.input());
        float[] g = tensors.gradient(activation.name());
        int offset = tensors.offset(chunk, activation.name());
        int pixels = tensors.pixels(chunk, activation.name());
        if (learned.isPresent()) {
            learned.get().toss(chunk, g);
            tensors.kernels.normaliseQuantiseGradient(
                    x,
                    g,
                    offset,
                    pixels,
                    statistics.channels(),
                    statistics.factor,
                    statistics.constant,
                    learned.get().grid(),
                    out,
                    statistics.partial,
                    statistics.offset(chunk));
        } else {
            tensors.kernels.normaliseRectifyGradient(
                    x,
                    g,
                    offset,
                    pixels,
                    statistics.channels(),
                    statistics.factor,
                    statistics.constant,
                    out,
                    statistics.partial,
                    statistics.offset(chunk));
        }
    }
}
