package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights are moved by hand, all with steps of 1: a range of 2^2 at 2 bits, so that codes are -2, -1, 0, 1. */
class OscillationFreezingTest {
    private final Graph graph = QuantisedGraph.of(Models.named("mlp", new Shape(4, 4, 1), 3));
    private final Parameters parameters = Parameters.initial(graph, 1);
    private final float[] values = parameters.values();
    private final String layer = graph.weighted().getFirst().name();
    private final int weight = parameters.layout().parameter(layer + ".weight").offset();

    @BeforeEach
    void everyStepIsOne() {
        parameters.layout().slices().forEach(slice -> {
            for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
                values[i] = slice.isBits() || slice.isRange() ? 2 : -0.5f;
            }
        });
    }

    private OscillationFreezing watching() {
        return new OscillationFreezing(graph, parameters.layout(), values);
    }

    private void moveTo(float value, OscillationFreezing freezing, double threshold) {
        values[weight] = value;
        freezing.afterUpdate(values, threshold);
    }

    /**
     * The first change is no turning back; from then on each is, so that after n of them f = 1 - 0.99^n, above 0.1 for
     * n &gt; log 0.9 / log 0.99 = 10.48.
     */
    @Test
    void aWeightThatTurnsBackWithEveryUpdateIsFrozenAfterElevenTurns() {
        OscillationFreezing freezing = watching();
        moveTo(0.1f, freezing, 0.1);
        for (int turn = 1; turn <= 10; turn++) {
            moveTo(turn % 2 == 1 ? -0.1f : 0.1f, freezing, 0.1);
            assertThat(freezing.frozen()).as("after %d turns", turn).isZero();
        }
        moveTo(-0.1f, freezing, 0.1);
        assertThat(freezing.frozen()).isOne();
        // It began at code -1 and was there half of the time; 0 would need an average above -0.5.
        assertThat(values[weight]).isEqualTo(-0.5f);
    }

    /** Three updates of four at code 0, long enough for the mean to come near to -1/4. */
    @Test
    void itFreezesWhereItMostlyWas() {
        OscillationFreezing freezing = watching();
        for (int i = 0; i < 2000; i++) {
            moveTo(i % 4 == 3 ? -0.1f : 0.1f, freezing, 1);
        }
        assertThat(freezing.frozen()).isZero();
        // Caught at -1, with f near to 1/2: one turn there, one back, in four updates.
        moveTo(-0.1f, freezing, 0.4);
        assertThat(freezing.frozen()).isOne();
        assertThat(values[weight]).isEqualTo(0.5f);
    }

    /** At threshold 0 a single turn would freeze. */
    @Test
    void whatWandersOneWayOrRestsIsNotFrozen() {
        OscillationFreezing freezing = watching();
        for (float value : new float[] {-0.2f, 0.5f, 0.5f, 0.9f, 0.1f, 1.5f, 1.7f, 1.3f, 1.9f}) {
            moveTo(value, freezing, 0);
            assertThat(freezing.frozen()).isZero();
        }
        moveTo(0.9f, freezing, 0);
        assertThat(freezing.frozen()).isOne();
    }

    @Test
    void aFallingThresholdCatchesWhatTurnedEarlier() {
        OscillationFreezing freezing = watching();
        moveTo(0.1f, freezing, 0.5);
        moveTo(-0.1f, freezing, 0.5);
        moveTo(0.1f, freezing, 0.5);
        // f = 1 - 0.99^2 = 0.0199, then 0.0197 at rest.
        assertThat(freezing.frozen()).isZero();
        moveTo(0.1f, freezing, 0.0198);
        assertThat(freezing.frozen()).isZero();
        moveTo(0.1f, freezing, 0.0194);
        assertThat(freezing.frozen()).isOne();
    }

    /** A range that grows by a bit doubles the step; the weight follows, its code stays. */
    @Test
    void aFrozenWeightKeepsItsCodeWhenItsRangeOrGradientMovesIt() {
        OscillationFreezing freezing = watching();
        moveTo(0.1f, freezing, 0);
        moveTo(-0.1f, freezing, 0);
        assertThat(freezing.frozen()).isOne();
        assertThat(values[weight]).isEqualTo(-0.5f);
        moveTo(1.4f, freezing, 0);
        assertThat(values[weight]).isEqualTo(-0.5f);
        values[parameters.layout().parameter(layer + ".range").offset()] = 3;
        freezing.afterUpdate(values, 0);
        assertThat(values[weight]).isEqualTo(-1);
    }
}
