package narrowband.hdl.verilog;

import java.util.BitSet;
import narrowband.hdl.ir.Node;

/** What a {@link Layout} knows of one node of a module. */
final class Place {
    static final Place[] NONE = {};

    final Node node;
    Place[] operands = NONE;
    /** How many phrases read it. */
    int uses;
    /** Operators written where it is written. */
    int size;
    /** The operand that the walk which is under way takes next. */
    int next;

    boolean counted;
    boolean claimed;
    /** A choice at the head of a driver: it becomes an if statement or one line of a column. */
    boolean branch;
    /** Something is taken from it that Verilog takes only from an identifier. */
    boolean selected;
    /** A signed expression, which an unsigned neighbour would make unsigned. */
    boolean signed;
    /** An address or a shift distance: Icarus computes them in more bits than they have, so arithmetic gets a wire that cuts it. */
    boolean index;
    /** The author's name for the expression. */
    String given;
    /** Its identifier; null where it is written in place. */
    String name;

    private boolean whollyRead;
    private BitSet read;

    Place(Node node) {
        this.node = node;
    }

    void readAll() {
        whollyRead = true;
        read = null;
    }

    void read(int low, int width) {
        if (!whollyRead) {
            if (read == null) {
                read = new BitSet();
            }
            read.set(low, low + width);
            whollyRead = read.cardinality() == node.width();
        }
    }

    boolean isWhollyRead() {
        return whollyRead;
    }

    /** The bits that some phrase has read. */
    BitSet bitsRead() {
        BitSet bits = new BitSet();
        if (whollyRead) {
            bits.set(0, node.width());
        } else if (read != null) {
            bits.or(read);
        }
        return bits;
    }
}
