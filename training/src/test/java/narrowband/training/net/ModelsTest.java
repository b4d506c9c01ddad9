package narrowband.training.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import org.junit.jupiter.api.Test;

class ModelsTest {
    @Test
    void anUnknownModelIsRefusedWithTheListOfKnownOnes() {
        assertThatThrownBy(() -> Models.named("resnet9000", new Shape(28, 28, 1), 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("resnet9000")
                .hasMessageContaining("cnn, cnn4, cnv, mlp, resnet20, resnet32, resnet44, resnet56, tiny");
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
