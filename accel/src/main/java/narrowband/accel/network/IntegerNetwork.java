package narrowband.accel.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;

/**
 * An immutable graph of integer layers, in an order in which every layer follows its inputs. The first layer is the one
 * {@link Layer.Input}; the last layer's tensor is the network's output (class scores, or the class after an
 * {@link Layer.ArgMax}, or the best of them after {@link Layer.TopScores}).
 *
 * <p>Widths, shapes and signs of all tensors are derived once, here; a network that does not fit together is refused with
 * a message that names the layer.
 */
public final class IntegerNetwork {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final String name;
    private final List<Layer> layers;
    private final Map<String, Layer> byName = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    /** Null until it is asked for; whoever finds it so works out the same. */
    private volatile String digest;

    /** @throws InvalidInputException if names clash, an input is not an earlier layer, or shapes do not fit */
    public IntegerNetwork(String name, List<Layer> layers) {
        this.name = requireName("network", name);
        this.layers = List.copyOf(layers);
        if (this.layers.isEmpty() || !(this.layers.getFirst() instanceof Layer.Input)) {
            throw new InvalidInputException("Network %s: the first layer must be an input.".formatted(name));
        }
        for (Layer layer : this.layers) {
            requireName("layer", layer.name());
            if (layer instanceof Layer.Input && layer != this.layers.getFirst()) {
                throw new InvalidInputException("Layer %s: a network has one input.".formatted(layer.name()));
            }
            List<Tensor> inputs = new ArrayList<>();
            for (String input : layer.inputs()) {
                Tensor tensor = tensors.get(input);
                if (tensor == null) {
                    throw new InvalidInputException(
                            "Layer %s: its input %s is not an earlier layer.".formatted(layer.name(), input));
                }
                inputs.add(tensor);
            }
            if (tensors.putIfAbsent(layer.name(), yields(layer, inputs)) != null) {
                throw new InvalidInputException("Layer %s: the name is taken twice.".formatted(layer.name()));
            }
            byName.put(layer.name(), layer);
        }
        requireEveryLayerUsed();
    }

    private static String requireName(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException(
                    "The %s name \"%s\" must be lower-case letters, digits and underscores, a letter first."
                            .formatted(kind, name));
        }
        return name;
    }

    private static Tensor yields(Layer layer, List<Tensor> inputs) {
        try {
            return layer.yields(inputs);
        } catch (InvalidInputException e) {
            String message = e.getMessage();
            throw message.startsWith("Layer ")
                    ? e
                    : new InvalidInputException("Layer %s: %s".formatted(layer.name(), message), e);
        }
    }

    private void requireEveryLayerUsed() {
        for (Layer layer : layers) {
            if (layer != layers.getLast() && consumers(layer.name()).isEmpty()) {
                throw new InvalidInputException(
                        "Layer %s: nothing uses its tensor; only the last layer may be the output."
                                .formatted(layer.name()));
            }
        }
    }

    public String name() {
        return name;
    }

    /** The layers, every one after its inputs. */
    public List<Layer> layers() {
        return layers;
    }

    public Layer.Input input() {
        return (Layer.Input) layers.getFirst();
    }

    public Layer output() {
        return layers.getLast();
    }

    public Layer layer(String layerName) {
        Layer layer = byName.get(layerName);
        if (layer == null) {
            throw new IllegalArgumentException("no layer " + layerName);
        }
        return layer;
    }

    /** The tensor that a layer of this network yields. */
    public Tensor tensor(String layerName) {
        Tensor tensor = tensors.get(layerName);
        if (tensor == null) {
            throw new IllegalArgumentException("no layer " + layerName);
        }
        return tensor;
    }

    /** The tensor that comes in at the layer's first input. */
    public Tensor inputOf(Layer layer) {
        return tensor(layer.inputs().getFirst());
    }

    /** The layers that take in the tensor of the given one; a layer that takes it twice stands twice. */
    public List<Layer> consumers(String layerName) {
        List<Layer> consumers = new ArrayList<>();
        for (Layer layer : layers) {
            for (String input : layer.inputs()) {
                if (input.equals(layerName)) {
                    consumers.add(layer);
                }
            }
        }
        return consumers;
    }

    /**
     * This network with its best classes and their scores as its result, in place of the one class if that is what it gives.
     *
     * @throws InvalidInputException if its result is no vector, or has fewer classes
     */
    public IntegerNetwork withTopScores(int count) {
        List<Layer> changed = new ArrayList<>(layers);
        boolean classifies = output() instanceof Layer.ArgMax || output() instanceof Layer.TopScores;
        String scores = classifies ? output().inputs().getFirst() : output().name();
        String top = classifies ? changed.removeLast().name() : freeName("top");
        changed.add(new Layer.TopScores(top, scores, count));
        return new IntegerNetwork(name, changed);
    }

    private String freeName(String wanted) {
        return byName.containsKey(wanted) ? freeName(wanted + "_scores") : wanted;
    }

    /** The weights of the layers that have any, by layer, in order. */
    public Map<String, WeightCodes> weights() {
        Map<String, WeightCodes> weights = new LinkedHashMap<>();
        for (Layer layer : layers) {
            switch (layer) {
                case Layer.Convolution convolution -> weights.put(layer.name(), convolution.weights());
                case Layer.Dense dense -> weights.put(layer.name(), dense.weights());
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
        return weights;
    }

    /** Multiply-accumulates of one layer for one image, padding taps included; 0 for layers without weights. */
    public long multiplyAccumulates(Layer layer) {
        return switch (layer) {
            case Layer.Convolution convolution ->
                (long) tensor(layer.name()).shape().positions()
                        * convolution.weights().outputs()
                        * convolution.weights().inputs();
            case Layer.Dense dense ->
                (long) dense.weights().outputs() * dense.weights().inputs();
            case Layer.Input _,
                    Layer.Threshold _,
                    Layer.Bias _,
                    Layer.MaxPool _,
                    Layer.SumPool _,
                    Layer.Add _,
                    Layer.IdentityShortcut _,
                    Layer.ArgMax _,
                    Layer.TopScores _ -> 0;
        };
    }

    /** That of the network's file. */
    String digest() {
        String known = digest;
        if (known == null) {
            known = NetworkFile.sha256(NetworkFile.bytes(this));
            digest = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IntegerNetwork that && name.equals(that.name) && layers.equals(that.layers);
    }

    @Override
    public int hashCode() {
        return layers.hashCode();
    }
}
