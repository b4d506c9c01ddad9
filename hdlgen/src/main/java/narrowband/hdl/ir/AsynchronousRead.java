package narrowband.hdl.ir;

/** The word that {@code memory} holds at {@code address} in this very cycle; an address at or beyond the depth reads 0 in the simulators. */
public final class AsynchronousRead implements Node {
    private final MemoryBlock memory;
    private final Node address;

    public AsynchronousRead(MemoryBlock memory, Node address) {
        this.memory = memory;
        this.address = address;
    }

    public MemoryBlock memory() {
        return memory;
    }

    public Node address() {
        return address;
    }

    @Override
    public int width() {
        return memory.width();
    }
}
