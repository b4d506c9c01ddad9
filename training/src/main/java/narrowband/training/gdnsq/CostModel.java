package narrowband.training.gdnsq;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;

/**
 * What a network costs on a bit-serial engine: bit operations for one image, {@code sum_i MAC_i b_w,i b_a,i} (gdnsq 5.2),
 * and the additions of pooling as if by weights of one bit. Where the weights' grid may take a bit plane more than the layer's
 * width ({@link narrowband.training.net.WeightGrid#morePlanes}), {@code b_w} is one more. Widths are read from, and gradients added to, flat parameter arrays.
 */
public final class CostModel {
    /**
     * One layer's part.
     *
     * @param layer its name
     * @param quantiser the name of the activation quantiser before it
     * @param multiplyAccumulates for one image
     * @param weightBits where the width of its weights lies among the parameters
     * @param activationBits where the width of its input lies
     */
    public record Term(String layer, String quantiser, long multiplyAccumulates, int weightBits, int activationBits) {}

    /** A pooling sum: {@code additions} of codes whose width lies at {@code activationBits}. */
    private record Sum(long additions, int activationBits) {}

    private final List<Term> terms;
    private final int morePlanes;
    private final List<Sum> sums;
    private final Map<String, Integer> weightWidths = new LinkedHashMap<>();
    private final Map<String, Integer> activationWidths = new LinkedHashMap<>();

    /** @param graph a quantised graph */
    public CostModel(Graph graph, ParameterLayout layout) {
        this.morePlanes = graph.weightGrid().morePlanes();
        this.terms = graph.weighted().stream()
                .map(layer -> term(graph, layout, layer))
                .toList();
        this.sums = graph.nodes().stream()
                .filter(Node.GlobalAveragePool.class::isInstance)
                .map(Node.GlobalAveragePool.class::cast)
                .map(pool -> new Sum(
                        graph.shape(pool.input()).size(),
                        layout.parameter(graph.quantiserBefore(pool).grid() + ".bits")
                                .offset()))
                .toList();
        terms.forEach(term -> weightWidths.put(term.layer, term.weightBits));
        graph.quantisers()
                .forEach(quantiser -> activationWidths.put(
                        quantiser.name(),
                        layout.parameter(quantiser.name() + ".bits").offset()));
    }

    private static Term term(Graph graph, ParameterLayout layout, Weighted layer) {
        Node.Quantise quantiser = graph.quantiserBefore(layer);
        return new Term(
                layer.name(),
                quantiser.grid(),
                graph.multiplyAccumulates(layer),
                layout.parameter(layer.name() + ".bits").offset(),
                layout.parameter(quantiser.grid() + ".bits").offset());
    }

    /** The layers with weights, in order. */
    public List<Term> terms() {
        return terms;
    }

    /** Where the width of each layer's weights lies among the parameters, by layer, in order. */
    public Map<String, Integer> weightWidths() {
        return Collections.unmodifiableMap(weightWidths);
    }

    /** Where the width of each activation quantiser lies, by quantiser, in order. */
    public Map<String, Integer> activationWidths() {
        return Collections.unmodifiableMap(activationWidths);
    }

    /** Multiply-accumulates of all layers for one image. */
    public long multiplyAccumulates() {
        return terms.stream().mapToLong(Term::multiplyAccumulates).sum();
    }

    /** The cost with the widths in {@code values}, in bit operations. */
    public double cost(float[] values) {
        double cost = 0;
        for (Term term : terms) {
            cost += (double) term.multiplyAccumulates * planes(values, term) * values[term.activationBits];
        }
        for (Sum sum : sums) {
            cost += (double) sum.additions * values[sum.activationBits];
        }
        return cost;
    }

    private float planes(float[] values, Term term) {
        return values[term.weightBits] + morePlanes;
    }

    /** The cost with the same widths everywhere, fractions allowed. */
    public double uniformCost(double weights, double activations) {
        long additions = sums.stream().mapToLong(Sum::additions).sum();
        return multiplyAccumulates() * weights * activations + additions * activations;
    }

    /** The mean over layers of the widths of weights, unweighted. */
    public double meanWeightBits(float[] values) {
        double sum = 0;
        for (Term term : terms) {
            sum += values[term.weightBits];
        }
        return sum / terms.size();
    }

    /** Adds {@code factor * dcost/db} to the gradient of each width. */
    void addGradient(float[] values, double factor, float[] gradient) {
        for (Term term : terms) {
            gradient[term.weightBits] += (float) (factor * term.multiplyAccumulates * values[term.activationBits]);
            gradient[term.activationBits] += (float) (factor * term.multiplyAccumulates * planes(values, term));
        }
        for (Sum sum : sums) {
            gradient[sum.activationBits] += (float) (factor * sum.additions);
        }
    }
}
