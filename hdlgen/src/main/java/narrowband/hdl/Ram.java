package narrowband.hdl;

import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;

/** A memory with one write port. */
public final class Ram extends Memory {
    Ram(Module owner, MemoryBlock block) {
        super(owner, block);
    }

    /** Writes {@code data} to {@code address} at the next rising edge, under the conditions of the enclosing {@code when}s. There is one write port: say this once. */
    public void write(UInt address, UInt data) {
        requireInside("written");
        if (data.width() > width()) {
            throw new ElaborationException(
                    "a value of " + data.width() + " bits is written to words of " + width() + " bits",
                    "Say .trunc(" + width() + ") or widen the memory");
        }
        Bool enable = owner().condition();
        MemoryWrite write = new MemoryWrite(
                address(address), Expression.zeroExtend(data.node(), width()), enable.node(), owner().clockNow());
        owner().declare(block(), write);
    }

    /** As {@link #write(UInt, UInt)}, in cycles with {@code enable}. */
    public void write(UInt address, UInt data, Bool enable) {
        requireInside("written");
        owner().when(enable, () -> write(address, data));
    }

    /**
     * Promises that no word is used that was read at the clock edge at which its address was written. The simulators still give
     * the old word, unless they are asked to break promises ({@code PowerUp.adverse}); block RAM need not, and where it does not of itself, this saves what would make it: a copy of what was
     * written, a comparison of the addresses, and a choice behind the block.
     */
    public Ram ignoringCollisions() {
        block().ignoreCollisions();
        return this;
    }

    /** Promises that what {@link #readSync} gives is not used before it has read; see {@link Rom#ignoringStart()}. */
    public Ram ignoringStart() {
        block().ignoreStart();
        return this;
    }

    /** Gives the memory its name in the Verilog; needed only where it is not a field of the module. */
    public Ram named(String name) {
        owner().name(block(), name);
        return this;
    }
}
