package narrowband.hdl.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
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
        private final NodeNumbers opened = new NodeNumbers();
        private final BitSet closed = new BitSet();
        private final Path path = new Path();
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

        /** What {@code node} needs in the same cycle: the number {@code index} of those nodes, or null beyond the last. */
        private Node dependency(Node node, int index) {
            if (node instanceof Operation operation) {
                return index < operation.operands().size() ? operation.operand(index) : null;
            }
            return switch (node) {
                case Operation operation -> null;
                case AsynchronousRead read -> index == 0 ? read.address() : null;
                case Net net -> index == 0 && net.kind() != Net.Kind.REGISTER ? drivers.get(net) : null;
                case SynchronousRead read -> null;
                case Constant constant -> null;
            };
        }

        /** Depth first, without recursion: expressions may be very deep. */
        private void visit(Node root) {
            int first = opened.enter(root);
            if (first < 0) {
                return;
            }
            path.push(root, first);
            while (!path.isEmpty()) {
                Node node = path.top();
                Node dependency = dependency(node, path.next());
                if (dependency == null) {
                    closed.set(path.pop());
                    if (node instanceof Operation || node instanceof AsynchronousRead) {
                        order.add(node);
                    }
                    continue;
                }
                int number = opened.enter(dependency);
                if (number >= 0) {
                    path.push(dependency, number);
                } else if (!closed.get(~number)) {
                    throw new LoopException(path.from(dependency), names);
                }
            }
        }
    }

    /** A stack of nodes, and for each the dependency to look at next. */
    private static final class Path {
        private Node[] nodes = new Node[64];
        private int[] numbers = new int[64];
        private int[] next = new int[64];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        void push(Node node, int number) {
            if (size == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * size);
                numbers = Arrays.copyOf(numbers, 2 * size);
                next = Arrays.copyOf(next, 2 * size);
            }
            nodes[size] = node;
            numbers[size] = number;
            next[size++] = 0;
        }

        Node top() {
            return nodes[size - 1];
        }

        int next() {
            return next[size - 1]++;
        }

        /** Takes the top off; returns its number. */
        int pop() {
            return numbers[--size];
        }

        /** The nodes from {@code start} to the top. */
        List<Node> from(Node start) {
            int first = size - 1;
            while (nodes[first] != start) {
                first--;
            }
            return List.of(Arrays.copyOfRange(nodes, first, size));
        }
    }
}
