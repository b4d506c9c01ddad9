package narrowband.training.gdnsq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.WidthPrices;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;

/**
 * What a network costs for one image, as a function of its widths: bit operations, {@code sum_i MAC_i b_w,i b_a,i} (gdnsq 5.2)
 * and the additions of pooling as if by weights of one bit, or what hardware for it takes. Where the weights' grid may take a bit
 * plane more than the layer's width ({@link narrowband.training.net.WeightGrid#morePlanes}), {@code b_w} is one more. Widths are read from, and gradients
 * added to, flat parameter arrays.
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

    /** A price that depends on the widths at two places; they are the same one where it depends on one width. */
    private record Part(int first, int second, PriceTable price) {}

    /** What bit operations are called in reports. */
    public static final String BIT_OPERATIONS = "bit operations";

    private final List<Term> terms;
    private final List<Part> parts = new ArrayList<>();
    private final String unit;
    private final int parameters;
    private final int morePlanes;
    private final Map<String, Integer> weightWidths = new LinkedHashMap<>();
    private final Map<String, Integer> activationWidths = new LinkedHashMap<>();

    /**
     * The cost in bit operations.
     *
     * @param graph a quantised graph
     */
    public CostModel(Graph graph, ParameterLayout layout) {
        this(graph, layout, BIT_OPERATIONS);
        for (Term term : terms) {
            double[][] products = new double[Budget.MAX_BITS][];
            Arrays.setAll(products, w -> multiples(term.multiplyAccumulates * (w + 1.0 + morePlanes)));
            parts.add(new Part(term.weightBits, term.activationBits, PriceTable.of(products)));
        }
        for (Node node : graph.nodes()) {
            if (node instanceof Node.GlobalAveragePool pool) {
                int bits = width(layout, graph.quantiserBefore(pool).grid());
                parts.add(new Part(
                        bits,
                        bits,
                        PriceTable.ofOne(multiples(graph.shape(pool.input()).size()))));
            }
        }
    }

    /** One for each width, and so many for each bit. */
    private static double[] multiples(double ofBit) {
        double[] prices = new double[Budget.MAX_BITS];
        Arrays.setAll(prices, i -> ofBit * (i + 1));
        return prices;
    }

    /**
     * The cost in a unit of hardware.
     *
     * @param graph a quantised graph
     * @param prices by the names of its layers and quantisers; what has no price costs nothing
     * @param unit what prices are counted in
     */
    public CostModel(Graph graph, ParameterLayout layout, WidthPrices prices, String unit) {
        this(graph, layout, unit);
        for (Term term : terms) {
            double[][] ofLayer = prices.layers().get(term.layer);
            if (ofLayer != null) {
                parts.add(new Part(
                        term.weightBits,
                        term.activationBits,
                        PriceTable.of(Arrays.copyOfRange(ofLayer, morePlanes, ofLayer.length))));
            }
        }
        for (Node.Quantise quantiser : graph.quantisers()) {
            double[] ofThresholds = prices.thresholds().get(quantiser.name());
            if (ofThresholds != null) {
                int bits = width(layout, quantiser.grid());
                parts.add(new Part(bits, bits, PriceTable.ofOne(ofThresholds)));
            }
        }
    }

    private CostModel(Graph graph, ParameterLayout layout, String unit) {
        this.unit = unit;
        parameters = layout.parameterCount();
        morePlanes = graph.weightGrid().morePlanes();
        terms = graph.weighted().stream()
                .map(layer -> term(graph, layout, layer))
                .toList();
        terms.forEach(term -> weightWidths.put(term.layer, term.weightBits));
        graph.quantisers()
                .forEach(quantiser -> activationWidths.put(quantiser.name(), width(layout, quantiser.name())));
    }

    private static int width(ParameterLayout layout, String name) {
        return layout.parameter(name + ".bits").offset();
    }

    private static Term term(Graph graph, ParameterLayout layout, Weighted layer) {
        Node.Quantise quantiser = graph.quantiserBefore(layer);
        return new Term(
                layer.name(),
                quantiser.grid(),
                graph.multiplyAccumulates(layer),
                width(layout, layer.name()),
                width(layout, quantiser.grid()));
    }

    /** The layers with weights, in order. */
    public List<Term> terms() {
        return terms;
    }

    /** What the cost is counted in, in words. */
    public String unit() {
        return unit;
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

    /** The cost with the widths in {@code values}. */
    public double cost(float[] values) {
        double cost = 0;
        for (Part part : parts) {
            cost += part.price.at(values[part.first], values[part.second]);
        }
        return cost;
    }

    /** The cost with the same widths everywhere, fractions allowed; of weights, the planes that they take. */
    public double uniformCost(double weights, double activations) {
        return costOfAll(weights - morePlanes, activations);
    }

    /** The cost with a bit everywhere. */
    public double leastCost() {
        return costOfAll(1, 1);
    }

    private double costOfAll(double weights, double activations) {
        float[] values = new float[parameters];
        Arrays.fill(values, (float) activations);
        weightWidths.values().forEach(place -> values[place] = (float) weights);
        return cost(values);
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
        for (Part part : parts) {
            float first = values[part.first];
            float second = values[part.second];
            gradient[part.first] += (float) (factor * part.price.slopeOfFirst(first, second));
            gradient[part.second] += (float) (factor * part.price.slopeOfSecond(first, second));
        }
    }
}
