package narrowband.hdl.ir;

/**
 * A registered read port: at each rising edge of its clock with {@code enable} it takes the word that {@code memory} held at {@code address} before the edge (a write at the same edge
 * is seen one cycle later). Starts as 0.
 */
public final class SynchronousRead implements Node {
    private final MemoryBlock memory;
    private final Node address;
    private final Node enable;
    private final Clock clock;

    public SynchronousRead(MemoryBlock memory, Node address, Node enable, Clock clock) {
        this.memory = memory;
        this.address = address;
        this.enable = enable;
        this.clock = clock;
    }

    public MemoryBlock memory() {
        return memory;
    }

    public Node address() {
        return address;
    }

    /** One bit; a constant 1 where the port always reads. */
    public Node enable() {
        return enable;
    }

    public Clock clock() {
        return clock;
    }

    @Override
    public int width() {
        return memory.width();
    }
}
