package narrowband.training.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
    @Test
    void anUnknownModelIsRefusedWithTheListOfKnownOnes() {
        assertThatThrownBy(() -> Models.named("resnet9000", new Shape(28, 28, 1), 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("resnet9000")
                .hasMessageContaining("cnn, cnn4, cnv, lfc, mlp, mobilenet, resnet18, resnet20, resnet20b, resnet32");
    }

    /**
     * Parameters as published: 0.27, 0.46, 0.66 and 0.85 million (He et al. 2016, table 6); for ResNet-20 the checkpoint's
     * 269,722. TFC, SFC and LFC for MNIST: 784 h + h h + h h + 10 h weights, a factor and a constant for each hidden unit, and
     * 10 biases.
     */
    @ParameterizedTest
    @CsvSource({
        "resnet20, 32, 3, 269722, 1",
        "resnet32, 32, 3, 460000, 10000",
        "resnet44, 32, 3, 660000, 10000",
        "resnet56, 32, 3, 850000, 10000",
        "tfc, 28, 1, 59402, 1",
        "sfc, 28, 1, 335882, 1",
        "lfc, 28, 1, 2916362, 1"
    })
    void networksHaveTheParametersThatWerePublished(String model, int side, int channels, int parameters, int within) {
        Graph graph = Models.named(model, new Shape(side, side, channels), 10);
        assertThat(new ParameterLayout(graph).parameterCount()).isCloseTo(parameters, Offset.offset(within));
    }

    /** With 1000 classes at 224x224: 4.2 million parameters and 569 million multiply-adds (Howard et al. 2017, table 8). */
    @Test
    void mobileNetHasItsPublishedSize() {
        Graph graph = Models.named("mobilenet", new Shape(224, 224, 3), 1000);
        assertThat(new ParameterLayout(graph).parameterCount()).isCloseTo(4_200_000, Offset.offset(50_000));
        assertThat(graph.weighted().stream()
                        .mapToLong(graph::multiplyAccumulates)
                        .sum())
                .isCloseTo(569_000_000, Offset.offset(500_000L));
        assertThat(graph.shape("pair13_pointwise")).isEqualTo(new Shape(7, 7, 1024));
    }

    /** torchvision's resnet18 has 11,689,512 parameters; 1.8 billion multiply-adds (He et al. 2016, table 1). */
    @Test
    void residualNetworkForImageNetHasItsPublishedSize() {
        Graph graph = Models.named("resnet18", new Shape(224, 224, 3), 1000);
        assertThat(new ParameterLayout(graph).parameterCount()).isEqualTo(11_689_512);
        assertThat(graph.weighted().stream()
                        .mapToLong(graph::multiplyAccumulates)
                        .sum())
                .isBetween(1_750_000_000L, 1_850_000_000L);
        assertThat(graph.shape("pool")).isEqualTo(new Shape(56, 56, 64));
    }

    /** 40.55 million multiply-accumulates in ResNet-20's convolutions and dense layer, by hand: see the sums. */
    @Test
    void aResidualNetworkHasTheMultiplicationsOfItsStages() {
        Graph graph = Models.named("resnet20", new Shape(32, 32, 3), 10);
        long first = 1024L * 16 * 27 + 6 * 1024L * 16 * 144;
        long second = 256L * 32 * 144 + 5 * 256L * 32 * 288;
        long third = 64L * 64 * 288 + 5 * 64L * 64 * 576;
        assertThat(graph.weighted().stream()
                        .mapToLong(graph::multiplyAccumulates)
                        .sum())
                .isEqualTo(first + second + third + 640);
    }

    @Test
    void imagesThatDoNotSuitAModelAreRefusedWithTheirShape() {
        assertThatThrownBy(() -> Models.named("cnn", new Shape(28, 20, 1), 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("28x20x1")
                .hasMessageContaining("square");
        assertThatThrownBy(() -> Models.named("cnn", new Shape(2, 2, 1), 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2x2x1");
    }

    @Test
    void theSmallNetworkFitsBothKindsOfImages() {
        assertThat(Models.named("cnn", new Shape(28, 28, 1), 10).classes()).isEqualTo(10);
        assertThat(Models.named("cnn", new Shape(32, 32, 3), 100).shape("conv4"))
                .isEqualTo(new Shape(8, 8, 32));
    }
}
