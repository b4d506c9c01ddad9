package narrowband.hdl.ir;

import java.util.Map;

/**
 * A module inside a module.
 *
 * @param clocks for each clock of the module, the parent's clock that it is connected to
 */
public record Instance(String name, ModuleNetlist module, Map<Clock, Clock> clocks) {}
