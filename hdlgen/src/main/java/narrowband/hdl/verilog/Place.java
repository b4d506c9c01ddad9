package narrowband.hdl.verilog;

import java.util.BitSet;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;

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

    /** How far a search for loops has come. */
    enum Walk {
        UNSEEN,
        OPEN,
        DONE
    }

    Walk walk = Walk.UNSEEN;
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
    /** A wider operation of which this one is read as the low bits; null where it is computed for itself. */
    Operation whole;
    /** The author's name for the expression. */
    String given;
    /** Its identifier; null where it is written in place. */
    String name;

    private boolean whollyRead;
    private BitSet read;

    Place(Node node) {
        this.node = node;
    }

    /** Prepares for counting again, with what is now known of {@link #whole}. */
    void forgetUses() {
        counted = false;
        uses = 0;
        if (whole != null) {
            operands = NONE;
        }
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
