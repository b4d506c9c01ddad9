package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import narrowband.accel.network.Shape;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.Batch;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.Test;

/** A network whose batch norms were folded into its weights goes on to compute the same when a step normalises by its batch. */
class BiasNormsTest {
    private static final int BATCH = 256;

    private final Graph graph = Models.named("tiny", new Shape(28, 28, 1), 10);
    private final Parameters parameters = Parameters.initial(graph, 1);
    private final DataSet data = DataSource.parse("strokes").load(1);
    private final ImageFeed feed = new ImageFeed(data, 1, BATCH);
    private final Set<String> norms = graph.nodes().stream()
            .filter(Node.BatchNorm.class::isInstance)
            .map(Node::name)
            .collect(Collectors.toSet());

    /** Norms that are biases alone, and weights far from normalised. */
    private void fold() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] *= 3;
        }
        for (String norm : norms) {
            for (int c = 0; c < graph.shape(norm).channels(); c++) {
                parameters.set(norm + ".scale", c, 1);
                parameters.set(norm + ".shift", c, (float) random.nextDouble(-2, 2));
            }
        }
    }

    private float[] scores(Session session, Batch batch) {
        float[] scores = new float[BATCH * graph.classes()];
        session.evaluate(batch, BATCH, scores);
        return scores;
    }

    /** The root mean square of the difference, against that of the first. */
    private static double difference(float[] scores, float[] others) {
        double squares = 0;
        double whole = 0;
        for (int i = 0; i < scores.length; i++) {
            squares += (scores[i] - others[i]) * (double) (scores[i] - others[i]);
            whole += scores[i] * (double) scores[i];
        }
        return Math.sqrt(squares / whole);
    }

    @Test
    void anchoredNormsComputeTheSameAsLearnedAndAsInAStep() {
        fold();
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            Session session = device.open(graph, parameters, Optional.empty(), BATCH);
            float[] before = scores(session, feed.plain(0, 0));
            Parameters loose = parameters.copy();

            BiasNorms.look(graph, norms, session, feed, 1).anchor(parameters);
            assertThat(difference(before, scores(session, feed.plain(0, 0)))).isLessThan(1e-4);
            // What a step computes: with the statistics of its batch in place of those that were learned.
            session.observe(feed.training(0, 1), 1);
            assertThat(difference(before, scores(session, feed.plain(0, 0)))).isLessThan(0.1);

            Session ofLoose = device.open(graph, loose, Optional.empty(), BATCH);
            ofLoose.observe(feed.training(0, 1), 1);
            assertThat(difference(before, scores(ofLoose, feed.plain(0, 0)))).isGreaterThan(0.5);
        }
    }
}
