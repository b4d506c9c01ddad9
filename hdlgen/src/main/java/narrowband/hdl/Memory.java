package narrowband.hdl;

import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SynchronousRead;

/** A memory: {@link Rom} or {@link Ram}. */
public abstract sealed class Memory permits Rom, Ram {
    private final Module owner;
    private final MemoryBlock block;

    Memory(Module owner, MemoryBlock block) {
        this.owner = owner;
        this.block = block;
    }

    /** The word at {@code address} in this cycle: LUT RAM. Addresses beyond the depth must not matter: their word is undefined in hardware. */
    public final UInt read(UInt address) {
        requireInside("read");
        if (block.style() == MemoryBlock.Style.BLOCK) {
            throw new ElaborationException(
                    "a memory in block RAM, which has a register in every read port, is read in the same cycle",
                    "Say readSync(address), or choose another style");
        }
        return new UInt(owner, new AsynchronousRead(block, address(address)));
    }

    /** The word that was at {@code address} in the cycle before: a registered read, as block RAM has. Starts as 0, if it matters ({@code ignoringStart}); a write in the same cycle is not yet seen. */
    public final UInt readSync(UInt address) {
        return readSync(address, Bool.TRUE);
    }

    /** As {@link #readSync(UInt)}, but the word is kept in cycles without {@code enable}. */
    public final UInt readSync(UInt address, Bool enable) {
        requireInside("read");
        if (block.style() == MemoryBlock.Style.LOGIC) {
            throw new ElaborationException(
                    "a memory of truth tables is read at a clock edge",
                    "Read it in the same cycle, or choose another style");
        }
        SynchronousRead read = new SynchronousRead(block, address(address), enable.node(), owner.clockNow());
        owner.declare(read);
        return new UInt(owner, read);
    }

    /** Number of words. */
    public final int depth() {
        return block.depth();
    }

    /** Width of a word in bits. */
    public final int width() {
        return block.width();
    }

    /** Width of an address in bits: as many as the highest address needs, at least 1. */
    public final int addressWidth() {
        return Math.max(1, 32 - Integer.numberOfLeadingZeros(block.depth() - 1));
    }

    /** A memory is an instance's own business; its module is complete once it is one. */
    final void requireInside(String use) {
        if (owner.parent() != null) {
            throw new ElaborationException(
                    "a memory of " + owner.kind() + " is " + use + " from outside",
                    "Give " + owner.kind() + " ports for it");
        }
    }

    final MemoryBlock block() {
        return block;
    }

    final Module owner() {
        return owner;
    }

    final Node address(UInt address) {
        if (address.width() > addressWidth()) {
            throw new ElaborationException(
                    "an address of " + address.width() + " bits points into a memory of " + depth() + " words",
                    "Say .trunc(" + addressWidth() + ") where the upper bits are known to be 0");
        }
        return Expression.zeroExtend(address.node(), addressWidth());
    }
}
