package narrowband.training.gdnsq;

import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.WeightCodes;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.WeightGrid;

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
     * @throws InvalidInputException if weights could need more bit planes than hardware has, which would show after training
     */
    public static WidthCaps of(Graph graph, int weights, int activations, int residuals, LayerWidths layers) {
        Map<String, Integer> ofWeights = new LinkedHashMap<>();
        Map<String, Integer> ofActivations = new LinkedHashMap<>();
        for (Node.Quantise quantiser : graph.quantisers()) {
            boolean stream = QuantisedGraph.isOfResidualStream(graph, quantiser);
            ofActivations.put(quantiser.name(), stream ? residuals : activations);
        }
        for (Weighted layer : graph.weighted()) {
            int cap = layers.weights(layer.name()).orElse(weights);
            requirePlanes(graph.weightGrid(), layer, cap);
            ofWeights.put(layer.name(), cap);
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

    private static void requirePlanes(WeightGrid grid, Weighted layer, int cap) {
        int most = WeightCodes.MAX_BITS - grid.morePlanes();
        if (cap > most) {
            throw new InvalidInputException(
                    "Layer %s may have weights of %d bits, but on the grid %s they may take %d bit planes more in hardware, which has %d. Give it %d bits at most with --weight-bits or --layer."
                            .formatted(layer.name(), cap, grid, grid.morePlanes(), WeightCodes.MAX_BITS, most));
        }
    }
}
