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
 * @param clockNames the top module's clocks, its main clock first, whose name is empty
 * @param clockOf for each register, registered read port, memory with a write port and outer input, the top module's clock that it belongs to
 * @param undriven outputs of black boxes without a behaviour
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
        Map<String, Node> byName,
        Map<Clock, String> clockNames,
        Map<Object, Clock> clockOf,
        List<PlacedCheck> checks,
        List<Net> undriven) {

    /**
     * A check and where it stands.
     *
     * @param instance the hierarchical name of its module, empty for the top module
     * @param clock the top module's clock at whose edges it counts
     * @param offInReset whether it does not count while that clock's reset is active
     */
    public record PlacedCheck(Check check, String instance, Clock clock, boolean offInReset) {}

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

    /** The top module's clocks, its main clock first. */
    public List<Clock> clocks() {
        return List.copyOf(clockNames.keySet());
    }

    /** What a clock of the top module is called in messages: its port. */
    public String clockName(Clock clock) {
        String name = clockNames.get(clock);
        return name.isEmpty() ? "clk" : name + "_clk";
    }

    /** The top module's clock on which a register, an outer input or a read port runs. */
    public Clock clock(Node node) {
        return clockOf.get(node);
    }

    /** The top module's clock on which a memory is written. */
    public Clock writeClock(MemoryBlock memory) {
        return clockOf.get(memory);
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
        private final Map<Object, Clock> clockOf = new IdentityHashMap<>();
        private final List<PlacedCheck> checks = new ArrayList<>();
        private final List<Net> undriven = new ArrayList<>();

        Flattening(ModuleNetlist top) {
            this.top = top;
        }

        FlatNetlist result() {
            Map<Clock, Clock> own = new IdentityHashMap<>();
            top.clocks().keySet().forEach(clock -> own.put(clock, clock));
            gather(top, "", own);
            roots.forEach(this::visit);
            List<Net> inputs = ports(Net.Kind.INPUT);
            List<Net> outputs = ports(Net.Kind.OUTPUT);
            inputs.forEach(input -> clockOf.put(input, input.clock()));
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
                    Collections.unmodifiableMap(byName),
                    top.clocks(),
                    Collections.unmodifiableMap(clockOf),
                    List.copyOf(checks),
                    List.copyOf(undriven));
        }

        private List<Net> ports(Net.Kind kind) {
            return top.nets().stream().filter(net -> net.kind() == kind).toList();
        }

        /** Takes in a module of which each clock is {@code outer} in the top module. */
        private void gather(ModuleNetlist module, String prefix, Map<Clock, Clock> outer) {
            module.names().forEach((node, name) -> {
                names.putIfAbsent(node, prefix + name);
                byName.putIfAbsent(prefix + name, node);
            });
            drivers.putAll(module.drivers());
            for (Net net : module.nets()) {
                if (net.kind() == Net.Kind.REGISTER) {
                    registers.add(net);
                    clockOf.put(net, outer.get(net.clock()));
                }
                if (net.kind() == Net.Kind.OUTPUT && !module.drivers().containsKey(net)) {
                    undriven.add(net);
                }
                if (net.kind() != Net.Kind.INPUT) {
                    roots.add(net);
                }
            }
            roots.addAll(module.drivers().values());
            for (SynchronousRead read : module.reads()) {
                reads.add(read);
                clockOf.put(read, outer.get(read.clock()));
                roots.add(read.address());
                roots.add(read.enable());
            }
            memories.addAll(module.memories().keySet());
            for (Map.Entry<MemoryBlock, MemoryWrite> entry : module.writes().entrySet()) {
                writes.put(entry.getKey(), entry.getValue());
                clockOf.put(entry.getKey(), outer.get(entry.getValue().clock()));
                roots.addAll(List.of(
                        entry.getValue().address(),
                        entry.getValue().data(),
                        entry.getValue().enable()));
            }
            module.names().keySet().stream()
                    .filter(node -> node instanceof Operation || node instanceof AsynchronousRead)
                    .forEach(roots::add);
            for (Check check : module.checks()) {
                roots.add(check.condition());
                checks.add(new PlacedCheck(
                        check,
                        prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1),
                        outer.get(check.clock()),
                        module.resettable(check.clock())));
            }
            for (Instance instance : module.instances()) {
                Map<Clock, Clock> inner = new IdentityHashMap<>();
                instance.clocks().forEach((clock, connected) -> inner.put(clock, outer.get(connected)));
                gather(instance.module(), prefix + instance.name() + ".", inner);
            }
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
