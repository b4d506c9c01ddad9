package narrowband.hdl.ir;

/** A memory's write port: at each rising edge of {@code clock} with {@code enable} (one bit), {@code data} goes to {@code address}. */
public record MemoryWrite(Node address, Node data, Node enable, Clock clock) {}
