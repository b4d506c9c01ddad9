package narrowband.training;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import narrowband.training.device.Batch;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;

/**
 * Batch norms that stand for the biases of a network whose own were folded into its weights. A step in training normalises by
 * the mean and the deviation of its batch, so that such a norm goes on to compute what it did only if its factor and its
 * addend begin with those that images have.
 */
final class BiasNorms {
    private static final int BATCHES = 16;

    /** What came to each norm. */
    private final Map<String, Moments> seen = new HashMap<>();

    private BiasNorms() {}

    /** Sums over what a layer yields, by channel. */
    private static final class Moments {
        private final double[] sums;
        private final double[] squares;
        private long count;

        Moments(int channels) {
            sums = new double[channels];
            squares = new double[channels];
        }

        void add(float[] values) {
            for (int i = 0; i < values.length; i++) {
                sums[i % sums.length] += values[i];
                squares[i % sums.length] += (double) values[i] * values[i];
            }
            count += values.length / sums.length;
        }
    }

    /**
     * Looks at what comes to the norms of images varied as in training, whose statistics, borders and all, are those of its steps.
     *
     * @param norms their names
     * @param session of the network, in floating point
     * @param epoch whose images they are
     */
    static BiasNorms look(Graph graph, Set<String> norms, Session session, ImageFeed feed, int epoch) {
        BiasNorms biases = new BiasNorms();
        norms.forEach(
                norm -> biases.seen.put(norm, new Moments(graph.shape(norm).channels())));
        for (int step = 0; step < Math.min(BATCHES, feed.stepsPerEpoch()) && !norms.isEmpty(); step++) {
            Batch batch = feed.training(epoch, step);
            session.evaluate(batch, batch.capacity(), new float[batch.capacity() * graph.classes()]);
            biases.seen.forEach((norm, moments) ->
                    moments.add(session.sample(((Node.BatchNorm) graph.node(norm)).input(), Integer.MAX_VALUE)));
        }
        return biases;
    }

    /**
     * Gives the norms the statistics that were seen; scales and shifts change so that the network computes the same. No session
     * may hold the parameters then.
     */
    void anchor(Parameters parameters) {
        seen.forEach((norm, moments) -> anchor(parameters, norm, moments));
    }

    private static void anchor(Parameters parameters, String norm, Moments moments) {
        int means = parameters.layout().statistic(norm + ".mean").offset();
        int variances = parameters.layout().statistic(norm + ".variance").offset();
        for (int c = 0; c < moments.sums.length; c++) {
            double mean = moments.sums[c] / moments.count;
            double variance = Math.max(0, moments.squares[c] / moments.count - mean * mean);
            double factor = parameters.get(norm + ".scale", c)
                    / Math.sqrt(parameters.statistic(norm + ".variance", c) + Node.BatchNorm.EPSILON);
            double constant = parameters.get(norm + ".shift", c) - factor * parameters.statistic(norm + ".mean", c);
            parameters.statistics()[means + c] = (float) mean;
            parameters.statistics()[variances + c] = (float) variance;
            parameters.set(norm + ".scale", c, (float) (factor * Math.sqrt(variance + Node.BatchNorm.EPSILON)));
            parameters.set(norm + ".shift", c, (float) (constant + factor * mean));
        }
    }
}
