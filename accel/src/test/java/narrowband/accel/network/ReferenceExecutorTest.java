package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReferenceExecutorTest {
    private static final Scale ONE = Scale.uniform(1);

    @Test
    void aConvolutionIsTheSumThatOneWritesByHand() {
        // 2x2 image of one channel, 2x2 kernel, padding 1: weights -3 -1 / +1 +3 (two bits).
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(2, 2, 1), CodeType.unsigned(3), ONE),
                        new Layer.Convolution(
                                "conv",
                                "image",
                                new WeightCodes(2, 1, 4, new int[] {0, 1, 2, 3}),
                                2,
                                2,
                                1,
                                1,
                                1,
                                ONE)));
        // image 1 2 / 3 4: the corners see one pixel, the edges two, the middle all: -3*1 -1*2 +1*3 +3*4 = 10.
        assertThat(new ReferenceExecutor(network).output(new int[] {1, 2, 3, 4}))
                .containsExactly(3, 7, 2, 8, 10, -2, -3, -13, -12);
    }

    @Test
    void thresholdsCountFromTheTypesMinimum() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", Shape.vector(4), CodeType.unsigned(4), ONE),
                        new Layer.Threshold(
                                "act", "image", new ThresholdTable(new int[][] {{2, 5, 5}}), CodeType.signed(2), ONE)));
        assertThat(new ReferenceExecutor(network).output(new int[] {1, 2, 4, 5}))
                .containsExactly(-2, -1, -1, 1);
    }

    @Test
    void poolsBiasesSumsAndTheFirstOfEqualMaximaAreRight() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(2, 3, 2), CodeType.unsigned(4), ONE),
                        new Layer.MaxPool("max", "image", 2, 1),
                        new Layer.Add("sum", "max", "max"),
                        new Layer.SumPool("pool", "sum", 1, 2),
                        new Layer.Bias("bias", "pool", List.of(-1, 3)),
                        new Layer.ArgMax("class", "bias")));
        Map<String, int[]> codes = new ReferenceExecutor(network).run(new int[] {1, 2, 3, 4, 5, 6, 7, 0, 2, 5, 1, 1});
        assertThat(codes.get("max")).containsExactly(7, 5, 5, 6);
        assertThat(codes.get("sum")).containsExactly(14, 10, 10, 12);
        assertThat(codes.get("pool")).containsExactly(14, 10);
        assertThat(codes.get("bias")).containsExactly(13, 13);
        assertThat(codes.get("class")).containsExactly(0);
    }

    /** As the first pool of ResNet-18: 3x3, stride 2, a row and a column of zeros around 3x4 pixels. */
    @Test
    void aPaddedMaximumSeesNothingOutsideTheImage() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(3, 4, 1), CodeType.unsigned(4), ONE),
                        new Layer.MaxPool("max", "image", 3, 2, 1)));
        int[] image = {
            1, 2, 3, 4,
            5, 0, 0, 6,
            0, 0, 7, 0
        };
        // Windows over rows -1..1 and 1..3, columns -1..1 and 1..3.
        assertThat(new ReferenceExecutor(network).output(image)).containsExactly(5, 6, 5, 7);
    }

    @Test
    void anIdentityShortcutTakesEverySecondPixelAndPadsItsChannels() {
        // 3x4 pixels of two channels; rows 0 and 2, columns 0 and 2 stay: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2)).
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(3, 4, 2), CodeType.signed(6), ONE),
                        new Layer.IdentityShortcut("shortcut", "image", 2, 1, 2)));
        int[] image = {
            1, -1, 2, -2, 3, -3, 4, -4,
            5, -5, 6, -6, 7, -7, 8, -8,
            9, -9, 10, -10, 11, -11, 12, -12
        };
        assertThat(network.tensor("shortcut").shape()).hasToString("2x2x5");
        assertThat(network.tensor("shortcut").type()).hasToString("s6");
        assertThat(new ReferenceExecutor(network).output(image))
                .containsExactly(0, 1, -1, 0, 0, 0, 3, -3, 0, 0, 0, 9, -9, 0, 0, 0, 11, -11, 0, 0);
    }

    @Test
    void topScoresAreInOrderAndOfEqualOnesTheLowerClassIsFirst() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("scores", Shape.vector(6), CodeType.signed(4), Scale.uniform(0.5f)),
                        new Layer.TopScores("top", "scores", 4)));
        ReferenceExecutor executor = new ReferenceExecutor(network);
        assertThat(executor.output(new int[] {-8, 3, 7, 3, -1, 7})).containsExactly(2, 7, 5, 7, 1, 3, 3, 3);
        assertThat(executor.classify(new int[] {-8, 3, 7, 3, -1, 7})).isEqualTo(2);
        assertThat(network.tensor("top"))
                .isEqualTo(new Tensor(new Shape(4, 1, 2), CodeType.signed(4), Scale.perChannel(1, 0.5f)));
    }

    @Test
    void aDepthwiseConvolutionSeesItsOwnChannelOnly() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(1, 2, 2), CodeType.unsigned(4), ONE),
                        new Layer.Convolution(
                                "conv",
                                "image",
                                new WeightCodes(1, 2, 2, new int[] {0, 1, 1, 1}),
                                1,
                                2,
                                1,
                                0,
                                2,
                                ONE)));
        assertThat(new ReferenceExecutor(network).output(new int[] {1, 10, 5, 2}))
                .containsExactly(4, 12);
    }

    @Test
    void everyCodeOfEveryLayerIsOfItsTensorsType() {
        for (long seed = 0; seed < 300; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Random random = new Random(seed);
            Map<String, int[]> codes = new ReferenceExecutor(network).run(RandomNetworks.image(network, random));
            for (Layer layer : network.layers()) {
                Tensor tensor = network.tensor(layer.name());
                assertThat(codes.get(layer.name()))
                        .as("seed %d, layer %s", seed, layer.name())
                        .hasSize(tensor.shape().size());
                for (int code : codes.get(layer.name())) {
                    assertThat(tensor.type().contains(code))
                            .as("seed %d, layer %s: %d in %s", seed, layer.name(), code, tensor.type())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void accumulatorTypesAreTightForTheWorstInputs() {
        // Weights +1 +3 -3 with inputs 0..3: from -9 to 12, which is five signed bits.
        WeightCodes weights = new WeightCodes(2, 1, 3, new int[] {2, 3, 0});
        assertThat(weights.accumulator(CodeType.unsigned(2))).hasToString("s5");
    }
}
