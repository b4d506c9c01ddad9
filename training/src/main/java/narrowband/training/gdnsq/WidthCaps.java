package narrowband.training.gdnsq;

import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * The widest that each width may end: {@code T_w} and {@code T_a} of the method (gdnsq 1.4), layer by layer.
 *
 * @param weights bits by layer with weights
 * @param activations bits by quantiser that owns a grid, a sign not counted
 */
public record WidthCaps(Map<String, Integer> weights, Map<String, Integer> activations) {
    public WidthCaps {
        weights = Map.copyOf(weights);
        activations = Map.copyOf(activations);
    }

    /** One cap for all weights and one for all activations. */
    public static WidthCaps uniform(CostModel cost, int weights, int activations) {
        Map<String, Integer> ofWeights = new LinkedHashMap<>();
        Map<String, Integer> ofActivations = new LinkedHashMap<>();
        cost.weightWidths().keySet().forEach(layer -> ofWeights.put(layer, weights));
        cost.activationWidths().keySet().forEach(quantiser -> ofActivations.put(quantiser, activations));
        return new WidthCaps(ofWeights, ofActivations);
    }

    /**
     * The caps of a quantised graph.
     *
     * @param weights of all layers that have no width of their own
     * @param activations of what those layers take in
     * @param residuals of the residual stream
     * @param layers the widths of single layers, of their weights and of what they take in
     */
    public static WidthCaps of(Graph graph, int weights, int activations, int residuals, LayerWidths layers) {
        Map<String, Integer> ofWeights = new LinkedHashMap<>();
        Map<String, Integer> ofActivations = new LinkedHashMap<>();
        for (Node.Quantise quantiser : graph.quantisers()) {
            boolean stream = QuantisedGraph.isOfResidualStream(graph, quantiser);
            ofActivations.put(quantiser.name(), stream ? residuals : activations);
        }
        for (Weighted layer : graph.weighted()) {
            ofWeights.put(layer.name(), layers.weights(layer.name()).orElse(weights));
        }
        // Where several layers share a quantiser, the one that asks for most decides.
        Map<String, Integer> asked = new LinkedHashMap<>();
        for (Weighted layer : graph.weighted()) {
            layers.activations(layer.name())
                    .ifPresent(bits -> asked.merge(graph.quantiserBefore(layer).grid(), bits, Math::max));
        }
        ofActivations.putAll(asked);
        return new WidthCaps(ofWeights, ofActivations);
    }
}
