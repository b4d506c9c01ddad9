package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;

class IntegerNetworkTest {
    private static final Scale ONE = Scale.uniform(1);
    private static final Layer IMAGE = new Layer.Input("image", new Shape(4, 4, 2), CodeType.unsigned(2), ONE);

    @Test
    void aLayerMustFollowItsInputs() {
        refuses("Layer pool: its input conv is not an earlier layer.", IMAGE, new Layer.MaxPool("pool", "conv", 2, 2));
    }

    @Test
    void namesAreTakenOnce() {
        refuses("Layer image: the name is taken twice.", IMAGE, new Layer.MaxPool("image", "image", 2, 2));
    }

    @Test
    void namesMustSuitFilesAndVerilog() {
        refuses(
                "The layer name \"Pool-1\" must be lower-case letters, digits and underscores, a letter first.",
                IMAGE,
                new Layer.MaxPool("Pool-1", "image", 2, 2));
    }

    @Test
    void everyLayerIsUsed() {
        refuses(
                "Layer a: nothing uses its tensor; only the last layer may be the output.",
                IMAGE,
                new Layer.MaxPool("a", "image", 2, 2),
                new Layer.MaxPool("b", "image", 2, 2));
    }

    @Test
    void weightsMustSuitTheirInputs() {
        refuses(
                "Layer dense: an input of 4x4x2 needs 32 weights per output, not 3.",
                IMAGE,
                new Layer.Dense("dense", "image", new WeightCodes(1, 1, 3, new int[3]), ONE));
    }

    @Test
    void aWindowMustFit() {
        refuses(
                "Layer pool: A 5x5 window with padding 0 does not fit into 4x4x2.",
                IMAGE,
                new Layer.MaxPool("pool", "image", 5, 1));
        assertThatThrownBy(() -> new Layer.MaxPool("pool", "image", 2, 2, 2))
                .hasMessage("Layer pool: padding must be 0 to 1, less than the kernel, not 2.");
    }

    @Test
    void aPaddedMaximumNeedsCodesThatAreNotNegative() {
        Layer signed = new Layer.Input("image", new Shape(4, 4, 2), CodeType.signed(3), ONE);
        assertThatThrownBy(
                        () -> new IntegerNetwork("net", List.of(signed, new Layer.MaxPool("pool", "image", 3, 2, 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Layer pool: padding a maximum needs codes that are not negative");
    }

    @Test
    void bothSidesOfASumShareAGrid() {
        Layer finer = new Layer.Threshold(
                "finer",
                "image",
                new ThresholdTable(new int[][] {{1, 2, 3}}),
                CodeType.unsigned(2),
                Scale.uniform(0.5f));
        refuses(
                "Layer sum: both inputs must have one shape and one scale, not 4x4x2 with [1.0] and 4x4x2 with [0.5].",
                IMAGE,
                finer,
                new Layer.Add("sum", "image", "finer"));
    }

    @Test
    void aShortcutsNewChannelsTakeTheStepOfTheNearest() {
        IntegerNetwork network = new IntegerNetwork(
                "shortcut",
                List.of(
                        new Layer.Input(
                                "image", new Shape(4, 4, 2), CodeType.unsigned(2), Scale.perChannel(0.5f, 0.25f)),
                        new Layer.IdentityShortcut("shortcut", "image", 2, 1, 2)));
        assertThat(network.tensor("shortcut").scale()).isEqualTo(Scale.perChannel(0.5f, 0.5f, 0.25f, 0.25f, 0.25f));
    }

    @Test
    void aShortcutsNumbersAreChecked() {
        assertThatThrownBy(() -> new Layer.IdentityShortcut("shortcut", "image", 0, 1, -1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "Layer shortcut: stride must be at least 1 and channelsBefore and channelsAfter at least 0, not 0, 1 and -1.");
        refuses(
                "Layer shortcut: 4294967296 channels at 16 positions are too many codes for a tensor.",
                IMAGE,
                new Layer.IdentityShortcut("shortcut", "image", 1, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void topScoresAreNoMoreThanThereAreAndOfAVector() {
        Layer scores = new Layer.Input("scores", Shape.vector(3), CodeType.signed(4), ONE);
        refuses(
                "Layer top: of 3 scores it can give the best 1 to 3, not 4.",
                scores,
                new Layer.TopScores("top", "scores", 4));
        refuses("Layer top: the input must be a vector, not 4x4x2.", IMAGE, new Layer.TopScores("top", "image", 1));
        refuses(
                "Layer top: all scores must have one step, so that they can be compared.",
                new Layer.Input("scores", Shape.vector(2), CodeType.signed(4), Scale.perChannel(0.5f, 0.25f)),
                new Layer.TopScores("top", "scores", 1));
    }

    @Test
    void topScoresTakeThePlaceOfTheBestClass() {
        Layer scores = new Layer.Input("scores", Shape.vector(3), CodeType.signed(4), ONE);
        IntegerNetwork scoring = new IntegerNetwork("net", List.of(scores));
        IntegerNetwork classifying = new IntegerNetwork("net", List.of(scores, new Layer.ArgMax("label", "scores")));
        assertThat(scoring.withTopScores(2).layers()).containsExactly(scores, new Layer.TopScores("top", "scores", 2));
        assertThat(classifying.withTopScores(2).layers())
                .containsExactly(scores, new Layer.TopScores("label", "scores", 2));
        assertThat(classifying.withTopScores(2).withTopScores(3).layers())
                .containsExactly(scores, new Layer.TopScores("label", "scores", 3));
    }

    @Test
    void weightsOfNoBitsAreRefused() {
        assertThatThrownBy(() -> new WeightCodes(0, 1, 1, new int[1]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Weights must have 1 to 16 bits, not 0.");
    }

    @Test
    void multiplyAccumulatesCountEveryTap() {
        IntegerNetwork network = new IntegerNetwork(
                "count",
                List.of(
                        IMAGE,
                        new Layer.Convolution(
                                "conv", "image", new WeightCodes(1, 3, 18, new int[54]), 3, 3, 1, 1, 1, ONE)));
        assertThat(network.multiplyAccumulates(network.layer("conv"))).isEqualTo(16L * 3 * 18);
    }

    private static void refuses(String message, Layer... layers) {
        assertThatThrownBy(() -> new IntegerNetwork("net", List.of(layers)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }
}
