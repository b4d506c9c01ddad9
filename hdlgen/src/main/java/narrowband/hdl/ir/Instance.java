package narrowband.hdl.ir;

/** A module inside a module. */
public record Instance(String name, ModuleNetlist module) {}
