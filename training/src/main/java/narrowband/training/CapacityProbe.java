package narrowband.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.Capacity;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.Grid;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/** Measures the quantisers of a network in training. */
final class CapacityProbe {
    /** Values of a tensor that are looked at. */
    private static final int SAMPLES = 1 << 14;

    private CapacityProbe() {}

    /** Of all weights, by layer. */
    static Map<String, Capacity> ofWeights(Graph graph, Parameters parameters) {
        Map<String, Capacity> capacities = new LinkedHashMap<>();
        for (Weighted layer : graph.weighted()) {
            Slice weight = parameters.layout().parameter(layer.name() + ".weight");
            Slice range = parameters.layout().parameter(layer.name() + ".range");
            float[] rounded = new float[weight.size()];
            WeightQuantiser.of(graph, layer)
                    .quantise(
                            parameters.values(),
                            weight.offset(),
                            parameters.values(),
                            range.offset(),
                            parameters.get(layer.name() + ".bits", 0),
                            rounded);
            float[] values = Arrays.copyOfRange(parameters.values(), weight.offset(), weight.offset() + weight.size());
            capacities.put(layer.name(), Capacity.of(values, rounded));
        }
        return capacities;
    }

    /**
     * Of activations, by the quantiser that owns the grid, from what the session evaluated last. What a quantiser cuts off
     * below its lowest code is the ReLU's work and no noise.
     */
    static Map<String, Capacity> ofActivations(Graph graph, Parameters parameters, Session session) {
        Map<String, Capacity> capacities = new LinkedHashMap<>();
        for (Node.Quantise quantiser : graph.quantisers()) {
            Grid grid = ActivationQuantiser.grid(
                    parameters.get(quantiser.name() + ".range", 0),
                    parameters.get(quantiser.name() + ".bits", 0),
                    quantiser.signed());
            float[] values = session.sample(quantiser.input(), SAMPLES);
            float[] rounded = session.sample(quantiser.name(), SAMPLES);
            for (int i = 0; i < values.length; i++) {
                values[i] = quantiser.signed() ? values[i] : Math.max(grid.lower(), values[i]);
            }
            capacities.put(quantiser.name(), Capacity.of(values, rounded));
        }
        return capacities;
    }
}
