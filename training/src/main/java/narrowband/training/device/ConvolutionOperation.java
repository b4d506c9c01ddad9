package narrowband.training.device;

import java.util.Arrays;
import java.util.Optional;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.Window;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;

/**
 * A convolution, or a dense layer as a convolution of one position, with its weights quantised where the network is. The
 * gradient for the input is itself a convolution, of the gradient spread out by the stride, with the kernel turned round.
 */
final class ConvolutionOperation implements Operation {
    private static final int FEW_OUTPUTS = 4;

    private final Tensors tensors;
    private final Weighted layer;
    private final int height;
    private final int width;
    private final int channels;
    private final int kernel;
    private final int stride;
    private final int padding;
    private final int outputs;
    private final int taps;
    private final Window window;
    private final Window backWindow;
    private final Slice weight;
    private final Optional<Slice> bias;
    private final Optional<WeightQuantiser> quantiser;
    private final float[] padded;
    private final int paddedSize;
    private final float[] spread;
    private final int spreadColumns;
    private final int spreadSize;
    /** Rounded weights {@code [o][kernel row][kernel column][c]}, and the same in the orders that the kernels read. */
    private final float[] rounded;

    private final float[] byTap;
    private final float[] turned;
    private final float[] roundedBias;
    private final float[] partial;
    private final float[] weightGradient;

    ConvolutionOperation(Tensors tensors, Weighted layer, boolean training) {
        this.tensors = tensors;
        this.layer = layer;
        Shape in = tensors.shape(layer.input());
        Shape out = tensors.shape(layer.name());
        boolean dense = layer instanceof Node.Dense;
        height = dense ? 1 : in.height();
        width = dense ? 1 : in.width();
        channels = dense ? in.size() : in.channels();
        kernel = layer instanceof Node.Convolution c ? c.kernel() : 1;
        stride = layer instanceof Node.Convolution c ? c.stride() : 1;
        padding = layer instanceof Node.Convolution c ? c.padding() : 0;
        outputs = layer.outputs();
        taps = kernel * kernel * channels;
        window = Window.of(out.height(), out.width(), outputs, kernel, channels, width + 2 * padding, stride);
        spreadColumns = width + kernel - 1;
        backWindow = Window.of(height, width, channels, kernel, outputs, spreadColumns, 1);
        weight = tensors.parameter(layer.name() + ".weight");
        bias = dense && ((Node.Dense) layer).bias()
                ? Optional.of(tensors.parameter(layer.name() + ".bias"))
                : Optional.empty();
        quantiser = tensors.graph.isQuantised()
                ? Optional.of(new WeightQuantiser(outputs, taps, tensors.graph.weightRanges(layer)))
                : Optional.empty();
        int batch = tensors.value(layer.name()).length / out.size();
        paddedSize = (height + 2 * padding) * (width + 2 * padding) * channels;
        padded = padding > 0 ? new float[batch * paddedSize] : tensors.value(layer.input());
        boolean back = training && tensors.needsGradient(layer.input());
        spreadSize = (height + kernel - 1) * spreadColumns * outputs;
        spread = back && !isPointwise() ? new float[batch * spreadSize] : new float[0];
        rounded = new float[outputs * taps];
        byTap = new float[outputs * taps];
        turned = new float[back ? outputs * taps : 0];
        roundedBias = new float[outputs];
        int chunks = training ? tensors.capacityInChunks() : 0;
        partial = new float[chunks * outputs * (taps + 1)];
        weightGradient = new float[training ? outputs * taps : 0];
    }

    private boolean isPointwise() {
        return kernel == 1 && stride == 1;
    }

    @Override
    public void forward(Program.Builder program) {
        program.first(this::prepareWeights);
        program.onChunk(this::convolve);
    }

    private void prepareWeights() {
        float[] values = tensors.parameters.values();
        if (quantiser.isPresent()) {
            float bits = values[tensors.parameter(layer.name() + ".bits").offset()];
            int range = tensors.parameter(layer.name() + ".range").offset();
            quantiser.get().quantise(values, weight.offset(), values, range, bits, rounded);
        } else {
            System.arraycopy(values, weight.offset(), rounded, 0, weight.size());
        }
        for (int o = 0; o < outputs; o++) {
            for (int t = 0; t < taps; t++) {
                byTap[t * outputs + o] = rounded[o * taps + t];
            }
        }
        bias.ifPresent(this::prepareBias);
        if (turned.length > 0) {
            turn();
        }
    }

    /** In the integer network the bias adds to accumulators, whose unit is half a weight step times the input's step. */
    private void prepareBias(Slice slice) {
        float[] values = tensors.parameters.values();
        System.arraycopy(values, slice.offset(), roundedBias, 0, outputs);
        if (quantiser.isPresent()) {
            double unit = biasUnit(values);
            for (int o = 0; o < outputs; o++) {
                roundedBias[o] = (float) (unit * Math.floor(roundedBias[o] / unit + 0.5));
            }
        }
    }

