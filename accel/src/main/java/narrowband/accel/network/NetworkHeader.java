package narrowband.accel.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The readable part of a network file: everything but the weights and thresholds, as JSON. */
record NetworkHeader(String name, List<Entry> layers) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** One layer; {@code kind} says which. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Input.class, name = "input"),
        @JsonSubTypes.Type(value = Threshold.class, name = "threshold"),
        @JsonSubTypes.Type(value = Convolution.class, name = "convolution"),
        @JsonSubTypes.Type(value = Dense.class, name = "dense"),
        @JsonSubTypes.Type(value = Bias.class, name = "bias"),
        @JsonSubTypes.Type(value = MaxPool.class, name = "max_pool"),
        @JsonSubTypes.Type(value = SumPool.class, name = "sum_pool"),
        @JsonSubTypes.Type(value = Add.class, name = "add"),
        @JsonSubTypes.Type(value = IdentityShortcut.class, name = "identity_shortcut"),
        @JsonSubTypes.Type(value = ArgMax.class, name = "arg_max"),
        @JsonSubTypes.Type(value = TopScores.class, name = "top_scores"),
    })
    @JsonInclude(JsonInclude.Include.ALWAYS)
    sealed interface Entry {}

    record Input(String name, Shape shape, CodeType type, Scale scale) implements Entry {}

    record Threshold(String name, String input, CodeType type, int rows, Scale scale) implements Entry {}

    record Convolution(
            String name,
            String input,
            int weightBits,
            int outputs,
            int inputs,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int padding,
            int groups,
            Scale scale)
            implements Entry {}

    record Dense(String name, String input, int weightBits, int outputs, int inputs, Scale scale) implements Entry {}

    record Bias(String name, String input, List<Integer> biases) implements Entry {}

    record MaxPool(String name, String input, int kernel, int stride, int padding) implements Entry {}

    record SumPool(String name, String input, int kernel, int stride) implements Entry {}

    record Add(String name, String left, String right) implements Entry {}

    record IdentityShortcut(String name, String input, int stride, int channelsBefore, int channelsAfter)
            implements Entry {}

    record ArgMax(String name, String input) implements Entry {}

    record TopScores(String name, String input, int count) implements Entry {}

    /** The header's text; weights and thresholds go to {@code data} in the order of the layers. */
    static String write(IntegerNetwork network, NetworkData data) {
        List<Entry> entries = new ArrayList<>();
        for (Layer layer : network.layers()) {
            entries.add(entry(layer, data));
        }
        return JSON.writeValueAsString(new NetworkHeader(network.name(), entries));
    }

    static IntegerNetwork read(String text, NetworkData data) {
        NetworkHeader header;
        try {
            header = JSON.readValue(text, NetworkHeader.class);
        } catch (JacksonException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what = cause instanceof JacksonException j ? j.getOriginalMessage() : cause.getMessage();
            throw new InvalidInputException(
                    "the header is wrong at %s: %s"
                            .formatted(e.getPathReference().isEmpty() ? "its text" : path(e), what),
                    e);
        }
        List<Layer> layers = new ArrayList<>();
        for (Entry entry : header.layers()) {
            layers.add(layer(entry, data));
        }
        if (data.remaining() != 0) {
            throw new InvalidInputException("%d bytes of data belong to no layer.".formatted(data.remaining()));
        }
        return new IntegerNetwork(header.name(), layers);
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            path.append(step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName());
        }
        return path.isEmpty() ? "its text" : path.substring(path.charAt(0) == '.' ? 1 : 0);
    }

    private static Entry entry(Layer layer, NetworkData data) {
        return switch (layer) {
            case Layer.Input l -> new Input(l.name(), l.shape(), l.type(), l.scale());
            case Layer.Threshold l -> {
                ThresholdTable table = l.table();
                for (int row = 0; row < table.rows(); row++) {
                    int[] thresholds = new int[table.levels()];
                    for (int j = 0; j < thresholds.length; j++) {
                        thresholds[j] = table.threshold(row, j);
                    }
                    data.append(PackedCodes.of(thresholds, Integer.SIZE));
                }
                yield new Threshold(l.name(), l.input(), l.type(), table.rows(), l.scale());
            }
            case Layer.Convolution l -> {
                WeightCodes w = l.weights();
                data.append(w.packed());
                yield new Convolution(
                        l.name(),
                        l.input(),
                        w.bits(),
                        w.outputs(),
                        w.inputs(),
                        l.kernelHeight(),
                        l.kernelWidth(),
                        l.stride(),
                        l.padding(),
                        l.groups(),
                        l.scale());
            }
            case Layer.Dense l -> {
                WeightCodes w = l.weights();
                data.append(w.packed());
                yield new Dense(l.name(), l.input(), w.bits(), w.outputs(), w.inputs(), l.scale());
            }
            case Layer.Bias l -> new Bias(l.name(), l.input(), l.biases());
            case Layer.MaxPool l -> new MaxPool(l.name(), l.input(), l.kernel(), l.stride(), l.padding());
            case Layer.SumPool l -> new SumPool(l.name(), l.input(), l.kernel(), l.stride());
            case Layer.Add l -> new Add(l.name(), l.left(), l.right());
            case Layer.IdentityShortcut l ->
                new IdentityShortcut(l.name(), l.input(), l.stride(), l.channelsBefore(), l.channelsAfter());
            case Layer.ArgMax l -> new ArgMax(l.name(), l.input());
            case Layer.TopScores l -> new TopScores(l.name(), l.input(), l.count());
        };
    }

    private static Layer layer(Entry entry, NetworkData data) {
        return switch (entry) {
            case Input e -> new Layer.Input(e.name, e.shape, e.type, e.scale);
            case Threshold e -> {
                int levels = (1 << e.type.bits()) - 1;
                int[][] rows = new int[e.rows][];
                for (int row = 0; row < e.rows; row++) {
                    rows[row] = data.take(levels, Integer.SIZE).toArray();
                }
                yield new Layer.Threshold(e.name, e.input, new ThresholdTable(rows), e.type, e.scale);
            }
            case Convolution e ->
                new Layer.Convolution(
                        e.name,
                        e.input,
                        weights(e.name, e.weightBits, e.outputs, e.inputs, data),
                        e.kernelHeight,
                        e.kernelWidth,
                        e.stride,
                        e.padding,
                        e.groups,
                        e.scale);
            case Dense e ->
                new Layer.Dense(e.name, e.input, weights(e.name, e.weightBits, e.outputs, e.inputs, data), e.scale);
            case Bias e -> new Layer.Bias(e.name, e.input, e.biases);
            case MaxPool e -> new Layer.MaxPool(e.name, e.input, e.kernel, e.stride, e.padding);
            case SumPool e -> new Layer.SumPool(e.name, e.input, e.kernel, e.stride);
            case Add e -> new Layer.Add(e.name, e.left, e.right);
            case IdentityShortcut e ->
                new Layer.IdentityShortcut(e.name, e.input, e.stride, e.channelsBefore, e.channelsAfter);
            case ArgMax e -> new Layer.ArgMax(e.name, e.input);
            case TopScores e -> new Layer.TopScores(e.name, e.input, e.count);
        };
    }

    private static WeightCodes weights(String layer, int bits, int outputs, int inputs, NetworkData data) {
        if (bits < 1 || bits > WeightCodes.MAX_BITS || outputs < 1 || inputs < 1) {
            throw new InvalidInputException(
                    "Layer %s: weightBits must be 1 to %d and outputs and inputs at least 1, not %d, %d and %d."
                            .formatted(layer, WeightCodes.MAX_BITS, bits, outputs, inputs));
        }
        return new WeightCodes(bits, outputs, inputs, data);
    }
}
