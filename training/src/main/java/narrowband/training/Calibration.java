package narrowband.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.kernels.Grid;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;

/**
 * Sets the ranges of a quantised network before it learns them, from training images (gdnsq 1.7, without its use of test
 * images): those of activations by a {@link Method}, those of weights so that none is clamped.
 *
 * @param method how the ranges of activations are found
 * @param bits where all widths begin
 * @param residuals how fine the residual stream is; a wide one gets a range for what is added to it as well
 */
record Calibration(Method method, int bits, Residuals residuals) {
    /** How the range of an activation quantiser is found. */
    public enum Method {
        /** The mean over batches of the largest magnitude just passes. */
        MIN_MAX,
        /** The range from a quarter of that up to it with the least mean squared rounding error. */
        MSE
    }

    private static final int BATCHES = 16;

    /** Values of a layer that are looked at in a batch. */
    private static final int SAMPLES = 4096;

    /** Ranges that are tried. */
    private static final int CANDIDATES = 33;

    /** What was seen of the tensor in front of a quantiser. */
    private static final class Seen {
        private double largest;
        private float[] values = {};
    }

    /**
     * @param graph the quantised graph
     * @param parameters its parameters, weights already taken over from the floating-point network
     * @param session of the floating-point network
     * @param floating that network, whose layers have the quantisers' names
     */
    void calibrate(Graph graph, Parameters parameters, Graph floating, Session session, ImageFeed feed) {
        Map<String, Seen> seen = look(graph, floating, session, feed);
        for (Node.Quantise quantiser : graph.quantisers()) {
            double max = Math.max(1e-3, seen.get(quantiser.name()).largest);
            float whole = log2(max / (1 - Math.pow(2, -bits)));
            float range = switch (method) {
                case MIN_MAX -> whole;
                case MSE -> leastError(quantiser, seen.get(quantiser.name()).values, whole);
            };
            parameters.set(quantiser.name() + ".range", 0, range);
            parameters.set(quantiser.name() + ".bits", 0, bits);
        }
        for (Weighted layer : graph.weighted()) {
            var range = parameters.layout().parameter(layer.name() + ".range");
            new WeightQuantiser(layer.outputs(), graph.fanIn(layer), range.size())
                    .calibrate(
                            parameters.values(),
                            parameters
                                    .layout()
                                    .parameter(layer.name() + ".weight")
                                    .offset(),
                            range.offset(),
                            bits);
            parameters.set(layer.name() + ".bits", 0, bits);
        }
    }

    /** By the quantiser that owns the grid. */
    private Map<String, Seen> look(Graph graph, Graph floating, Session session, ImageFeed feed) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        int batches = Math.min(BATCHES, feed.stepsPerEpoch());
        float[] scores = new float[0];
        for (int step = 0; step < batches; step++) {
            var batch = feed.plain(0, step);
            if (scores.length == 0) {
                scores = new float[batch.capacity() * graph.classes()];
            }
            session.evaluate(batch, batch.capacity(), scores);
            Map<String, Float> maxima = session.maxima();
            Map<String, Float> largest = new LinkedHashMap<>();
            for (Node node : graph.nodes()) {
                if (node instanceof Node.Quantise quantiser && (quantiser.ownsGrid() || residuals == Residuals.WIDE)) {
                    String layer = floating.has(quantiser.name()) ? quantiser.name() : quantiser.input();
                    largest.merge(quantiser.grid(), maxima.get(layer), Math::max);
                    if (method == Method.MSE) {
                        Seen of = seen.computeIfAbsent(quantiser.grid(), _ -> new Seen());
                        of.values = joined(of.values, session.sample(layer, SAMPLES));
                    }
                }
            }
            largest.forEach(
                    (grid, max) -> seen.computeIfAbsent(grid, _ -> new Seen()).largest += max / (double) batches);
        }
        return seen;
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private float leastError(Node.Quantise quantiser, float[] values, float whole) {
        float best = whole;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < CANDIDATES; i++) {
            float range = whole - 2f * i / (CANDIDATES - 1);
            Grid grid = ActivationQuantiser.grid(range, bits, quantiser.signed());
            double error = 0;
            for (float value : values) {
                double clamped = Math.max(grid.lower(), Math.min(grid.upper(), value));
                double rounded = grid.step() * Math.floor(clamped / grid.step() + 0.5);
                error += (value - rounded) * (value - rounded);
            }
            if (error < least) {
                least = error;
                best = range;
            }
        }
        return best;
    }

    private static float log2(double x) {
        return (float) (Math.log(x) / Math.log(2));
    }
}
