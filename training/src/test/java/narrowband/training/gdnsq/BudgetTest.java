package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.ParameterLayout;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    private final Graph graph = QuantisedGraph.of(Models.named("cnn", new Shape(28, 28, 1), 10));
    private final ParameterLayout layout = new ParameterLayout(graph);
    private final CostModel cost = new CostModel(graph, layout);

    @Test
    void theCostOfTheSmallNetworkIsWhatAHandCountGives() {
        // conv1 28*28*16*9, conv2 and conv3 14*14*16*144 each, conv4 7*7*32*144, dense 32*10.
        long macs = 112_896 + 2 * 451_584 + 225_792 + 320;
        assertThat(cost.multiplyAccumulates()).isEqualTo(macs);
        float[] values = widths(2, 3);
        // Pooling adds 7*7*32 codes of 3 bits.
        assertThat(cost.cost(values)).isEqualTo(macs * 6 + 1568 * 3);
        assertThat(Budget.parse("bits:2x3").limit(cost)).isEqualTo(macs * 6 + 1568 * 3);
        assertThat(Budget.parse("bitops:5e6").limit(cost)).isEqualTo(5e6);
    }

    private float[] widths(float weights, float activations) {
        float[] values = new float[layout.parameterCount()];
        cost.weightWidths().values().forEach(place -> values[place] = weights);
        cost.activationWidths().values().forEach(place -> values[place] = activations);
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bits",
                "bits:2",
                "bits:0x3",
                "bits:2x17",
                "bits:2x3x4",
                "bits:1.2.3x2",
                "bitops:",
                "bitops:-5",
                "bitops:many",
                "cycles:100"
            })
    void aSpecThatIsNotUnderstoodNamesTheOption(String text) {
        assertThatThrownBy(() -> Budget.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--budget")
                .hasMessageContaining(text);
    }

    @Test
    void aBudgetBelowOneBitEverywhereIsOutOfReach() {
        assertThatThrownBy(() -> Budget.parse("bitops:1000").limit(cost))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("out of reach");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void thePenaltysGradientIsItsDifference(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ExteriorPenalty penalty =
                new ExteriorPenalty(cost, cost.multiplyAccumulates() * random.nextDouble(4, 20), 3, 4, 5);
        float[] values = widths(0, 0);
        for (ParameterLayout.Slice slice : layout.slices()) {
            if (slice.isBits()) {
                values[slice.offset()] = (float) random.nextDouble(1, 8);
            }
        }
        float[] gradient = new float[values.length];
        penalty.addGradient(values, 2, gradient);
        for (ParameterLayout.Slice slice : layout.slices()) {
            int place = slice.offset();
            float[] more = values.clone();
            float[] less = values.clone();
            more[place] += 1 / 256f;
            less[place] -= 1 / 256f;
            double expected = 2 * (penalty.value(more) - penalty.value(less)) / (more[place] - less[place]);
            assertThat((double) gradient[place]).as(slice.name()).isCloseTo(expected, Offset.offset(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void integerWidthsNeverExceedTheBudgetNorTheCaps(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double meanWeights = random.nextDouble(1.2, 5);
        double limit = cost.multiplyAccumulates() * random.nextDouble(1.1, 30);
        ExteriorPenalty penalty =
                new ExteriorPenalty(cost, limit, meanWeights, random.nextInt(1, 9), random.nextInt(1, 9));
        float[] values = widths(0, 0);
        for (ParameterLayout.Slice slice : layout.slices()) {
            if (slice.isBits()) {
                values[slice.offset()] = (float) random.nextDouble(1, 8);
            }
        }
        IntegerWidths.snap(penalty, values);
        assertThat(penalty.value(values)).isZero();
        for (ParameterLayout.Slice slice : layout.slices()) {
            if (slice.isBits()) {
                assertThat(values[slice.offset()]).isBetween(1f, 8f).isEqualTo((float)
                        Math.rint(values[slice.offset()]));
            }
        }
    }

    @Test
    void widthsThatFitAsTheyAreStay() {
        ExteriorPenalty penalty = new ExteriorPenalty(cost, 1e18, 16, 8, 8);
        float[] values = widths(2.3f, 3);
        IntegerWidths.snap(penalty, values);
        assertThat(values).isEqualTo(widths(3, 3));
    }
}
