package narrowband.accel.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;

/**
 * What goes through the tail of one pass of a {@link SharedEngine}: layers behind its head, each the only one that takes
 * what is before it. A threshold or an arg-max ends it.
 *
 * @param layers that the pass carries, in order
 * @param last the layer whose tensor comes out
 */
record EngineChain(List<String> layers, String last, Optional<Layer.Bias> bias, Optional<Layer.Threshold> threshold) {
    /** A tensor as it is. */
    static EngineChain only(String layer) {
        return new EngineChain(List.of(layer), layer, Optional.empty(), Optional.empty());
    }

    /** A head with what follows it. */
    static EngineChain behind(IntegerNetwork network, Layer head) {
        return only(head.name()).goOn(network);
    }

    /** A layer that has no taps, with what follows it. */
    static EngineChain from(IntegerNetwork network, Layer first) {
        return new EngineChain(List.of(), first.inputs().getFirst(), Optional.empty(), Optional.empty())
                .with(network, first);
    }

    private EngineChain goOn(IntegerNetwork network) {
        List<Layer> consumers = network.consumers(last);
        return consumers.size() == 1 ? with(network, consumers.getFirst()) : this;
    }

    /** This chain with a layer behind it, and what follows that, as far as it goes through a tail. */
    private EngineChain with(IntegerNetwork network, Layer next) {
        List<String> longer = new ArrayList<>(layers);
        longer.add(next.name());
        return switch (next) {
            case Layer.Threshold found -> new EngineChain(longer, next.name(), bias, Optional.of(found));
            case Layer.ArgMax _ -> new EngineChain(longer, next.name(), bias, threshold);
            case Layer.Bias added
            when bias.isEmpty() -> new EngineChain(longer, next.name(), Optional.of(added), threshold).goOn(network);
            default -> this;
        };
    }
}
