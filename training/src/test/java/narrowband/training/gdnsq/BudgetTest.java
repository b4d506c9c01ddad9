package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.WidthPrices;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.ParameterLayout;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "cycles:100",
                "cells:,xc7a35t,30fps",
                "joules:3,xc7a35t,30fps"
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

    @Test
    void hardwareIsPaidInItsOwnUnit() {
        Budget budget = Budget.parse("cells:4000,xc7a35t,300fps");
        assertThat(budget)
                .isEqualTo(new Budget.Hardware(
                        "cells:4000,xc7a35t,300fps", Budget.Hardware.Kind.CELLS, 4000, "xc7a35t,300fps"));
        assertThat(budget.unit()).isEqualTo("logic cells");
        CostModel priced = priced(1);
        assertThat(budget.limit(priced)).isEqualTo(4000);
        assertThatThrownBy(() -> Budget.parse("cells:1,xc7a35t,300fps").limit(priced))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("out of reach")
                .hasMessageContaining("logic cells");
    }

    /** Made-up prices of 1 to 6 bits that rise, and fall here and there. */
    private CostModel priced(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, double[][]> layers = new LinkedHashMap<>();
        for (CostModel.Term term : cost.terms()) {
            double[][] prices = new double[6][6];
            for (int w = 0; w < 6; w++) {
                for (int a = 0; a < 6; a++) {
                    prices[w][a] = 20 * (w + 1) * (a + 1) + random.nextDouble(40);
                }
            }
            layers.put(term.layer(), prices);
        }
        return new CostModel(
                graph,
                layout,
                new WidthPrices(
                        layers, Map.of("conv2_relu", random.doubles(6, 1, 90).toArray())),
                "logic cells");
    }

    /** At whole widths the layers cost what their tables say, or what a wider layer does if that is less. */
    @Test
    void pricesAddUpToTheCostOfANetwork() {
        SplittableRandom random = new SplittableRandom(3);
        double[][] first = {{10, 20, 30}, {15, 12, 40}, {30, 50, 60}};
        CostModel priced = new CostModel(
                graph,
                layout,
                new WidthPrices(Map.of("conv1", first), Map.of("image", new double[] {1, 2, 4})),
                "logic cells");
        float[] values = widths(2, 1);
        assertThat(priced.cost(values)).isEqualTo(12 + 1);
        assertThat(priced.cost(widths(2, 2))).isEqualTo(12 + 2);
        assertThat(priced.cost(widths(1, 2))).isEqualTo(12 + 2);
        assertThat(priced.cost(widths(1, 1))).isEqualTo(10 + 1);
        assertThat(priced.cost(widths(2.5f, 3))).isEqualTo((40 + 60) / 2.0 + 4);
        assertThat(priced.cost(widths(4, 3))).isEqualTo(60 + 20 + 4);
        for (int i = 0; i < 1000; i++) {
            float w = (float) random.nextDouble(1, 7);
            float a = (float) random.nextDouble(1, 7);
            float more = (float) random.nextDouble(0, 1);
            assertThat(priced.cost(widths(w + more, a))).isGreaterThanOrEqualTo(priced.cost(widths(w, a)));
            assertThat(priced.cost(widths(w, a + more))).isGreaterThanOrEqualTo(priced.cost(widths(w, a)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "3, true", "4, true", "5, false", "6, false", "7, false", "8, false"})
    void thePenaltysGradientIsItsDifference(long seed, boolean inHardware) {
        SplittableRandom random = new SplittableRandom(seed);
        CostModel model = inHardware ? priced(seed) : cost;
        double least = model.uniformCost(1, 1);
        ExteriorPenalty penalty = new ExteriorPenalty(model, least * random.nextDouble(4, 20), 3, 4, 5);
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
