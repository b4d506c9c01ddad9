package narrowband.training.device;

import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;

/** Batch norm over all images and positions of a channel, and its exact gradient. */
final class BatchNormOperation implements Operation {
    private final Tensors tensors;
    private final Node.BatchNorm layer;
    private final int channels;
    private final int positions;
    private final Slice scale;
    private final Slice shift;
    private final Slice mean;
    private final Slice variance;
    private final float[] partial;
    private final double[] batchMean;
    private final double[] inverseDeviation;
    private final float[] factor;
    private final float[] constant;
    private final float[] onGradient;
    private final float[] onValue;
    private final float[] onOne;

    BatchNormOperation(Tensors tensors, Node.BatchNorm layer) {
        this.tensors = tensors;
        this.layer = layer;
        channels = tensors.shape(layer.name()).channels();
        positions = tensors.shape(layer.name()).positions();
        scale = tensors.parameter(layer.name() + ".scale");
        shift = tensors.parameter(layer.name() + ".shift");
        mean = tensors.parameters.layout().statistic(layer.name() + ".mean");
        variance = tensors.parameters.layout().statistic(layer.name() + ".variance");
        partial = new float[tensors.capacityInChunks() * 2 * channels];
        batchMean = new double[channels];
        inverseDeviation = new double[channels];
        factor = new float[channels];
        constant = new float[channels];
        onGradient = new float[channels];
        onValue = new float[channels];
        onOne = new float[channels];
    }

    @Override
    public void forward(Program.Builder program) {
        program.onChunk(chunk -> {
            float[] x = tensors.value(layer.input());
            sums(x, x, chunk);
        });
        program.onAll(this::takeStatistics);
        program.onChunk(this::normalise);
    }

    @Override
    public void evaluate(Program.Builder program) {
        program.first(() -> {
            float[] statistics = tensors.parameters.statistics();
            for (int c = 0; c < channels; c++) {
                batchMean[c] = statistics[mean.offset() + c];
                inverseDeviation[c] = 1 / Math.sqrt(statistics[variance.offset() + c] + Node.BatchNorm.EPSILON);
            }
            fold();
        });
        program.onChunk(this::normalise);
    }

    private void sums(float[] x, float[] y, int chunk) {
        tensors.kernels.channelSums(
                x,
                y,
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                channels,
                partial,
                chunk * 2 * channels);
    }

    private double total(int index) {
        double total = 0;
        for (int chunk = 0; chunk < tensors.chunks(); chunk++) {
            total += partial[chunk * 2 * channels + index];
        }
        return total;
    }

    private void takeStatistics() {
        double count = (double) tensors.images() * positions;
        float[] statistics = tensors.parameters.statistics();
        double weight = tensors.momentum;
        for (int c = 0; c < channels; c++) {
            batchMean[c] = total(c) / count;
            double spread = Math.max(0, total(channels + c) / count - batchMean[c] * batchMean[c]);
            inverseDeviation[c] = 1 / Math.sqrt(spread + Node.BatchNorm.EPSILON);
            double unbiased = count > 1 ? spread * count / (count - 1) : spread;
            statistics[mean.offset() + c] =
                    (float) ((1 - weight) * statistics[mean.offset() + c] + weight * batchMean[c]);
            statistics[variance.offset() + c] =
                    (float) ((1 - weight) * statistics[variance.offset() + c] + weight * unbiased);
        }
        fold();
    }

    private void fold() {
        float[] values = tensors.parameters.values();
        for (int c = 0; c < channels; c++) {
            double a = values[scale.offset() + c] * inverseDeviation[c];
            factor[c] = (float) a;
            constant[c] = (float) (values[shift.offset() + c] - a * batchMean[c]);
        }
    }

    private void normalise(int chunk) {
        tensors.kernels.scaleShift(
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                channels,
                factor,
                constant,
                tensors.value(layer.name()));
    }

    @Override
    public void backward(Program.Builder program) {
        program.onChunk(chunk -> sums(tensors.gradient(layer.name()), tensors.value(layer.input()), chunk));
        program.onAll(this::takeGradients);
        program.onChunk(chunk -> tensors.kernels.combine(
                tensors.gradient(layer.name()),
                tensors.value(layer.input()),
                tensors.offset(chunk, layer.name()),
                tensors.pixels(chunk, layer.name()),
                channels,
                onGradient,
                onValue,
                onOne,
                tensors.gradientFor(layer, layer.input())));
    }

    private void takeGradients() {
        double count = (double) tensors.images() * positions;
        for (int c = 0; c < channels; c++) {
            double forShift = total(c);
            double forScale = inverseDeviation[c] * (total(channels + c) - batchMean[c] * forShift);
            tensors.gradient[shift.offset() + c] += (float) forShift;
            tensors.gradient[scale.offset() + c] += (float) forScale;
            double a = tensors.parameters.values()[scale.offset() + c] * inverseDeviation[c];
            double slope = a * inverseDeviation[c] * forScale / count;
            onGradient[c] = (float) a;
            onValue[c] = (float) -slope;
            onOne[c] = (float) (slope * batchMean[c] - a * forShift / count);
        }
    }
}
