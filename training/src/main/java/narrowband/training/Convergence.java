package narrowband.training;

import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.gdnsq.WidthCaps;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;

/**
 * How far the codes of a quantised network reach: {@code log2(k_max - k_min + 1)} bits (gdnsq 1.2). The method calls a network
 * converged when no layer's codes reach further than its cap, whatever the real widths that it learns with.
 *
 * @param weights the widest channel of each layer
 * @param activations of each quantiser that owns a grid, a sign not counted
 */
record Convergence(Map<String, Double> weights, Map<String, Double> activations) {
    /** Values of a tensor that are looked at. */
    private static final int SAMPLES = 1 << 14;

    /** What is left for the rounding of logarithms; codes that reach a step further lie above. */
    private static final double EPSILON = 1e-6;

    /** Of all weights, and of the activations that the session evaluated last. */
    static Convergence of(Graph graph, Parameters parameters, Session session) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (Weighted layer : graph.weighted()) {
            weights.put(layer.name(), ofWeights(graph, parameters, layer));
        }
        Map<String, Double> activations = new LinkedHashMap<>();
        for (Node.Quantise quantiser : graph.quantisers()) {
            float step = ActivationQuantiser.step(
                    parameters.get(quantiser.name() + ".range", 0), parameters.get(quantiser.name() + ".bits", 0));
            float[] values = session.sample(quantiser.name(), SAMPLES);
            activations.put(quantiser.name(), reach(values, 0, values.length, step) - (quantiser.signed() ? 1 : 0));
        }
        return new Convergence(weights, activations);
    }

    private static double ofWeights(Graph graph, Parameters parameters, Weighted layer) {
        WeightQuantiser quantiser = WeightQuantiser.of(graph, layer);
        float[] values = parameters.values();
        int weights = parameters.layout().parameter(layer.name() + ".weight").offset();
        int ranges = parameters.layout().parameter(layer.name() + ".range").offset();
        float bits = parameters.get(layer.name() + ".bits", 0);
        float[] rounded = new float[quantiser.channels() * quantiser.size()];
        quantiser.quantise(values, weights, values, ranges, bits, rounded);
        double widest = 0;
        for (int c = 0; c < quantiser.channels(); c++) {
            float step = quantiser.step(values, weights, values, ranges, bits, c);
            widest = Math.max(widest, reach(rounded, c * quantiser.size(), (c + 1) * quantiser.size(), step));
        }
        return widest;
    }

    private static double reach(float[] values, int from, int to, float step) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        return Math.log(Math.round((most - least) / step) + 1.0) / Math.log(2);
    }

    /** Whether no layer's codes reach further than its cap. */
    boolean isWithin(WidthCaps caps) {
        return isWithin(weights, caps.weights()) && isWithin(activations, caps.activations());
    }

    private static boolean isWithin(Map<String, Double> reaches, Map<String, Integer> caps) {
        return reaches.entrySet().stream().allMatch(reach -> reach.getValue() <= caps.get(reach.getKey()) + EPSILON);
    }
}
