package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;

/**
 * A bus of a module: ports whose names are a common prefix and the standard's signal names.
 *
 * @param name the prefix, without what follows
 * @param slave whether others send to it
 * @param ports the module's port for each of the standard's signals, {@code TVALID} and so on
 */
record BusInterface(String name, Kind kind, boolean slave, Map<String, Net> ports) {
    /** A standard, and what IP-XACT calls it. */
    enum Kind {
        AXI4_STREAM("AXI4Stream", "r0p0_1", "_tvalid", "_t[a-z]+"),
        AXI4_LITE("AXI4-Lite", "r0p0", "_awvalid", "_(aw|w|b|ar|r)[a-z]+");

        private final String busName;
        private final String version;
        private final String mark;
        private final String signals;

        Kind(String busName, String version, String mark, String signals) {
            this.busName = busName;
            this.version = version;
            this.mark = mark;
            this.signals = signals;
        }

        /** The name of ARM's bus definition. */
        String busName() {
            return busName;
        }

        /** The version of ARM's bus definition. */
        String version() {
            return version;
        }

        /** The name of the bus's clock in it. */
        String clock() {
            return "ACLK";
        }
    }

    /** All buses of a module, in the order of their ports. */
    static List<BusInterface> of(ModuleNetlist module) {
        List<BusInterface> buses = new ArrayList<>();
        for (Net port : module.ports()) {
            for (Kind kind : Kind.values()) {
                String name = module.name(port);
                if (name.endsWith(kind.mark)) {
                    String prefix = name.substring(0, name.length() - kind.mark.length());
                    buses.add(
                            new BusInterface(prefix, kind, port.kind() == Net.Kind.INPUT, ports(module, prefix, kind)));
                }
            }
        }
        return buses;
    }

    private static Map<String, Net> ports(ModuleNetlist module, String prefix, Kind kind) {
        Map<String, Net> ports = new LinkedHashMap<>();
        for (Net port : module.ports()) {
            String name = module.name(port);
            if (name.startsWith(prefix) && name.substring(prefix.length()).matches(kind.signals)) {
                ports.put(name.substring(prefix.length() + 1).toUpperCase(Locale.ROOT), port);
            }
        }
        return ports;
    }
}
