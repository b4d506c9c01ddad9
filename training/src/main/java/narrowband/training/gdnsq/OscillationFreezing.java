package narrowband.training.gdnsq;

import java.util.ArrayList;
import java.util.List;
import narrowband.training.net.Graph;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;

/**
 * Freezes weights whose codes go back and forth (Nagel et al. 2022, "Overcoming Oscillations in Quantization-Aware Training",
 * section 4.2): the straight-through gradient of a weight beside a rounding threshold pushes it across again and again. With
 * {@code k_t} the code after update {@code t} and {@code m = 0.01},
 *
 * <pre>
 *   o_t = 1 if k_t differs from k_(t-1), and the other way than when it last changed; else 0
 *   f_t = m o_t + (1 - m) f_(t-1)      how often it turns back
 *   a_t = m k_t + (1 - m) a_(t-1)      where it mostly is
 * </pre>
 *
 * A weight with {@code f_t} above the threshold gets the code nearest to {@code a_t} and keeps it: after every update it is put
 * into the middle of that code's cell, which moves with the range of its channel. For use by one thread.
 */
public final class OscillationFreezing {
    private static final float MOMENTUM = 0.01f;

    /** A layer's places among the parameters, and that of its first weight among all weights. */
    private record Layer(WeightQuantiser quantiser, int weights, int ranges, int bits, int first) {
        int size() {
            return quantiser.channels() * quantiser.size();
        }
    }

    private final List<Layer> layers = new ArrayList<>();
    /** {@code f} of each weight; infinite once it is frozen. */
    private final float[] frequency;
    /** {@code a} of each weight. */
    private final float[] average;
    /** {@code k} of each weight. */
    private final float[] code;
    /** Which way {@code k} last changed: -1 or 1; 0 if it has not. */
    private final float[] direction;
    /** The weights of a layer as they are quantised. */
    private final float[] quantised;

    /**
     * Begins to watch.
     *
     * @param graph the quantised graph
     * @param values its parameters, widths already integers
     */
    public OscillationFreezing(Graph graph, ParameterLayout layout, float[] values) {
        int weights = 0;
        for (Weighted layer : graph.weighted()) {
            ParameterLayout.Slice weight = layout.parameter(layer.name() + ".weight");
            layers.add(new Layer(
                    WeightQuantiser.of(graph, layer),
                    weight.offset(),
                    layout.parameter(layer.name() + ".range").offset(),
                    layout.parameter(layer.name() + ".bits").offset(),
                    weights));
            weights += weight.size();
        }
        frequency = new float[weights];
        code = new float[weights];
        direction = new float[weights];
        quantised = new float[layers.stream().mapToInt(Layer::size).max().orElse(0)];
        for (Layer layer : layers) {
            forEachChannel(layer, values, (from, to, step) -> {
                for (int i = from; i < to; i++) {
                    code[layer.first + i] = code(quantised[i], step);
                }
            });
        }
        average = code.clone();
    }

    /** Weights of a channel, counted from the layer's first, with their step; {@link #quantised} holds the layer. */
    private interface ChannelTask {
        void accept(int from, int to, float step);
    }

    private void forEachChannel(Layer layer, float[] values, ChannelTask task) {
        WeightQuantiser quantiser = layer.quantiser;
        float bits = values[layer.bits];
        quantiser.quantise(values, layer.weights, values, layer.ranges, bits, quantised);
        for (int c = 0; c < quantiser.channels(); c++) {
            float step = quantiser.step(values, layer.weights, values, layer.ranges, bits, c);
            task.accept(c * quantiser.size(), (c + 1) * quantiser.size(), step);
        }
    }

    /** The {@code k} of a quantised weight {@code s (k + 1/2)}. */
    private static int code(float quantised, float step) {
        return Math.round(quantised / step - 0.5f);
    }

    /**
     * Looks at the codes after an update, freezes what turns back too often, and puts what is frozen into its place.
     *
     * @param values all parameters; weights that are frozen are changed
     * @param threshold above which {@code f} freezes
     */
    public void afterUpdate(float[] values, double threshold) {
        for (Layer layer : layers) {
            forEachChannel(layer, values, (from, to, step) -> {
                for (int i = from; i < to; i++) {
                    int at = layer.first + i;
                    int place = layer.weights + i;
                    if (frequency[at] < Float.POSITIVE_INFINITY) {
                        watch(at, code(quantised[i], step));
                        if (frequency[at] > threshold) {
                            frequency[at] = Float.POSITIVE_INFINITY;
                            code[at] = Math.round(average[at]);
                        }
                    }
                    if (frequency[at] == Float.POSITIVE_INFINITY) {
                        values[place] = step * (code[at] + 0.5f);
                    }
                }
            });
        }
    }

    private void watch(int at, int now) {
        float change = Math.signum(now - code[at]);
        boolean turned = change * direction[at] < 0;
        frequency[at] = (turned ? MOMENTUM : 0) + (1 - MOMENTUM) * frequency[at];
        average[at] = MOMENTUM * now + (1 - MOMENTUM) * average[at];
        direction[at] = change == 0 ? direction[at] : change;
        code[at] = now;
    }

    /** How many weights are frozen. */
    public int frozen() {
        int frozen = 0;
        for (float f : frequency) {
            frozen += f == Float.POSITIVE_INFINITY ? 1 : 0;
        }
        return frozen;
    }

    /** All that is remembered, live: filled with what another of the same network remembered, this goes on as that would. */
    public List<float[]> memory() {
        return List.of(frequency, average, code, direction);
    }
}
