package narrowband.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Resources;
import narrowband.accel.design.Unit;
import narrowband.accel.network.Layer;

/**
 * The hardware that works for one layer: its units, and the FIFOs that bring them words. The FIFO of the result belongs to
 * the layer that makes it. Every unit and every FIFO belongs to exactly one layer.
 */
public record LayerHardware(String layer, List<Unit> units, List<Channel> channels) {
    public LayerHardware {
        units = List.copyOf(units);
        channels = List.copyOf(channels);
    }

    /** The hardware of each layer, in the network's order; the input has none. */
    public static List<LayerHardware> of(Accelerator accelerator) {
        Map<String, List<Unit>> units = new LinkedHashMap<>();
        Map<String, List<Channel>> channels = new LinkedHashMap<>();
        for (Layer layer : accelerator.network().layers()) {
            units.put(layer.name(), new ArrayList<>());
            channels.put(layer.name(), new ArrayList<>());
        }
        Map<String, String> layerOfUnit = new LinkedHashMap<>();
        for (Unit unit : accelerator.units()) {
            units.get(unit.layer()).add(unit);
            layerOfUnit.put(unit.name(), unit.layer());
        }
        String input = accelerator.network().input().name();
        for (Channel channel : accelerator.channels()) {
            Channel.Port port = channel.to().isExternal() ? channel.from() : channel.to();
            channels.get(layerOfUnit.getOrDefault(port.unit(), input)).add(channel);
        }
        List<LayerHardware> layers = new ArrayList<>();
        units.forEach((layer, its) -> {
            if (!its.isEmpty() || !channels.get(layer).isEmpty()) {
                layers.add(new LayerHardware(layer, its, channels.get(layer)));
            }
        });
        return layers;
    }

    /** The estimate for all of it. */
    public Resources resources(Accelerator accelerator) {
        Resources total = Resources.NONE;
        for (Unit unit : units) {
            total = total.plus(unit.resources(accelerator.fpga()));
        }
        for (Channel channel : channels) {
            total = total.plus(accelerator.resources(channel));
        }
        return total;
    }
}
