package narrowband.hdl.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A design without hierarchy. Wires, outputs and instance ports are gone: {@link #source(Node)} tells what such a net carries.
 *
 * @param inputs the top module's inputs
 * @param outputs the top module's outputs
 * @param order all operations and asynchronous reads, each after what it reads
 */
public record FlatNetlist(
        List<Net> inputs,
        List<Net> outputs,
        List<Net> registers,
        List<SynchronousRead> reads,
        List<Node> order,
        List<MemoryBlock> memories,
        Map<MemoryBlock, MemoryWrite> writes,
        Map<Net, Node> drivers,
        Map<Node, String> names,
        Map<String, Node> byName) {

    /** A combinational loop. */
    public static final class LoopException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Node> cycle;
        private final transient Map<Node, String> names;

        LoopException(List<Node> cycle, Map<Node, String> names) {
            super("combinational loop");
            this.cycle = cycle;
            this.names = names;
        }

        /** The nodes of the loop, each reading the next. */
        public List<Node> cycle() {
            return cycle;
        }

        /** Hierarchical names of the design. */
        public Map<Node, String> names() {
            return names;
        }
    }

    /**
     * Flattens {@code top}.
     *
     * @throws LoopException where a signal depends on itself within a cycle
     */
    public static FlatNetlist of(ModuleNetlist top) {
        return new Flattening(top).result();
    }

    /** What {@code node} carries: the input, register, operation, read port or constant at the end of its chain of wires. */
    public Node source(Node node) {
        Node current = node;
        while (current instanceof Net net
                && net.kind() != Net.Kind.REGISTER
                && drivers.get(net) instanceof Node driver) {
            current = driver;
        }
        return current;
    }

    private static final class Flattening {
        private final ModuleNetlist top;
        private final Map<Net, Node> drivers = new IdentityHashMap<>();
        private final Map<Node, String> names = new IdentityHashMap<>();
        private final Map<String, Node> byName = new LinkedHashMap<>();
        private final List<Net> registers = new ArrayList<>();
        private final List<SynchronousRead> reads = new ArrayList<>();
        private final List<MemoryBlock> memories = new ArrayList<>();
        private final Map<MemoryBlock, MemoryWrite> writes = new LinkedHashMap<>();
        private final List<Node> order = new ArrayList<>();
        private final Map<Node, Boolean> finished = new IdentityHashMap<>();
        private final List<Node> roots = new ArrayList<>();

        Flattening(ModuleNetlist top) {
            this.top = top;
        }

        FlatNetlist result() {
            gather(top, "");
            roots.forEach(this::visit);
            List<Net> inputs = ports(Net.Kind.INPUT);
            List<Net> outputs = ports(Net.Kind.OUTPUT);
            return new FlatNetlist(
                    inputs,
                    outputs,
                    List.copyOf(registers),
                    List.copyOf(reads),
                    Collections.unmodifiableList(order),
                    List.copyOf(memories),
                    Collections.unmodifiableMap(writes),
                    Collections.unmodifiableMap(drivers),
                    Collections.unmodifiableMap(names),
                    Collections.unmodifiableMap(byName));
        }

        private List<Net> ports(Net.Kind kind) {
            return top.nets().stream().filter(net -> net.kind() == kind).toList();
        }

        private void gather(ModuleNetlist module, String prefix) {
            module.names().forEach((node, name) -> {
                names.putIfAbsent(node, prefix + name);
                byName.putIfAbsent(prefix + name, node);
            });
            drivers.putAll(module.drivers());
            for (Net net : module.nets()) {
                if (net.kind() == Net.Kind.REGISTER) {
                    registers.add(net);
                }
                if (net.kind() != Net.Kind.INPUT) {
                    roots.add(net);
                }
            }
            roots.addAll(module.drivers().values());
            for (SynchronousRead read : module.reads()) {
                reads.add(read);
                roots.add(read.address());
                roots.add(read.enable());
            }
            memories.addAll(module.memories().keySet());
            for (Map.Entry<MemoryBlock, MemoryWrite> entry : module.writes().entrySet()) {
                writes.put(entry.getKey(), entry.getValue());
                roots.addAll(List.of(
                        entry.getValue().address(),
                        entry.getValue().data(),
                        entry.getValue().enable()));
            }
            module.names().keySet().stream()
                    .filter(node -> node instanceof Operation || node instanceof AsynchronousRead)
                    .forEach(roots::add);
            module.instances().forEach(instance -> gather(instance.module(), prefix + instance.name() + "."));
        }

        private List<Node> dependencies(Node node) {
            return switch (node) {
                case Operation operation -> operation.operands();
                case AsynchronousRead read -> List.of(read.address());
                case Net net ->
                    net.kind() == Net.Kind.REGISTER || !drivers.containsKey(net)
                            ? List.of()
                            : List.of(drivers.get(net));
                case SynchronousRead read -> List.of();
                case Constant constant -> List.of();
            };
        }

        /** Depth first, without recursion: expressions may be very deep. */
        private void visit(Node root) {
            Deque<Node> stack = new ArrayDeque<>();
            stack.push(root);
            while (!stack.isEmpty()) {
                Node node = stack.peek();
                Boolean state = finished.get(node);
                if (state == null) {
                    finished.put(node, false);
                    for (Node dependency : dependencies(node)) {
                        Boolean other = finished.get(dependency);
                        if (other == null) {
                            stack.push(dependency);
                        } else if (!other) {
                            throw loop(stack, dependency);
                        }
                    }
                } else {
                    stack.pop();
                    if (!state) {
                        finished.put(node, true);
                        if (node instanceof Operation || node instanceof AsynchronousRead) {
                            order.add(node);
                        }
                    }
                }
            }
        }

        private LoopException loop(Deque<Node> stack, Node start) {
            List<Node> cycle = new ArrayList<>();
            for (Node node : stack) {
                if (Boolean.FALSE.equals(finished.get(node))) {
                    cycle.addFirst(node);
                    if (node == start) {
                        break;
                    }
                }
            }
            return new LoopException(cycle, names);
        }
    }
}
