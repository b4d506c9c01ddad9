package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;
import narrowband.training.net.Node;
import narrowband.training.onnx.OnnxNetwork;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators become, and which are refused with what words. */
class OnnxImportTest {
    private static final int CHANNELS = 2;

    @TempDir
    private Path folder;

    private OnnxNetwork read(ModelProto model) {
        return read(model, Optional.empty());
    }

    private OnnxNetwork read(ModelProto model, Optional<Shape> image) {
        return OnnxNetwork.read(OnnxWriter.write(model, folder.resolve("My Net-1.onnx")), image);
    }

    private static OnnxWriter writer() {
        return new OnnxWriter(17).image(CHANNELS, 8, 8);
    }

    private static String conv(OnnxWriter writer, String x, int inputs, int outputs, Map<String, Object> attributes) {
        int kernel = 3;
        float[] weights = new float[outputs * inputs * kernel * kernel];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i % 7 - 3) / 8f;
        }
        String w = writer.tensor(
                writer.fresh("net.conv") + ".weight",
                List.of((long) outputs, (long) inputs, (long) kernel, (long) kernel),
                weights);
        Map<String, Object> all = new HashMap<>(Map.of("pads", List.of(1, 1, 1, 1)));
        all.putAll(attributes);
        return writer.node("Conv", all, x, w);
    }

    private static String conv(OnnxWriter writer, String x) {
        return conv(writer, x, CHANNELS, CHANNELS, Map.of());
    }

    /** The mean and a dense layer. */
    private static ModelProto ended(OnnxWriter writer, String x) {
        String mean = writer.node("GlobalAveragePool", x);
        String flat = writer.node("Flatten", mean);
        String w = writer.tensor("fc.weight", List.of(3L, (long) CHANNELS), 1, 2, 3, 4, 5, 6);
        return writer.model(writer.node("Gemm", Map.of("transB", 1), flat, w));
    }

    private static ModelProto after(Function<OnnxWriter, String> body) {
        OnnxWriter writer = writer();
        return ended(writer, body.apply(writer));
    }

    /** A body, and what the message says. */
    private static Arguments refused(Function<OnnxWriter, String> body, String... words) {
        return Arguments.of(after(body), List.of(words));
    }

    private static String relu(OnnxWriter writer, String x) {
        return writer.node("Relu", x);
    }

    private static String scalar(OnnxWriter writer, float value) {
        return writer.tensor(writer.fresh("scalar"), List.of(), value);
    }

    static Stream<Arguments> bodies() {
        List<Arguments> bodies = new ArrayList<>();
        bodies.add(refused(w -> w.node("Tanh", conv(w, OnnxWriter.IMAGE)), "tanh_2 (Tanh)", "not supported", "Conv"));
        bodies.add(refused(
                w -> relu(w, conv(w, OnnxWriter.IMAGE, CHANNELS, CHANNELS, Map.of("dilations", List.of(2, 2)))),
                "conv_1 (Conv)",
                "dilated"));
        bodies.add(refused(
                w -> relu(w, conv(w, OnnxWriter.IMAGE, CHANNELS, CHANNELS, Map.of("strides", List.of(1, 2)))),
                "stride is [1, 2]"));
        bodies.add(refused(
                w -> relu(w, conv(w, OnnxWriter.IMAGE, CHANNELS, CHANNELS, Map.of("pads", List.of(1, 0, 1, 0)))),
                "must be alike on all sides"));
        bodies.add(refused(
                w -> relu(
                        w,
                        conv(w, relu(w, conv(w, OnnxWriter.IMAGE, CHANNELS, 4, Map.of())), 2, 4, Map.of("group", 2))),
                "2 groups for 4 channels and 4 outputs"));
        bodies.add(refused(w -> relu(w, conv(w, OnnxWriter.IMAGE, 3, 2, Map.of())), "do not fit 2 channels"));
        bodies.add(refused(
                w -> relu(w, conv(w, OnnxWriter.IMAGE, CHANNELS, CHANNELS, Map.of("kernel_shape", List.of(5, 5)))),
                "kernel_shape [5, 5]"));
        bodies.add(refused(
                w -> relu(w, conv(w, conv(w, OnnxWriter.IMAGE))), "reads net_conv_0_norm", "expected a Relu"));
        bodies.add(refused(
                w -> w.node("Clip", conv(w, OnnxWriter.IMAGE), scalar(w, -1), scalar(w, 1)),
                "-1.0..1.0",
                "begins at 0"));
        bodies.add(refused(
                w -> w.node("AveragePool", Map.of("kernel_shape", List.of(2, 2)), relu(w, conv(w, OnnxWriter.IMAGE))),
                "mean of windows of [2, 2]",
                "here 8x8"));
        bodies.add(refused(
                w -> w.node("Add", relu(w, conv(w, OnnxWriter.IMAGE)), relu(w, conv(w, OnnxWriter.IMAGE))),
                "must be followed by a Relu"));
        bodies.add(refused(
                w -> {
                    String x = relu(w, conv(w, OnnxWriter.IMAGE));
                    return relu(w, w.node("Add", x, x));
                },
                "to itself"));
        bodies.add(refused(
                w -> {
                    String x = relu(w, conv(w, OnnxWriter.IMAGE));
                    return relu(w, w.node("Mul", x, conv(w, x)));
                },
                "only Add and Sum can"));
        bodies.add(refused(
                w -> relu(w, w.node("Add", relu(w, conv(w, OnnxWriter.IMAGE)), scalar(w, 1))),
                "only at once behind Conv, Gemm or MatMul"));
        bodies.add(refused(
                w -> {
                    String x = conv(w, OnnxWriter.IMAGE);
                    return relu(w, w.node("Add", w.node("Mul", x, scalar(w, 2)), w.node("Mul", x, scalar(w, 3))));
                },
                "in two ways"));
        bodies.add(refused(
                w -> conv(w, w.node("MaxPool", Map.of("kernel_shape", List.of(2, 2)), conv(w, OnnxWriter.IMAGE))),
                "must have a Relu in front or at once behind"));
        bodies.add(refused(
                w -> relu(
                        w,
                        w.node("Reshape", conv(w, OnnxWriter.IMAGE), w.tensor(OnnxWriter.integers("s", 1, 2, 4, 16)))),
                "cuts channels, rows or columns apart"));
        bodies.add(refused(
                w -> relu(w, w.node("Reshape", conv(w, OnnxWriter.IMAGE), w.tensor(OnnxWriter.integers("s", 1, 7)))),
                "[1, 7], which holds another number"));
        bodies.add(refused(
                w -> relu(w, w.node("Mul", conv(w, OnnxWriter.IMAGE), w.tensor("k", List.of(1L, 8L), new float[8]))),
                "constant is 1x8"));
        bodies.add(refused(
                w -> relu(w, w.node("Add", conv(w, OnnxWriter.IMAGE), "nothing")), "\"nothing\" is of no node"));
        bodies.add(refused(
                w -> w.node("Softmax", Map.of("axis", 1), relu(w, conv(w, OnnxWriter.IMAGE))), "Softmax", "axis 1"));
        bodies.add(refused(
                w -> relu(w, conv(w, w.node("Sub", OnnxWriter.IMAGE, w.node("Neg", scalar(w, Float.NaN))))), "NaN"));
        bodies.add(refused(
                w -> relu(
                        w,
                        w.node(
                                "Cast",
                                Map.of("to", TensorProto.DataType.INT32.getNumber()),
                                conv(w, OnnxWriter.IMAGE))),
                "makes INT32"));
        return bodies.stream();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whatIsNotSupportedIsRefusedWithTheNodeAndWhatWouldBe(ModelProto model, List<String> words) {
        assertThatThrownBy(() -> read(model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("My Net-1.onnx")
                .hasMessageContainingAll(words.toArray(CharSequence[]::new));
    }

    @Test
    void layersAreCalledAsTheirWeightsAreAndTheNetworkAsItsFile() {
        OnnxNetwork network = read(after(w -> relu(w, conv(w, OnnxWriter.IMAGE))));
        assertThat(network.graph().name()).isEqualTo("my_net_1");
        assertThat(network.graph().nodes())
                .extracting(Node::name)
                .containsExactly(
                        "image", "net_conv_0", "net_conv_0_norm", "net_conv_0_relu", "globalaveragepool_3", "fc");
        assertThat(network.biasNorms()).containsExactly("net_conv_0_norm");
        assertThat(network.graph().classes()).isEqualTo(3);
    }

    @Test
    void aBatchNormBehindAConvolutionKeepsItsNumbers() {
        OnnxNetwork network = read(after(w -> relu(
                w,
                w.node(
                        "BatchNormalization",
                        conv(w, OnnxWriter.IMAGE),
                        w.tensor("scale", List.of(2L), 2, 3),
                        w.tensor("shift", List.of(2L), 4, 5),
                        w.tensor("mean", List.of(2L), 6, 7),
                        w.tensor("variance", List.of(2L), 8, 9)))));
        assertThat(network.biasNorms()).isEmpty();
        assertThat(network.parameters().get("net_conv_0_norm.scale", 1)).isEqualTo(3);
        assertThat(network.parameters().get("net_conv_0_norm.shift", 1)).isEqualTo(5);
        assertThat(network.parameters().statistic("net_conv_0_norm.mean", 1)).isEqualTo(7);
        assertThat(network.parameters().statistic("net_conv_0_norm.variance", 1))
                .isEqualTo(9);
    }

    /** (p/255 - 0.5) / 0.25, of bytes: 255 becomes 2 and 0 becomes -2. */
    @Test
    void whatAFileDoesToItsImageFirstIsItsNormalisation() {
        OnnxWriter w = new OnnxWriter(17).image(TensorProto.DataType.UINT8, 1, CHANNELS, 8, 8);
        String x = w.node("Cast", Map.of("to", 1), OnnxWriter.IMAGE);
        x = w.node("Div", x, scalar(w, 255));
        x = w.node("Div", w.node("Sub", x, scalar(w, 0.5f)), scalar(w, 0.25f));
        OnnxNetwork network = read(ended(w, relu(w, conv(w, x))));
        assertThat(network.graph().nodes().get(1)).isInstanceOfSatisfying(Node.Normalise.class, node -> {
            assertThat(node.factor(1) * 255 / 256f + node.constant(1)).isEqualTo(2f);
            assertThat(node.constant(1)).isEqualTo(-2f);
        });
    }

    /** A product with p/255 is one of 256/255 with p/256; the image itself stays without signs. */
    @Test
    void aFactorOnTheImageGoesIntoTheFirstWeights() {
        OnnxNetwork plain = read(after(w -> relu(w, conv(w, OnnxWriter.IMAGE))));
        OnnxWriter w = new OnnxWriter(17).image(TensorProto.DataType.UINT8, 1, CHANNELS, 8, 8);
        String x = w.node("Div", w.node("Cast", Map.of("to", 1), OnnxWriter.IMAGE), scalar(w, 255));
        OnnxNetwork scaled = read(ended(w, relu(w, conv(w, x))));
        assertThat(scaled.graph().nodes()).noneMatch(Node.Normalise.class::isInstance);
        for (int i = 0; i < CHANNELS * CHANNELS * 9; i++) {
            assertThat(scaled.parameters().values()[i])
                    .isCloseTo(plain.parameters().values()[i] * 256 / 255, Offset.offset(1e-6f));
        }
    }

    @Test
    void whatAFileLeavesOpenTheImagesSayAndWhatItSaysTheyMustBe() {
        OnnxWriter open = new OnnxWriter(17).image(CHANNELS, 0, 0);
        ModelProto model = ended(open, relu(open, conv(open, OnnxWriter.IMAGE)));
        assertThat(read(model, Optional.of(new Shape(6, 6, CHANNELS))).graph().imageShape())
                .isEqualTo(new Shape(6, 6, CHANNELS));
        assertThatThrownBy(() -> read(model)).hasMessageContaining("leaves the image's rows, columns or channels open");
        ModelProto fixed = after(w -> relu(w, conv(w, OnnxWriter.IMAGE)));
        assertThatThrownBy(() -> read(fixed, Optional.of(new Shape(8, 8, 3))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("8x8x2")
                .hasMessageContaining("8x8x3");
    }

    @Test
    void theUpperBoundOfAClipIsLeftToTheQuantiserAndNamed() {
        OnnxNetwork network = read(after(w -> w.node("Clip", conv(w, OnnxWriter.IMAGE), scalar(w, 0), scalar(w, 6))));
        assertThat(network.bounds()).singleElement().asString().contains("Clip", "6.0");
        assertThat(network.graph().has("net_conv_0_relu")).isTrue();
    }

    @Test
    void whatFollowsTheScoresDecidesNothingElse() {
        ModelProto plain = after(w -> relu(w, conv(w, OnnxWriter.IMAGE)));
        ModelProto.Builder longer = plain.toBuilder();
        OnnxWriter w = writer();
        String mean = w.node("GlobalAveragePool", relu(w, conv(w, OnnxWriter.IMAGE)));
        String flat = w.node("Flatten", mean);
        String scores = w.node(
                "Gemm",
                Map.of("transB", 1),
                flat,
                w.tensor("fc.weight", List.of(3L, (long) CHANNELS), 1, 2, 3, 4, 5, 6));
        String probabilities = w.node("Softmax", Map.of("axis", 1), w.node("Identity", scores));
        String label = w.node("ArgMax", Map.of("axis", 1, "keepdims", 1), probabilities);
        OnnxNetwork network = read(w.model(w.node("Cast", Map.of("to", 6), label)));
        assertThat(network.graph().nodes())
                .isEqualTo(read(longer.build()).graph().nodes());
    }

    @Test
    void whatTheOutputDoesNotNeedIsNotLookedAt() {
        OnnxWriter w = writer();
        String x = relu(w, conv(w, OnnxWriter.IMAGE));
        w.node("Tanh", x);
        assertThat(read(ended(w, x)).graph().nodes()).hasSize(6);
    }

    /** A pool of single places, a cast to floats, a sum of two and a dropout that is not trained leave everything as it is. */
    @Test
    void whatChangesNothingBecomesNoLayer() {
        OnnxNetwork plain = read(after(w -> relu(w, conv(w, OnnxWriter.IMAGE))));
        OnnxNetwork busy = read(after(w -> {
            String x = w.node("Sum", conv(w, OnnxWriter.IMAGE), scalar(w, 0));
            x = w.node("Dropout", relu(w, x));
            x = w.node("AveragePool", Map.of("kernel_shape", List.of(1, 1), "strides", List.of(1, 1)), x);
            return w.node("Cast", Map.of("to", TensorProto.DataType.FLOAT.getNumber()), relu(w, x));
        }));
        assertThat(busy.graph().nodes()).hasSameSizeAs(plain.graph().nodes());
        assertThat(busy.parameters().values()).isEqualTo(plain.parameters().values());
    }

    /** keras2onnx writes some nodes before those that they read. */
    @Test
    void theOrderOfNodesIsThatOfTheirTensors() {
        ModelProto sorted = after(w -> relu(w, conv(w, OnnxWriter.IMAGE)));
        ModelProto.Builder turned = sorted.toBuilder();
        turned.getGraphBuilder()
                .clearNode()
                .addAllNode(sorted.getGraph().getNodeList().reversed());
        assertThat(read(turned.build()).graph().nodes())
                .isEqualTo(read(sorted).graph().nodes());
    }

    @Test
    void aCircleOfNodesIsRefused() {
        ModelProto.Builder model = after(w -> relu(w, conv(w, OnnxWriter.IMAGE))).toBuilder();
        model.getGraphBuilder()
                .getNodeBuilder(0)
                .setInput(0, model.getGraph().getNode(1).getOutput(0));
        assertThatThrownBy(() -> read(model.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is of no node before it");
    }

    /** As Keras has grey images: rows, columns, one channel. */
    @Test
    void oneChannelBehindRowsAndColumnsIsFound() {
        OnnxWriter w = new OnnxWriter(17).image(8, 8, 1);
        String x = w.node("Reshape", OnnxWriter.IMAGE, w.tensor(OnnxWriter.integers("s", -1, 1, 8, 8)));
        OnnxNetwork network = read(ended(w, relu(w, conv(w, x, 1, CHANNELS, Map.of()))));
        assertThat(network.graph().imageShape()).isEqualTo(new Shape(8, 8, 1));
    }
}
