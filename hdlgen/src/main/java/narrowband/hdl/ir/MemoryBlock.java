package narrowband.hdl.ir;

import java.math.BigInteger;
import java.util.List;

/** A memory of {@code depth} words. Its write port, where it has one, is kept by the {@link ModuleNetlist}. */
public final class MemoryBlock {
    /** Where synthesis should put the memory. */
    public enum Style {
        /** Left to the synthesis tool. */
        AUTO,
        BLOCK,
        DISTRIBUTED,
        /** A truth table in look-up tables, for few fixed words that are read in the same cycle. */
        LOGIC
    }

    private final int width;
    private final int depth;
    private final boolean writable;
    private final List<BigInteger> contents;
    private final Style style;
    private final SourceLine source;
    private boolean collisionsMatter = true;
    private boolean startMatters = true;

    /**
     * A memory.
     *
     * @param contents one unsigned pattern per word, or empty for a memory that starts undefined in hardware (and as 0 in the simulators)
     */
    public MemoryBlock(
            int width, int depth, boolean writable, List<BigInteger> contents, Style style, SourceLine source) {
        this.width = width;
        this.depth = depth;
        this.writable = writable;
        this.contents = List.copyOf(contents);
        this.style = style;
        this.source = source;
    }

    public int width() {
        return width;
    }

    public int depth() {
        return depth;
    }

    public boolean writable() {
        return writable;
    }

    public List<BigInteger> contents() {
        return contents;
    }

    public Style style() {
        return style;
    }

    /** Whether it matters what is read at an address that is written in the same cycle. */
    public boolean collisionsMatter() {
        return collisionsMatter;
    }

    /** Leaves to the hardware what is read at an address that is written in the same cycle. */
    public void ignoreCollisions() {
        collisionsMatter = false;
    }

    /** Whether it matters what a read port with a register holds before it has read. */
    public boolean startMatters() {
        return startMatters;
    }

    /** Leaves to the hardware what read ports with registers hold before they have read. */
    public void ignoreStart() {
        startMatters = false;
    }

    public SourceLine source() {
        return source;
    }

    /** Whether each address that a port can carry reads a word that hardware defines: contents are given and the depth is a power of two, or it is a truth table. */
    public boolean fullyDefined() {
        return style == Style.LOGIC || !contents.isEmpty() && Integer.bitCount(depth) == 1 && depth > 1;
    }
}
