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
    private int[] hashes;
    private int size;

    /** Numbers nothing yet. */
    public NodeNumbers() {
        table = new int[2 * SMALLEST];
        nodes = new Node[SMALLEST];
        hashes = new int[SMALLEST];
    }

    /** The number of {@code node}, or -1. */
    public int of(Node node) {
        return table[place(node, hash(node))] - 1;
    }

    /** Numbers {@code node} if it has no number yet; returns whether it had none. */
    public boolean add(Node node) {
        return enter(node) >= 0;
    }

    /** Numbers {@code node} if it has no number yet; returns the number where it is new, and the number's complement ({@code ~}) where it is known. */
    public int enter(Node node) {
        int hash = hash(node);
        int place = place(node, hash);
        if (table[place] != 0) {
            return -table[place];
        }
        if (size == nodes.length) {
            grow();
            place = place(node, hash);
        }
        nodes[size] = node;
        hashes[size] = hash;
        table[place] = ++size;
        return size - 1;
    }

    /** How many nodes have a number. */
    public int size() {
        return size;
    }

    /** All nodes that have a number, in the order of their numbers; a view. */
    public List<Node> all() {
        return Collections.unmodifiableList(Arrays.asList(nodes).subList(0, size));
    }

    private static int hash(Node node) {
        int hash = System.identityHashCode(node) * 0x9e3779b1;
        return hash ^ hash >>> 15;
    }

    /** The place in the table where {@code node} is or belongs. */
    private int place(Node node, int hash) {
        int mask = table.length - 1;
        int place = hash & mask;
        while (table[place] != 0 && nodes[table[place] - 1] != node) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        nodes = Arrays.copyOf(nodes, 4 * nodes.length);
        hashes = Arrays.copyOf(hashes, nodes.length);
        table = new int[2 * nodes.length];
        int mask = table.length - 1;
        for (int i = 0; i < size; i++) {
            int place = hashes[i] & mask;
            while (table[place] != 0) {
                place = (place + 1) & mask;
            }
            table[place] = i + 1;
        }
    }
}
