package narrowband.training.device;

import narrowband.training.net.Node;

/** Batch norm over all images and positions of a channel, and its exact gradient, where no activation follows it at once. */
final class BatchNormOperation implements Operation {
    private final Tensors tensors;
    private final Node.BatchNorm layer;
    private final BatchStatistics statistics;

    BatchNormOperation(Tensors tensors, Node.BatchNorm layer) {
        this.tensors = tensors;
        this.layer = layer;
        statistics = new BatchStatistics(tensors, layer, 0);
    }

    @Override
    public void forward(Program.Builder program) {
        program.onChunk(chunk -> statistics.observe(tensors.value(layer.input()), chunk, layer.name()));
        program.onAll(statistics::takeStatistics);
        program.onChunk(this::normalise);
    }

    @Override
    public void evaluate(Program.Builder program) {
        program.first(statistics::recall);
        program.onChunk(this::normalise);
    }

    private void normalise(int chunk) {
        tensors.kernels.scaleShift(
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                statistics.channels(),
                statistics.factor,
                statistics.constant,
                tensors.value(layer.name()));
    }

    @Override
    public void backward(Program.Builder program) {
        program.onChunk(chunk -> tensors.kernels.channelSums(
                tensors.gradient(layer.name()),
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                statistics.channels(),
                statistics.partial,
                statistics.offset(chunk)));
        program.onAll(statistics::takeGradients);
        program.onChunk(chunk -> tensors.kernels.combine(
                tensors.gradient(layer.name()),
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                statistics.channels(),
                statistics.onGradient,
                statistics.onValue,
                statistics.onOne,
                tensors.gradientFor(layer, layer.input())));
    }
}
