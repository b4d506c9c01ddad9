package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerWidthsTest {
    private static final String TEXT = """
            # the edges are wider
            conv1          weights=8 activations=8
            stage*_conv1   weights=3   # all of them
            stage2_*       activations=4

            dense          activations=7
            """;

    private static Graph resnet(Residuals residuals) {
        return QuantisedGraph.of(Models.named("resnet20", new Shape(32, 32, 3), 10), residuals);
    }

    @Test
    void theLastLineThatSpeaksOfALayerCounts() {
        LayerWidths widths = LayerWidths.parse(TEXT + "stage3_block2_conv1 weights=5", "file");
        assertThat(widths.weights("stage1_block1_conv1")).hasValue(3);
        assertThat(widths.weights("stage3_block2_conv1")).hasValue(5);
        assertThat(widths.weights("stage2_block1_conv2")).isEmpty();
        assertThat(widths.activations("stage2_block1_conv2")).hasValue(4);
        assertThat(widths.weights("dense")).isEmpty();
        assertThat(LayerWidths.parse(widths.text(), "again")).isEqualTo(widths);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            conv1                | line 1
            conv1 weight=3       | not understood
            conv1 weights=0      | 1 to 16
            conv1 weights=17     | 17
            conv1 weights=99999999999 | 1 to 16
            Conv1 weights=3      | not understood
            """)
    void aLineThatIsNotUnderstoodIsNamed(String line, String reason) {
        assertThatThrownBy(() -> LayerWidths.parse(line, "widths.txt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("widths.txt")
                .hasMessageContaining(reason);
    }

    @Test
    void aLineForNoLayerIsRefusedWithTheLayers() {
        Graph graph = resnet(Residuals.NARROW);
        assertThatThrownBy(() -> LayerWidths.parse("stage4_* weights=2", "file").requireKnown(graph))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("stage4_*")
                .hasMessageContaining("stage3_block3_conv2");
    }

    @Test
    void capsFollowTheLayersAndTheResidualStreamHasItsOwn() {
        WidthCaps caps = WidthCaps.of(resnet(Residuals.WIDE), 2, 3, 8, LayerWidths.parse(TEXT, "file"));
        assertThat(caps.weights())
                .containsEntry("conv1", 8)
                .containsEntry("stage1_block1_conv1", 3)
                .containsEntry("stage1_block1_conv2", 2)
                .containsEntry("dense", 2);
        assertThat(caps.activations())
                .containsEntry("image", 8)
                .containsEntry("mean", 7)
                // the stream, what its layers read of it, and what lies within a block
                .containsEntry("conv1_relu", 8)
                .containsEntry("conv1_relu_narrow", 3)
                .containsEntry("stage1_block3", 8)
                .containsEntry("stage1_block3_narrow", 4)
                .containsEntry("stage1_block1_conv1_relu", 3)
                .containsEntry("stage3_block3", 8)
                .doesNotContainKey("stage3_block3_narrow");
    }

    @Test
    void aNarrowStreamIsReadAsItIs() {
        Graph graph = resnet(Residuals.NARROW);
        assertThat(graph.has("conv1_relu_narrow")).isFalse();
        assertThat(graph.node("stage1_block1_conv1").inputs()).containsExactly("conv1_relu");
    }
}