    private double biasUnit(float[] values) {
        String grid = tensors.graph.quantiserBefore(layer).grid();
        double input = ActivationQuantiser.step(
                values[tensors.parameter(grid + ".range").offset()],
                values[tensors.parameter(grid + ".bits").offset()]);
        double weights = ActivationQuantiser.step(
                values[tensors.parameter(layer.name() + ".range").offset()],
                values[tensors.parameter(layer.name() + ".bits").offset()]);
        return input * weights / 2;
    }

    private void turn() {
        boolean few = channels < FEW_OUTPUTS;
        for (int o = 0; o < outputs; o++) {
            for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                    int tap = ((kernel - 1 - ky) * kernel + kernel - 1 - kx) * outputs + o;
                    for (int c = 0; c < channels; c++) {
                        float w = rounded[o * taps + (ky * kernel + kx) * channels + c];
                        turned[few ? c * kernel * kernel * outputs + tap : tap * channels + c] = w;
                    }
                }
            }
        }
    }

    private void convolve(int chunk) {
        float[] in = tensors.value(layer.input());
        float[] out = tensors.value(layer.name());
        int row = width * channels;
        int paddedRow = (width + 2 * padding) * channels;
        for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
            if (padding > 0) {
                for (int y = 0; y < height; y++) {
                    System.arraycopy(
                            in,
                            (n * height + y) * row,
                            padded,
                            n * paddedSize + (y + padding) * paddedRow + padding * channels,
                            row);
                }
            }
            tensors.kernels.convolve(padded, n * paddedSize, window, byTap, out, n * window.size());
            if (bias.isPresent()) {
                for (int o = 0; o < outputs; o++) {
                    out[n * outputs + o] += roundedBias[o];
                }
            }
        }
    }

    @Override
    public void backward(Program.Builder program) {
        program.onChunk(this::accumulateWeightGradient);
        if (tensors.needsGradient(layer.input())) {
            program.onChunk(this::inputGradient);
        }
        program.last(this::sumUp);
    }

    private void accumulateWeightGradient(int chunk) {
        float[] g = tensors.gradient(layer.name());
        int at = chunk * outputs * (taps + 1);
        Arrays.fill(partial, at, at + outputs * (taps + 1), 0);
        for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
            tensors.kernels.weightGradient(padded, n * paddedSize, window, g, n * window.size(), partial, at);
            if (bias.isPresent()) {
                for (int o = 0; o < outputs; o++) {
                    partial[at + outputs * taps + o] += g[n * outputs + o];
                }
            }
        }
    }

    private void inputGradient(int chunk) {
        float[] g = tensors.gradient(layer.name());
        float[] out = tensors.gradientFor(layer, layer.input());
        int margin = kernel - 1 - padding;
        for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
            float[] from = g;
            int offset = n * window.size();
            if (!isPointwise()) {
                from = spread;
                offset = n * spreadSize;
                for (int y = 0; y < window.rows(); y++) {
                    for (int x = 0; x < window.columns(); x++) {
                        int to = ((margin + y * stride) * spreadColumns + margin + x * stride) * outputs;
                        System.arraycopy(
                                g,
                                n * window.size() + (y * window.columns() + x) * outputs,
                                spread,
                                offset + to,
                                outputs);
                    }
                }
            }
            if (channels < FEW_OUTPUTS) {
                tensors.kernels.convolveToFew(from, offset, backWindow, turned, out, n * backWindow.size());
            } else {
                tensors.kernels.convolve(from, offset, backWindow, turned, out, n * backWindow.size());
            }
        }
    }

    private void sumUp() {
        int size = outputs * (taps + 1);
        for (int chunk = 1; chunk < tensors.chunks(); chunk++) {
            for (int i = 0; i < size; i++) {
                partial[i] += partial[chunk * size + i];
            }
        }
        for (int o = 0; o < outputs; o++) {
            for (int t = 0; t < taps; t++) {
                weightGradient[o * taps + t] = partial[t * outputs + o];
            }
        }
        float[] gradient = tensors.gradient;
        bias.ifPresent(slice -> System.arraycopy(partial, outputs * taps, gradient, slice.offset(), outputs));
        if (quantiser.isPresent()) {
            quantiser
                    .get()
                    .addGradient(
                            weightGradient,
                            tensors.parameters.values(),
                            gradient,
                            weight.offset(),
                            tensors.parameter(layer.name() + ".range").offset(),
                            tensors.parameter(layer.name() + ".bits").offset());
        } else {
            System.arraycopy(weightGradient, 0, gradient, weight.offset(), weight.size());
        }
    }
}
