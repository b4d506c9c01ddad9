package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;

/** The module as IP-XACT, IEEE 1685-2014: {@code component.xml}. */
final class IpXact {
    private static final Template COMPONENT = Template.named("component.xml");
    private static final Template BUS = Template.named("component_bus.xml");
    private static final Template PORT_MAP = Template.named("component_port_map.xml");
    private static final Template WIRE = Template.named("component_wire.xml");
    private static final Template FILE = Template.named("component_file.xml");

    private IpXact() {}

    /**
     * The component.
     *
     * @param benchTop the module of the test bench
     * @param sources Verilog files for synthesis, inner modules first
     * @param memories files that they read
     * @param bench files for simulation alone
     */
    static String component(
            ModuleNetlist top,
            String benchTop,
            String version,
            List<String> sources,
            Collection<String> memories,
            Collection<String> bench) {
        List<String> wires = new ArrayList<>();
        for (Clock clock : top.clocksUsed()) {
            wires.add(wire(top.clockPort(clock), "in", 1));
            if (top.resettable(clock)) {
                wires.add(wire(top.resetPort(clock), "in", 1));
            }
        }
        for (Net port : top.ports()) {
            wires.add(wire(top.name(port), port.kind() == Net.Kind.INPUT ? "in" : "out", port.width()));
        }
        return COMPONENT.filled(Map.of(
                "name", top.kind(),
                "version", version,
                "description", escaped(top.description()),
                "bench_top", benchTop,
                "buses",
                        joined(BusInterface.of(top).stream()
                                .map(bus -> bus(top, bus))
                                .toList()),
                "ports", joined(wires),
                "sources", files(sources, "verilogSource-2001"),
                "memories", files(memories, "user"),
                "bench", files(bench, "verilogSource-2001")));
    }

    private static String bus(ModuleNetlist top, BusInterface bus) {
        return BUS.filled(Map.of(
                "name", bus.name(),
                "bus", bus.kind().busName(),
                "version", bus.kind().version(),
                "clock", bus.kind().clock(),
                "mode", bus.slave() ? "slave" : "master",
                "maps",
                        bus.ports().entrySet().stream()
                                .map(port -> PORT_MAP.filled(
                                        Map.of("logical", port.getKey(), "physical", top.name(port.getValue()))))
                                .collect(Collectors.joining())));
    }

    private static String wire(String name, String direction, int width) {
        return WIRE.filled(Map.of("name", name, "direction", direction, "left", Integer.toString(width - 1)));
    }

    private static String files(Collection<String> names, String type) {
        return joined(names.stream()
                .map(name -> FILE.filled(Map.of("name", name, "type", name.endsWith(".v") ? type : "user")))
                .toList());
    }

    private static String joined(List<String> parts) {
        return String.join("", parts);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
