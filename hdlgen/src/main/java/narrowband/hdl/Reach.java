package narrowband.hdl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.NodeNumbers;
import narrowband.hdl.ir.Operation;

/** What an expression is made of. */
final class Reach {
    private Reach() {}

    /** Everything that {@code roots} read in the same cycle, and themselves; each once, in an order that depends on nothing but the roots. */
    static List<Node> all(Collection<? extends Node> roots) {
        NodeNumbers seen = new NodeNumbers();
        walk(new ArrayDeque<>(roots), seen);
        return seen.all();
    }

    /** What {@code root} reads in the same cycle, and itself, without what {@code seen} already holds; adds it there. */
    static List<Node> further(Node root, NodeNumbers seen) {
        int before = seen.size();
        walk(new ArrayDeque<>(List.of(root)), seen);
        return seen.all().subList(before, seen.size());
    }

    private static void walk(Deque<Node> open, NodeNumbers seen) {
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (!seen.add(node)) {
                continue;
            }
            if (node instanceof Operation operation) {
                for (Node operand : operation.operands()) {
                    open.push(operand);
                }
            } else if (node instanceof AsynchronousRead read) {
                open.push(read.address());
            }
        }
    }

    /** The inputs, registers and read ports of a flat design that {@code root} depends on in the same cycle. */
    static List<Node> sources(FlatNetlist netlist, Node root) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node> sources = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>(List.of(netlist.source(root)));
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (!seen.add(node)) {
                continue;
            }
            switch (node) {
                case Operation operation -> operation.operands().forEach(next -> open.push(netlist.source(next)));
                case AsynchronousRead read -> open.push(netlist.source(read.address()));
                case Constant constant -> {}
                default -> sources.add(node);
            }
        }
        return sources;
    }
}
