package narrowband.hdl;

import narrowband.hdl.ir.MemoryBlock;

/** A memory with fixed contents. */
public final class Rom extends Memory {
    Rom(Module owner, MemoryBlock block) {
        super(owner, block);
    }

    /** Gives the memory its name in the Verilog; needed only where it is not a field of the module. */
    public Rom named(String name) {
        owner().name(block(), name);
        return this;
    }
}
