package narrowband.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import narrowband.accel.network.Shape;
import narrowband.training.device.Batch;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.WidthCaps;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Parameters;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
    private final Graph graph = QuantisedGraph.of(Models.named("mlp", new Shape(4, 4, 1), 3));
    private final Parameters parameters = Parameters.initial(graph, 1);
    private final String layer = graph.weighted().getFirst().name();

    /** Every tensor holds 0 to 5 steps of 1. */
    private static final Session SIX_CODES = new Session() {
        @Override
        public float[] sample(String tensor, int count) {
            return new float[] {0, 5, 2};
        }

        @Override
        public Outcome step(Batch batch, Plan plan) {
            throw new AssertionError();
        }

        @Override
        public void evaluate(Batch batch, int count, float[] scores) {
            throw new AssertionError();
        }

        @Override
        public void observe(Batch batch, double weight) {
            throw new AssertionError();
        }

        @Override
        public Map<String, Float> maxima() {
            throw new AssertionError();
        }
    };

    private Convergence with(float bits, float... weights) {
        parameters.layout().slices().forEach(slice -> {
            for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
                parameters.values()[i] = slice.isBits() || slice.isRange() ? bits : 0.5f;
            }
        });
        int offset = parameters.layout().parameter(layer + ".weight").offset();
        System.arraycopy(weights, 0, parameters.values(), offset, weights.length);
        return Convergence.of(graph, parameters, SIX_CODES);
    }

    /** At a range of 2^3 and 3 bits steps are 1: from -1.5 to 2.5 are five codes, from -0.5 to 2.5 four. */
    @Test
    void codesThatAreUsedCountNotTheWidthThatIsLearned() {
        assertThat(with(3, -1.2f, 2.7f).weights().get(layer)).isCloseTo(Math.log(5) / Math.log(2), Offset.offset(1e-9));
        assertThat(with(3, -0.2f, 2.7f).weights().get(layer)).isEqualTo(2);
        assertThat(with(3, -0.2f, 2.7f).activations().values())
                .allSatisfy(bits -> assertThat(bits).isCloseTo(Math.log(6) / Math.log(2), Offset.offset(1e-9)));
    }

    @Test
    void aNetworkHasConvergedWhenAllLayersHave() {
        CostModel cost = new CostModel(graph, parameters.layout());
        assertThat(with(3, -0.2f, 2.7f).isWithin(WidthCaps.uniform(cost, 2, 3))).isTrue();
        assertThat(with(3, -1.2f, 2.7f).isWithin(WidthCaps.uniform(cost, 2, 3))).isFalse();
        assertThat(with(3, -0.2f, 2.7f).isWithin(WidthCaps.uniform(cost, 2, 2))).isFalse();
    }
}
