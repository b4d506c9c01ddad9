package narrowband.training.device;

import java.util.Arrays;
import java.util.Optional;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.BlockedImage;
import narrowband.training.kernels.FairCoins;
import narrowband.training.kernels.Kernels;
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
    /** Whether each channel is convolved by itself. */
    private final boolean depthwise;

    private final int taps;
    private final Window window;
    private final Window backWindow;
    /** The input and the gradient of the output as the kernels for 3x3 convolutions take them, where they can. */
    private final BlockedImage image;

    private final BlockedImage gradientImage;
    private final boolean blocked;
    private final boolean blockedBack;
    private final float[] in;
    private final float[] out;
    /** Where the gradient of the output comes from and that of the input goes to; nothing where it is not wanted. */
    private final Optional<float[]> outGradient;

    private final Optional<float[]> inGradient;
    private final Slice weight;
    private final Optional<Slice> bias;
    private final int range;
    private final int bits;
    /** Where range and width of the input's quantiser lie, for the rounding of a bias. */
    private final int inputRange;

    private final int inputBits;
    private final Optional<WeightQuantiser> quantiser;
    private final int paddedSize;
    private final int spreadColumns;
    private final int spreadSize;
    /** Rounded weights {@code [o][kernel row][kernel column][c]}, and the same in the orders that the kernels read. */
    private final float[] rounded;

    private final float[] ordered;
    private final float[] turned;
    private final int[] places;
    private final int[] turnedPlaces;
    private final float[] roundedBias;
    private final float[] partial;
    private final float[] weightGradient;

    ConvolutionOperation(Tensors tensors, Weighted layer, boolean training) {
        this.tensors = tensors;
        this.layer = layer;
        Shape inShape = tensors.shape(layer.input());
        Shape outShape = tensors.shape(layer.name());
        boolean dense = layer instanceof Node.Dense;
        height = dense ? 1 : inShape.height();
        width = dense ? 1 : inShape.width();
        channels = dense ? inShape.size() : inShape.channels();
        kernel = layer instanceof Node.Convolution c ? c.kernel() : 1;
        stride = layer instanceof Node.Convolution c ? c.stride() : 1;
        padding = layer instanceof Node.Convolution c ? c.padding() : 0;
        outputs = layer.outputs();
        depthwise = layer instanceof Node.Convolution c && c.isDepthwise();
        taps = tensors.graph.fanIn(layer);
        window = Window.of(outShape.height(), outShape.width(), outputs, kernel, channels, width + 2 * padding, stride);
        spreadColumns = width + kernel - 1;
        backWindow = Window.of(height, width, channels, kernel, outputs, spreadColumns, 1);
        boolean suits = !depthwise
                && kernel == 3
                && padding < kernel
                && channels % BlockedImage.BLOCK == 0
                && outputs % BlockedImage.BLOCK == 0;
        blocked = suits && stride == 1 && outShape.width() >= Kernels.TILE;
        blockedBack = suits && width >= Kernels.TILE;
        image = new BlockedImage(height, width, channels, padding);
        int margin = kernel - 1 - padding;
        gradientImage =
                new BlockedImage(height + kernel - 1 - 2 * margin, width + kernel - 1 - 2 * margin, outputs, margin);
        weight = tensors.parameter(layer.name() + ".weight");
        bias = dense && ((Node.Dense) layer).bias()
                ? Optional.of(tensors.parameter(layer.name() + ".bias"))
                : Optional.empty();
        quantiser =
                tensors.graph.isQuantised() ? Optional.of(WeightQuantiser.of(tensors.graph, layer)) : Optional.empty();
        boolean quantised = quantiser.isPresent();
        range = quantised ? tensors.parameter(layer.name() + ".range").offset() : -1;
        bits = quantised ? tensors.parameter(layer.name() + ".bits").offset() : -1;
        String grid = quantised ? tensors.graph.quantiserBefore(layer).grid() : "";
        inputRange = quantised ? tensors.parameter(grid + ".range").offset() : -1;
        inputBits = quantised ? tensors.parameter(grid + ".bits").offset() : -1;
        paddedSize = (height + 2 * padding) * (width + 2 * padding) * channels;
        in = tensors.value(layer.input());
        out = tensors.value(layer.name());
        boolean back = training && tensors.needsGradient(layer.input());
        outGradient = training ? Optional.of(tensors.gradient(layer.name())) : Optional.empty();
        inGradient = back ? Optional.of(tensors.gradientFor(layer, layer.input())) : Optional.empty();
        spreadSize = (height + kernel - 1) * spreadColumns * outputs;
        tensors.reserve(padding > 0 || blocked ? paddedSize : 0, back && !isPointwise() || blocked ? spreadSize : 0);
        rounded = new float[outputs * taps];
        ordered = new float[outputs * taps];
        turned = new float[back ? outputs * taps : 0];
        places = new int[ordered.length];
        turnedPlaces = new int[turned.length];
        planPlaces();
        roundedBias = new float[outputs];
        int chunks = training ? tensors.capacityInChunks() : 0;
        partial = new float[chunks * outputs * (taps + 1)];
        weightGradient = new float[training ? outputs * taps : 0];
    }

    private boolean isPointwise() {
        return kernel == 1 && stride == 1 && padding == 0;
    }

    @Override
    public void forward(Program.Builder program) {
        program.first(this::prepareWeights);
        program.onChunk(this::convolve);
    }

    private void prepareWeights() {
        if (quantiser.isPresent()) {
            float[] values = tensors.parameters.values();
            quantiser.get().quantise(values, weight.offset(), values, range, values[bits], rounded);
            order();
        } else if (!isOrdered()) {
            System.arraycopy(tensors.parameters.values(), weight.offset(), rounded, 0, weight.size());
            order();
        }
        bias.ifPresent(this::prepareBias);
    }

    /** Whether weights that are not quantised are those of the last time, as in all evaluations between two steps. */
    private boolean isOrdered() {
        int end = weight.offset() + weight.size();
        return Arrays.equals(tensors.parameters.values(), weight.offset(), end, rounded, 0, weight.size());
    }

    private void order() {
        for (int o = 0; o < outputs; o++) {
            for (int t = 0; t < taps; t++) {
                ordered[places[o * taps + t]] = rounded[o * taps + t];
            }
        }
        if (turned.length > 0) {
            turn();
        }
    }

    /** In the integer network the bias adds to accumulators, whose unit is half a weight step times the input's step. */
    private void prepareBias(Slice slice) {
        float[] values = tensors.parameters.values();
        System.arraycopy(values, slice.offset(), roundedBias, 0, outputs);
        if (quantiser.isPresent() && quantiser.get().grid().hasIntegers()) {
            double unit = biasUnit(values);
            for (int o = 0; o < outputs; o++) {
                roundedBias[o] = (float) (unit * Math.floor(roundedBias[o] / unit + 0.5));
            }
        }
    }

    private double biasUnit(float[] values) {
        double input = ActivationQuantiser.step(values[inputRange], values[inputBits]);
        double weights = quantiser.orElseThrow().step(values, weight.offset(), values, range, values[bits], 0);
        return input * weights / 2;
    }

    private void turn() {
        for (int i = 0; i < turned.length; i++) {
            turned[turnedPlaces[i]] = rounded[i];
        }
    }

    /** For each weight, where the kernels have it: the one that runs forwards, and the one that runs backwards. */
    private void planPlaces() {
        for (int i = 0; i < places.length; i++) {
            int o = i / taps;
            int seen = depthwise ? 1 : channels;
            int at = i % taps / seen;
            int c = depthwise ? o : i % channels;
            places[i] = place(o, at / kernel, at % kernel, c);
            if (turned.length > 0) {
                turnedPlaces[i] = placeTurned(o, kernel - 1 - at / kernel, kernel - 1 - at % kernel, c);
            }
        }
    }

    private int place(int output, int row, int column, int channel) {
        if (depthwise) {
            return (row * kernel + column) * channels + channel;
        }
        return blocked
                ? image.weight(output, row, column, channel)
                : ((row * kernel + column) * channels + channel) * outputs + output;
    }

    private int placeTurned(int output, int row, int column, int channel) {
        if (depthwise) {
            return place(output, row, column, channel);
        }
        if (blockedBack) {
            return gradientImage.weight(channel, row, column, output);
        }
        int tap = (row * kernel + column) * outputs + output;
        return channels < FEW_OUTPUTS ? channel * kernel * kernel * outputs + tap : tap * channels + channel;
    }

    private void convolve(int chunk, int worker) {
        float[] scratch = tensors.imageScratch(worker);
        for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
            if (blocked) {
                tensors.kernels.block(in, n * height * width * channels, 1, image, scratch);
                tensors.kernels.convolve3x3(scratch, image, 1, outputs, ordered, out, n * window.size());
            } else {
                convolvePadded(n, scratch);
            }
            if (bias.isPresent()) {
                for (int o = 0; o < outputs; o++) {
                    out[n * outputs + o] += roundedBias[o];
                }
            }
        }
    }

    private void convolvePadded(int n, float[] scratch) {
        if (padding > 0) {
            pad(n, scratch);
        }
        float[] from = padding > 0 ? scratch : in;
        int offset = padding > 0 ? 0 : n * paddedSize;
        if (depthwise) {
            tensors.kernels.depthwise(from, offset, window, ordered, out, n * window.size());
        } else {
            tensors.kernels.convolve(from, offset, window, ordered, out, n * window.size());
        }
    }

    private void pad(int n, float[] padded) {
        int row = width * channels;
        int paddedRow = row + 2 * padding * channels;
        Arrays.fill(padded, 0, paddedSize, 0);
        for (int y = 0; y < height; y++) {
            System.arraycopy(in, (n * height + y) * row, padded, (y + padding) * paddedRow + padding * channels, row);
        }
    }

    @Override
    public void backward(Program.Builder program) {
        program.onChunk(this::gradients);
        program.lastAlone(this::sumUp);
    }

    private void gradients(int chunk, int worker) {
        float[] g = outGradient.orElseThrow();
        float[] scratch = tensors.gradientScratch(worker);
        boolean back = inGradient.isPresent();
        int at = chunk * outputs * (taps + 1);
        Arrays.fill(partial, at, at + outputs * (taps + 1), 0);
        for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
            if (blocked || back && blockedBack) {
                tensors.kernels.block(g, n * window.size(), stride, gradientImage, scratch);
            } else if (back && !isPointwise()) {
                spread(g, n, scratch);
            }
            accumulateWeightGradient(g, n, at, worker);
            if (back) {
                inputGradient(g, n, scratch, inGradient.get());
            }
        }
    }

    private void accumulateWeightGradient(float[] g, int n, int at, int worker) {
        float[] scratch = tensors.imageScratch(worker);
        if (blocked) {
            tensors.kernels.block(in, n * height * width * channels, 1, image, scratch);
            tensors.kernels.weightGradient3x3(
                    scratch, image, tensors.gradientScratch(worker), gradientImage, partial, at);
        } else {
            if (padding > 0) {
                pad(n, scratch);
            }
            float[] from = padding > 0 ? scratch : in;
            int offset = padding > 0 ? 0 : n * paddedSize;
            if (depthwise) {
                tensors.kernels.depthwiseWeightGradient(from, offset, window, g, n * window.size(), partial, at);
            } else {
                tensors.kernels.weightGradient(from, offset, window, g, n * window.size(), partial, at);
            }
        }
        if (bias.isPresent()) {
            for (int o = 0; o < outputs; o++) {
                partial[at + outputs * taps + o] += g[n * outputs + o];
            }
        }
    }

    private void inputGradient(float[] g, int n, float[] scratch, float[] to) {
        int at = n * backWindow.size();
        if (blockedBack) {
            tensors.kernels.convolve3x3(scratch, gradientImage, stride, channels, turned, to, at);
            return;
        }
        float[] from = isPointwise() ? g : scratch;
        int offset = isPointwise() ? n * window.size() : 0;
        if (depthwise) {
            tensors.kernels.depthwise(from, offset, backWindow, turned, to, at);
        } else if (channels < FEW_OUTPUTS) {
            tensors.kernels.convolveToFew(from, offset, backWindow, turned, to, at);
        } else {
            tensors.kernels.convolve(from, offset, backWindow, turned, to, at);
        }
    }

    /** Puts the gradient where the stride had taken it from, with margin; windows that saw nothing but padding are left out. */
    private void spread(float[] g, int n, float[] to) {
        int margin = kernel - 1 - padding;
        Arrays.fill(to, 0, spreadSize, 0);
        for (int y = 0; y < window.rows(); y++) {
            int row = margin + y * stride;
            for (int x = 0; x < window.columns() && row >= 0 && row < height + kernel - 1; x++) {
                int column = margin + x * stride;
                if (column >= 0 && column < spreadColumns) {
                    System.arraycopy(
                            g,
                            n * window.size() + (y * window.columns() + x) * outputs,
                            to,
                            (row * spreadColumns + column) * outputs,
                            outputs);
                }
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
                weightGradient[o * taps + t] = partial[places[o * taps + t]];
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
                            range,
                            bits,
                            tossed());
        } else {
            System.arraycopy(weightGradient, 0, gradient, weight.offset(), weight.size());
        }
    }

    /** {@code sum r g} of each channel where there is noise, else nothing. */
    private double[] tossed() {
        if (!tensors.noise.isOn()) {
            return new double[0];
        }
        long key = tensors.noise.key(layer.name() + ".weight");
        double[] sums = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            sums[o] = tensors.noise.dither().magnitude() * FairCoins.sum(weightGradient, o * taps, taps, key);
        }
        return sums;
    }
}
