package narrowband.hdl.stream;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.TreeSet;
import narrowband.hdl.Design;
import narrowband.hdl.Scalar;
import narrowband.hdl.Value;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;

/** Which inputs of a design an output depends on within a cycle. */
final class Paths {
    private Paths() {}

    /** The names of those inputs. */
    static Set<String> into(Design design, Value<?> output) {
        FlatNetlist netlist = design.flat();
        Set<String> inputs = new TreeSet<>();
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Node> open = new ArrayDeque<>();
        for (Scalar<?> scalar : output.scalars()) {
            open.push(scalar.node());
        }
        while (!open.isEmpty()) {
            Node node = netlist.source(open.pop());
            if (!seen.add(node)) {
                continue;
            }
            switch (node) {
                case Net net
                when net.kind() == Net.Kind.INPUT -> inputs.add(netlist.names().get(net));
                case Operation operation -> operation.operands().forEach(open::push);
                case AsynchronousRead read -> open.push(read.address());
                default -> {}
            }
        }
        return inputs;
    }
}
