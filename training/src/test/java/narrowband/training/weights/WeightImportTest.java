package narrowband.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;
import org.junit.jupiter.api.Test;

class WeightImportTest {
    /** Two images of 2x3x2 through a dense layer, whose file has channels before rows and columns. */
    private static Graph dense() {
        Graph.Builder net = new Graph.Builder("flat", new Shape(2, 3, 2));
        String image = net.add(new Node.Image("image"));
        net.add(new Node.Dense("dense", image, 1, true));
        return net.build();
    }

    private static NamedTensor tensor(String name, Integer... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
        }
        return new NamedTensor(name, List.of(shape), values);
    }

    @Test
    void weightsOfADenseLayerFollowTheImageFromChannelsFirstToChannelsLast() {
        Graph graph = dense();
        Parameters parameters = Parameters.initial(graph, 1);
        WeightImport.into(graph, parameters, List.of(tensor("fc.weight", 1, 12), tensor("fc.bias", 1)), "file");
        // Channel 0 lies at 0..5 of the file, channel 1 at 6..11; here they alternate.
        assertThat(Arrays.copyOf(parameters.values(), 12)).containsExactly(0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11);
    }

    private static List<NamedTensor> resnet() {
        List<NamedTensor> tensors = new ArrayList<>();
        conv(tensors, "module.conv1", "module.bn1", 16, 3);
        int channels = 16;
        for (int stage = 1; stage <= 3; stage++) {
            for (int block = 0; block < 3; block++) {
                String at = "module.layer%d.%d.".formatted(stage, block);
                conv(tensors, at + "conv1", at + "bn1", 8 << stage, channels);
                channels = 8 << stage;
                conv(tensors, at + "conv2", at + "bn2", channels, channels);
            }
        }
        tensors.add(tensor("module.linear.weight", 10, 64));
        tensors.add(tensor("module.linear.bias", 10));
        return tensors;
    }

    private static void conv(List<NamedTensor> tensors, String conv, String norm, int outputs, int inputs) {
        tensors.add(tensor(conv + ".weight", outputs, inputs, 3, 3));
        for (String kind : List.of("weight", "bias", "running_mean", "running_var")) {
            tensors.add(tensor(norm + "." + kind, outputs));
        }
        tensors.add(tensor(norm + ".num_batches_tracked"));
    }

    @Test
    void aResidualNetworkOfPyTorchFindsItsLayers() {
        Graph graph = Models.named("resnet20", new Shape(32, 32, 3), 10);
        Parameters parameters = Parameters.initial(graph, 1);
        WeightImport taken = WeightImport.into(graph, parameters, resnet(), "file");
        assertThat(taken.matched())
                .hasSize(97)
                .containsEntry("stage2_block1_conv1.weight", "module.layer2.0.conv1.weight")
                .containsEntry("stage3_block3_conv2_norm.variance", "module.layer3.2.bn2.running_var")
                .containsEntry("conv1_norm.scale", "module.bn1.weight")
                .containsEntry("dense.bias", "module.linear.bias");
        assertThat(taken.unused()).hasSize(19).allMatch(name -> name.endsWith("num_batches_tracked"));
        // conv1: output 1, channel 2, row 0, column 1 in the file; here the channel comes last.
        assertThat(parameters.get("conv1.weight", (1 * 9 + 1) * 3 + 2)).isEqualTo(1 * 27 + 2 * 9 + 1);
    }

    @Test
    void whatIsMissingIsNamedAndNothingIsChanged() {
        Graph graph = Models.named("resnet20", new Shape(32, 32, 3), 10);
        Parameters parameters = Parameters.initial(graph, 1);
        float[] before = parameters.values().clone();
        List<NamedTensor> some = resnet().stream()
                .filter(tensor -> !tensor.name().contains("layer3.1.bn1.bias"))
                .toList();
        assertThatThrownBy(() -> WeightImport.into(graph, parameters, some, "my.pt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("my.pt")
                .hasMessageContaining("1 of 97")
                .hasMessageContaining("stage3_block2_conv1_norm.shift");
        assertThat(parameters.values()).isEqualTo(before);
    }

    @Test
    void anotherShapeOrANumberThatIsNoneIsRefused() {
        Graph graph = dense();
        Parameters parameters = Parameters.initial(graph, 1);
        NamedTensor bias = tensor("fc.bias", 1);
        assertThatThrownBy(() -> WeightImport.into(graph, parameters, List.of(tensor("fc.weight", 12, 1), bias), "f"))
                .hasMessageContaining("12x1")
                .hasMessageContaining("1x12");
        NamedTensor nan = new NamedTensor("fc.bias", List.of(1), new float[] {Float.NaN});
        assertThatThrownBy(() -> WeightImport.into(graph, parameters, List.of(tensor("fc.weight", 1, 12), nan), "f"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN");
    }
}
