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
 * @param method how ranges are found
 * @param residuals how fine the residual stream is; a wide one gets a range for what is added to it as well
 */
record Calibration(Method method, Residuals residuals) {
    /** How the range of a quantiser is found. */
    public enum Method {
        /** The mean over batches of the largest magnitude just passes. */
        MIN_MAX,
        /**
         * The range, from an eighth of that up to it, with the least mean squared rounding error; found again, for weights as
         * well, when widths become integers.
         */
        MSE
    }

    private static final int BATCHES = 16;

    /** Values of a layer that are looked at in a batch. */
    private static final int SAMPLES = 4096;

    /** Ranges that are tried, {@code 2^(-1/16)} apart. */
    private static final int CANDIDATES = 49;

    private static final float APART = 1 / 16f;

    /** What was seen of the tensor in front of a quantiser. */
    private static final class Seen {
        private double largest;
        private float[] values = {};
    }

    /** The layer whose tensor stands in front of a quantiser. */
    private interface Source {
        String of(Node.Quantise quantiser);
    }

    /**
     * Sets all widths and ranges.
     *
     * @param graph the quantised graph
     * @param parameters its parameters, weights already taken over from the floating-point network
     * @param bits where all widths begin
     * @param session of the floating-point network
     * @param floating that network, whose layers have the quantisers' names
     */
    void calibrate(Graph graph, Parameters parameters, int bits, Graph floating, Session session, ImageFeed feed) {
        graph.quantisers().forEach(quantiser -> parameters.set(quantiser.name() + ".bits", 0, bits));
        setActivations(
                graph,
                parameters,
                session,
                feed,
                quantiser -> floating.has(quantiser.name()) ? quantiser.name() : quantiser.input());
        for (Weighted layer : graph.weighted()) {
            WeightQuantiser.of(graph, layer)
                    .calibrate(parameters.values(), weights(parameters, layer), ranges(parameters, layer), bits);
            parameters.set(layer.name() + ".bits", 0, bits);
        }
    }

    /**
     * Sets the ranges anew for widths that have become integers, if the method says so.
     *
     * @param session of the quantised network
     */
    void recalibrate(Graph graph, Parameters parameters, Session session, ImageFeed feed) {
        if (method == Method.MIN_MAX) {
            return;
        }
        setActivations(graph, parameters, session, feed, Node.Quantise::input);
        for (Weighted layer : graph.weighted()) {
            WeightQuantiser.of(graph, layer)
                    .calibrateLeastError(
                            parameters.values(),
                            weights(parameters, layer),
                            ranges(parameters, layer),
                            parameters.get(layer.name() + ".bits", 0),
                            CANDIDATES,
                            APART);
        }
    }

    private static int weights(Parameters parameters, Weighted layer) {
        return parameters.layout().parameter(layer.name() + ".weight").offset();
    }

    private static int ranges(Parameters parameters, Weighted layer) {
        return parameters.layout().parameter(layer.name() + ".range").offset();
    }

    private void setActivations(Graph graph, Parameters parameters, Session session, ImageFeed feed, Source source) {
        Map<String, Seen> seen = look(graph, session, feed, source);
        for (Node.Quantise quantiser : graph.quantisers()) {
            float bits = parameters.get(quantiser.name() + ".bits", 0);
            double max = Math.max(1e-3, seen.get(quantiser.name()).largest);
            float whole = (float) (Math.log(max / (1 - Math.pow(2, -bits))) / Math.log(2));
            float range = switch (method) {
                case MIN_MAX -> whole;
                case MSE -> leastError(quantiser, seen.get(quantiser.name()).values, whole, bits);
            };
            parameters.set(quantiser.name() + ".range", 0, range);
        }
    }

    /** By the quantiser that owns the grid. */
    private Map<String, Seen> look(Graph graph, Session session, ImageFeed feed, Source source) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        int batches = Math.min(BATCHES, feed.stepsPerEpoch());
        float[] scores = new float[0];
        for (int step = 0; step < batches; step++) {
            var batch = feed.plain(0, step);
            if (scores.length == 0) {
                scores = new float[batch.capacity() * graph.classes()];
            }
            session.evaluate(batch, batch.capacity(), scores);
            Map<String, Float> maxima = method == Method.MIN_MAX ? session.maxima() : Map.of();
            Map<String, Float> largest = new LinkedHashMap<>();
            for (Node node : graph.nodes()) {
                if (node instanceof Node.Quantise quantiser && (quantiser.ownsGrid() || residuals == Residuals.WIDE)) {
                    Seen of = seen.computeIfAbsent(quantiser.grid(), _ -> new Seen());
                    float max;
                    if (method == Method.MIN_MAX) {
                        max = maxima.get(source.of(quantiser));
                    } else {
                        float[] sample = session.sample(source.of(quantiser), SAMPLES);
                        of.values = joined(of.values, sample);
                        max = largest(sample);
                    }
                    largest.merge(quantiser.grid(), max, Math::max);
                }
            }
            largest.forEach((grid, max) -> seen.get(grid).largest += max / (double) batches);
        }
        return seen;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static float leastError(Node.Quantise quantiser, float[] values, float whole, float bits) {
        float best = whole;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < CANDIDATES; i++) {
            float range = whole - APART * i;
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
}
