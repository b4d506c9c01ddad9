package narrowband.training;

import java.util.Map;
import java.util.TreeMap;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.Parameters;

/**
 * Sets the ranges of a quantised network before it learns them: activations so that the mean of the batches' largest values
 * on training images just passes, weights so that none is clamped (gdnsq 1.7, without its use of test images).
 */
final class Calibration {
    /** Where the widths begin to fall. */
    static final float BITS = 8;

    private static final int BATCHES = 16;

    private Calibration() {}

    /**
     * @param graph the quantised graph
     * @param parameters its parameters, weights already taken over from the floating-point network
     * @param session of the floating-point network, whose layers have the quantisers' names
     */
    static void calibrate(Graph graph, Parameters parameters, Session session, ImageFeed feed) {
        Map<String, Double> largest = new TreeMap<>();
        int batches = Math.min(BATCHES, feed.stepsPerEpoch());
        float[] scores = new float[0];
        for (int step = 0; step < batches; step++) {
            var batch = feed.plain(0, step);
            if (scores.length == 0) {
                scores = new float[batch.capacity() * graph.classes()];
            }
            session.evaluate(batch, batch.capacity(), scores);
            session.maxima().forEach((layer, max) -> largest.merge(layer, max / (double) batches, Double::sum));
        }
        for (Node.Quantise quantiser : graph.quantisers()) {
            double max = Math.max(1e-3, largest.get(quantiser.name()));
            parameters.set(quantiser.name() + ".range", 0, log2(max / (1 - Math.pow(2, -BITS))));
            parameters.set(quantiser.name() + ".bits", 0, BITS);
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
                            BITS);
            parameters.set(layer.name() + ".bits", 0, BITS);
        }
    }

    private static float log2(double x) {
        return (float) (Math.log(x) / Math.log(2));
    }
}
