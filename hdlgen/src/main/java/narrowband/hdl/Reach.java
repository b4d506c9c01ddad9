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
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SynchronousRead;

/** What an expression is made of. */
final class Reach {
    private Reach() {}

    /** The nets and registered reads that {@code root} reads in the same cycle. */
    static Set<Node> leaves(Node root) {
        Set<Node> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : all(List.of(root))) {
            if (node instanceof Net || node instanceof SynchronousRead) {
                leaves.add(node);
            }
        }
        return leaves;
    }

    /** Everything that {@code roots} read in the same cycle, and themselves; each once, in an order that depends on nothing but the roots. */
    static List<Node> all(Collection<? extends Node> roots) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node> all = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>();
        roots.forEach(open::add);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (!seen.add(node)) {
                continue;
            }
            all.add(node);
            switch (node) {
                case Operation operation -> operation.operands().forEach(open::push);
                case AsynchronousRead read -> open.push(read.address());
                case Net net -> {}
                case SynchronousRead read -> {}
                case Constant constant -> {}
            }
        }
        return all;
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
