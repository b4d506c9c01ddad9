package narrowband.training.gdnsq;

import java.util.List;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;

/**
 * What a network costs on a bit-serial engine: bit operations for one image, {@code sum_i MAC_i b_w,i b_a,i} (gdnsq 5.2).
 * Widths are read from, and gradients added to, flat parameter arrays.
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

    private final List<Term> terms;

    /** @param graph a quantised graph */
    public CostModel(Graph graph, ParameterLayout layout) {
        this.terms = graph.weighted().stream()
                .map(layer -> term(graph, layout, layer))
                .toList();
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

    /** Multiply-accumulates of all layers for one image. */
    public long multiplyAccumulates() {
        return terms.stream().mapToLong(Term::multiplyAccumulates).sum();
    }

    /** The cost with the widths in {@code values}, in bit operations. */
    public double cost(float[] values) {
        double cost = 0;
        for (Term term : terms) {
            cost += (double) term.multiplyAccumulates * values[term.weightBits] * values[term.activationBits];
        }
        return cost;
    }

    /** Adds {@code factor * dcost/db} to the gradient of each width. */
    void addGradient(float[] values, double factor, float[] gradient) {
        for (Term term : terms) {
            gradient[term.weightBits] += (float) (factor * term.multiplyAccumulates * values[term.activationBits]);
            gradient[term.activationBits] += (float) (factor * term.multiplyAccumulates * values[term.weightBits]);
        }
    }
}
