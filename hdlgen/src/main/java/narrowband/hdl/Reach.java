package narrowband.hdl;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SynchronousRead;

/** What an expression is made of. */
final class Reach {
    private Reach() {}

    /** The nets and registered reads that {@code root} reads in the same cycle. */
    static Set<Node> leaves(Node root) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Node> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Node> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (!seen.add(node)) {
                continue;
            }
            switch (node) {
                case Net net -> leaves.add(net);
                case SynchronousRead read -> leaves.add(read);
                case Operation operation -> operation.operands().forEach(open::push);
                case AsynchronousRead read -> open.push(read.address());
                case Constant constant -> {}
            }
        }
        return leaves;
    }
}
