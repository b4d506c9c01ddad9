package narrowband.hdl;

import narrowband.hdl.ir.MemoryBlock;

/** A memory with fixed contents. */
public final class Rom extends Memory {
    Rom(Module owner, MemoryBlock block) {
        super(owner, block);
    }

    /**
     * Promises that what {@link #readSync} gives is not used before it has read. The simulators in the JVM still start with 0, unless they are asked to start with anything; in
     * the Verilog nothing is said of it. The register of a block RAM that has no value to start with can then be used as it is, without a table behind each of its bits.
     */
    public Rom ignoringStart() {
        block().ignoreStart();
        return this;
    }

    /** Gives the memory its name in the Verilog; needed only where it is not a field of the module. */
    public Rom named(String name) {
        owner().name(block(), name);
        return this;
    }
}
