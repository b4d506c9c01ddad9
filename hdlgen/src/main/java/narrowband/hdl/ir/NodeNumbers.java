package narrowband.hdl.ir;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Numbers nodes from 0 on, each node (by identity) in the order in which it is added. For walks over large netlists, where what is known of a node then lies in plain arrays.
 */
public final class NodeNumbers {
    private static final int SMALLEST = 64;

    /** Open addressing: at most half of the places are taken. */
    private int[] table;

    private Node[] nodes;
    private int size;

    /** Numbers nothing yet. */
    public NodeNumbers() {
        table = new int[2 * SMALLEST];
        nodes = new Node[SMALLEST];
    }

    /** The number of {@code node}, or -1. */
    public int of(Node node) {
        return table[place(node)] - 1;
    }

    /** Numbers {@code node} if it has no number yet; returns whether it had none. */
    public boolean add(Node node) {
        int place = place(node);
        if (table[place] != 0) {
            return false;
        }
        if (size == nodes.length) {
            grow();
            place = place(node);
        }
        nodes[size] = node;
        table[place] = ++size;
        return true;
    }

    /** How many nodes have a number. */
    public int size() {
        return size;
    }

    /** The node of this number. */
    public Node node(int number) {
        return nodes[number];
    }

    /** All nodes that have a number, in the order of their numbers; a view. */
    public List<Node> all() {
        return Collections.unmodifiableList(Arrays.asList(nodes).subList(0, size));
    }

    /** The place in the table where {@code node} is or belongs. */
    private int place(Node node) {
        int mask = table.length - 1;
        int hash = System.identityHashCode(node) * 0x9e3779b1;
        int place = (hash ^ hash >>> 15) & mask;
        while (table[place] != 0 && nodes[table[place] - 1] != node) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        nodes = Arrays.copyOf(nodes, 2 * nodes.length);
        table = new int[2 * nodes.length];
        for (int i = 0; i < size; i++) {
            table[place(nodes[i])] = i + 1;
        }
    }
}
