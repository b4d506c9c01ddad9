package narrowband.sim.machines;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;

/**
 * A network as the machines of the literature see it: its layers with weights, in order, with their shapes and widths.
 *
 * @param network its name
 */
public record LayerTable(String network, List<Row> rows) {
    public LayerTable {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new InvalidInputException("Network %s: it has no layers with weights to count.".formatted(network));
        }
    }

    /** The layers with weights of an integer network. */
    public static LayerTable of(IntegerNetwork network) {
        List<Row> rows = new ArrayList<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution convolution -> rows.add(row(network, convolution));
                case Layer.Dense dense -> rows.add(row(network, dense));
                case Layer.Input _,
                        Layer.Threshold _,
                        Layer.Bias _,
                        Layer.MaxPool _,
                        Layer.SumPool _,
                        Layer.Add _,
                        Layer.IdentityShortcut _,
                        Layer.ArgMax _,
                        Layer.TopScores _ -> {}
            }
        }
        return new LayerTable(network.name(), rows);
    }

    private static Row row(IntegerNetwork network, Layer.Convolution layer) {
        Shape out = network.tensor(layer.name()).shape();
        return new Row(
                layer.name(),
                network.inputOf(layer).shape().channels(),
                out.channels(),
                layer.kernelHeight(),
                layer.kernelWidth(),
                layer.stride(),
                layer.padding(),
                layer.groups(),
                out.height(),
                out.width(),
                layer.weights().bits(),
                network.inputOf(layer).type().bits(),
                readsImage(network, layer));
    }

    private static Row row(IntegerNetwork network, Layer.Dense layer) {
        WeightCodes weights = layer.weights();
        Row row = Row.dense(
                layer.name(),
                weights.inputs(),
                weights.outputs(),
                weights.bits(),
                network.inputOf(layer).type().bits());
        return readsImage(network, layer) ? row.ofTheImage() : row;
    }

    /** Whether nothing but work on single codes lies between the image and the layer. */
    private static boolean readsImage(IntegerNetwork network, Layer layer) {
        Layer from = network.layer(layer.inputs().getFirst());
        return switch (from) {
            case Layer.Input _ -> true;
            case Layer.Threshold _, Layer.Bias _ -> readsImage(network, from);
            case Layer.Convolution _,
                    Layer.Dense _,
                    Layer.MaxPool _,
                    Layer.SumPool _,
                    Layer.Add _,
                    Layer.IdentityShortcut _,
                    Layer.ArgMax _,
                    Layer.TopScores _ -> false;
        };
    }

    /** Multiply-accumulates of one image. */
    public long multiplyAccumulates() {
        return rows.stream().mapToLong(Row::multiplyAccumulates).sum();
    }

    /**
     * A layer with weights. A dense layer is a convolution with a kernel of one tap and a single output position.
     *
     * @param padding rows and columns of zeros on each side; outputs are counted as they are given, not derived from it
     * @param groups of channels that do not see each other
     * @param weightBits width of its weights
     * @param activationBits width of the codes that it takes in
     * @param readsImage whether it is the network's first, with the image for input
     */
    public record Row(
            String name,
            int inputChannels,
            int outputChannels,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int padding,
            int groups,
            int outputHeight,
            int outputWidth,
            int weightBits,
            int activationBits,
            boolean readsImage) {
        public Row {
            int least = List.of(
                            inputChannels,
                            outputChannels,
                            kernelHeight,
                            kernelWidth,
                            stride,
                            groups,
                            outputHeight,
                            outputWidth,
                            weightBits,
                            activationBits)
                    .stream()
                    .min(Integer::compare)
                    .orElseThrow();
            if (least < 1 || padding < 0) {
                throw new InvalidInputException(
                        "Layer %s: channels, kernel, stride, groups, outputs and widths must be at least 1 and padding at least 0."
                                .formatted(name));
            }
            if (inputChannels % groups != 0 || outputChannels % groups != 0) {
                throw new InvalidInputException("Layer %s: %d and %d channels do not make %d groups."
                        .formatted(name, inputChannels, outputChannels, groups));
            }
        }

        /** A convolution with a square kernel, in one group, within the network. */
        public static Row convolution(
                String name,
                int inputChannels,
                int outputChannels,
                int kernel,
                int stride,
                int outputHeight,
                int outputWidth,
                int weightBits,
                int activationBits) {
            return new Row(
                    name,
                    inputChannels,
                    outputChannels,
                    kernel,
                    kernel,
                    stride,
                    kernel / 2,
                    1,
                    outputHeight,
                    outputWidth,
                    weightBits,
                    activationBits,
                    false);
        }

        /** A dense layer within the network. */
        public static Row dense(String name, int inputs, int outputs, int weightBits, int activationBits) {
            return new Row(name, inputs, outputs, 1, 1, 1, 0, 1, 1, 1, weightBits, activationBits, false);
        }

        /** The same as the network's first layer. */
        public Row ofTheImage() {
            return new Row(
                    name,
                    inputChannels,
                    outputChannels,
                    kernelHeight,
                    kernelWidth,
                    stride,
                    padding,
                    groups,
                    outputHeight,
                    outputWidth,
                    weightBits,
                    activationBits,
                    true);
        }

        /** The work of one group, as a layer of its own. */
        Row oneGroup() {
            return new Row(
                    name,
                    inputChannels / groups,
                    outputChannels / groups,
                    kernelHeight,
                    kernelWidth,
                    stride,
                    padding,
                    1,
                    outputHeight,
                    outputWidth,
                    weightBits,
                    activationBits,
                    readsImage);
        }

        /** Output positions. */
        public long positions() {
            return (long) outputHeight * outputWidth;
        }

        /** Products that one output code is the sum of. */
        public long products() {
            return (long) kernelHeight * kernelWidth * (inputChannels / groups);
        }

        /** Multiply-accumulates of one image. */
        public long multiplyAccumulates() {
            return positions() * outputChannels * products();
        }

        /** Products of single bits of one image: each multiply-accumulate takes weight bits x activation bits of them. */
        public long bitProducts() {
            return multiplyAccumulates() * weightBits * activationBits;
        }

        /** Whether it has a single output position and a kernel of one tap. */
        public boolean isDense() {
            return positions() == 1 && kernelHeight == 1 && kernelWidth == 1;
        }
    }
}
