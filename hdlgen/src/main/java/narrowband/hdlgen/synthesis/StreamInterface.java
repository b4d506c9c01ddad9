package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;

/**
 * An AXI4-Stream of a module: ports whose names are a common prefix and the standard's signal names.
 *
 * @param name the prefix, without what follows
 * @param enters whether words come in
 * @param ports the module's port for each of the standard's signals, {@code TVALID} and so on
 */
record StreamInterface(String name, boolean enters, Map<String, Net> ports) {
    private static final String VALID = "_tvalid";

    /** All streams of a module, in the order of their ports. */
    static List<StreamInterface> of(ModuleNetlist module) {
        List<StreamInterface> streams = new ArrayList<>();
        for (Net port : module.ports()) {
            String valid = module.name(port);
            if (!valid.endsWith(VALID)) {
                continue;
            }
            String prefix = valid.substring(0, valid.length() - VALID.length());
            Map<String, Net> ports = new LinkedHashMap<>();
            for (Net other : module.ports()) {
                String name = module.name(other);
                if (name.startsWith(prefix + "_t")) {
                    ports.put(name.substring(prefix.length() + 1).toUpperCase(Locale.ROOT), other);
                }
            }
            streams.add(new StreamInterface(prefix, port.kind() == Net.Kind.INPUT, ports));
        }
        return streams;
    }
}
