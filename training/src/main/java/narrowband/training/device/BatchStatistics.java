package narrowband.training.device;

import narrowband.training.net.Node;
import narrowband.training.net.ParameterLayout.Slice;

/**
 * What batch norm knows of each channel: mean and deviation of a batch or of training, folded to {@code factor * x + constant},
 * and the gradient of that, {@code onGradient * g + onValue * x + onOne}. Sums over pixels come chunk by chunk.
 */
final class BatchStatistics {
    /** The folded batch norm. */
    final float[] factor;

    final float[] constant;
    /** Its input gradient. */
    final float[] onGradient;

    final float[] onValue;
    final float[] onOne;
    /** Sums of each chunk: {@code [chunk][stride]}, of which the first are those of the channels, twice. */
    final float[] partial;

    private final int stride;
    private final Tensors tensors;
    private final int channels;
    private final int positions;
    private final Slice scale;
    private final Slice shift;
    private final Slice mean;
    private final Slice variance;
    private final double[] batchMean;
    private final double[] inverseDeviation;

    /** @param more sums of a chunk behind those of the channels */
    BatchStatistics(Tensors tensors, Node.BatchNorm layer, int more) {
        this.tensors = tensors;
        channels = tensors.shape(layer.name()).channels();
        positions = tensors.shape(layer.name()).positions();
        scale = tensors.parameter(layer.name() + ".scale");
        shift = tensors.parameter(layer.name() + ".shift");
        mean = tensors.parameters.layout().statistic(layer.name() + ".mean");
        variance = tensors.parameters.layout().statistic(layer.name() + ".variance");
        stride = 2 * channels + more;
        partial = new float[tensors.capacityInChunks() * stride];
        batchMean = new double[channels];
        inverseDeviation = new double[channels];
        factor = new float[channels];
        constant = new float[channels];
        onGradient = new float[channels];
        onValue = new float[channels];
        onOne = new float[channels];
    }

    int channels() {
        return channels;
    }

    /** Where the sums of a chunk lie. */
    int offset(int chunk) {
        return chunk * stride;
    }

    /** Sums one chunk's values and their squares. */
    void observe(float[] x, int chunk, String layer) {
        tensors.kernels.channelSums(
                x, x, tensors.offset(chunk, layer), tensors.pixels(chunk, layer), channels, partial, offset(chunk));
    }

    private double total(int index) {
        double total = 0;
        for (int chunk = 0; chunk < tensors.chunks(); chunk++) {
            total += partial[offset(chunk) + index];
        }
        return total;
    }

    /** From the sums of values and squares: the batch's own statistics, of which the running ones take their part. */
    void takeStatistics() {
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

    /** The statistics as learned. */
    void recall() {
        float[] statistics = tensors.parameters.statistics();
        for (int c = 0; c < channels; c++) {
            batchMean[c] = statistics[mean.offset() + c];
            inverseDeviation[c] = 1 / Math.sqrt(statistics[variance.offset() + c] + Node.BatchNorm.EPSILON);
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

    /** From the sums of gradients, and of gradients times values: the gradients of scale and shift, and of the input. */
    void takeGradients() {
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
