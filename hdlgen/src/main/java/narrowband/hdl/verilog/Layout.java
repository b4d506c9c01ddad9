package narrowband.hdl.verilog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;
import narrowband.hdl.ir.SynchronousRead;

/**
 * Decides which expressions of a module are written in place and which get a wire of their own, and what those wires are called: after the first signal that they feed and
 * what they compute.
 */
final class Layout {
    private static final int LARGEST_IN_PLACE = 10;

    private final ModuleNetlist module;
    /** True once a node stands in {@link #bottomUp}. */
    private final Map<Node, Boolean> visited = new IdentityHashMap<>();

    private final Map<Node, Integer> uses = new IdentityHashMap<>();
    private final Map<Node, Integer> sizes = new IdentityHashMap<>();
    private final Map<Node, Boolean> branches = new IdentityHashMap<>();
    private final Map<Node, Boolean> needsIdentifier = new IdentityHashMap<>();
    /** Addresses and shift distances: Icarus computes them in more bits than they have, so arithmetic gets a wire that cuts it. */
    private final Map<Node, Boolean> indices = new IdentityHashMap<>();

    private final Map<Node, String> names = new IdentityHashMap<>();
    private final Set<String> taken = new HashSet<>();
    /** The last number that told names of one base apart. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final Map<String, List<Node>> derived = new LinkedHashMap<>();
    private final Map<Node, Boolean> claimed = new IdentityHashMap<>();
    private final List<Node> bottomUp = new ArrayList<>();

    /** A driven thing and the name after which expressions that feed it are called; the ports of a memory are {@code memory.port}, which no signal's name equals. */
    record Root(String name, Node node, boolean statement) {}

    Layout(ModuleNetlist module) {
        this.module = module;
        taken.addAll(List.of("clk", "rst"));
        module.clocks().keySet().forEach(clock -> {
            taken.add(module.clockPort(clock));
            taken.add(module.resetPort(clock));
        });
        module.names().forEach((node, name) -> {
            taken.add(name);
            if (operands(node).isEmpty()) {
                names.put(node, name);
            }
        });
        taken.addAll(module.memories().values());
        module.instances().forEach(instance -> {
            taken.add(instance.name());
            instance.module()
                    .ports()
                    .forEach(port -> names.put(
                            port, free(instance.name() + "_" + instance.module().name(port))));
        });
        List<Root> roots = roots();
        module.reads().forEach(read -> indices.put(read.address(), true));
        module.writes().values().forEach(write -> indices.put(write.address(), true));
        roots.forEach(root -> count(root.node()));
        roots.stream().filter(Root::statement).forEach(root -> markBranches(root.node()));
        bottomUp.forEach(this::measure);
        roots.forEach(this::claim);
    }

    /** All roots, in the order in which they are written. */
    List<Root> roots() {
        List<Root> roots = new ArrayList<>();
        for (Net net : module.nets()) {
            if (net.kind() != Net.Kind.INPUT) {
                roots.add(new Root(module.name(net), module.drivers().get(net), true));
            }
        }
        for (SynchronousRead read : module.reads()) {
            String name = module.name(read);
            roots.add(new Root(name + ".address", read.address(), false));
            roots.add(new Root(name + ".enable", read.enable(), false));
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : module.writes().entrySet()) {
            String name = module.memories().get(entry.getKey());
            roots.add(new Root(name + ".write_address", entry.getValue().address(), false));
            roots.add(new Root(name + ".write_data", entry.getValue().data(), false));
            roots.add(new Root(name + ".write_enable", entry.getValue().enable(), false));
        }
        module.instances()
                .forEach(instance -> instance.module().ports().stream()
                        .filter(port -> port.kind() == Net.Kind.INPUT)
                        .forEach(port -> roots.add(
                                new Root(names.get(port), module.drivers().get(port), true))));
        module.names().forEach((node, name) -> {
            if (!operands(node).isEmpty() && !uses.containsKey(node)) {
                roots.add(new Root(name, node, false));
            }
        });
        return roots;
    }

    /** The identifier of a node, or null where it is written in place. */
    String name(Node node) {
        return names.get(node);
    }

    /** Wires that are first needed by the root of this name, each before those that read it. */
    List<Node> derivedFor(String root) {
        return derived.getOrDefault(root, List.of());
    }

    /** All wires that expressions got. */
    List<Node> derived() {
        return derived.values().stream().flatMap(List::stream).toList();
    }

    /** A name that nothing in the module has yet. */
    String free(String base) {
        String name = base;
        while (!taken.add(name)) {
            name = base + "_" + numbers.merge(base, 2, (last, first) -> last + 1);
        }
        return name;
    }

    static List<Node> operands(Node node) {
        return switch (node) {
            case Operation operation -> operation.operands();
            case AsynchronousRead read -> List.of(read.address());
            default -> List.of();
        };
    }

    private void count(Node root) {
        Deque<Node> stack = new ArrayDeque<>();
        uses.merge(root, 1, Integer::sum);
        stack.push(root);
        while (!stack.isEmpty()) {
            Node node = stack.peek();
            Boolean done = visited.get(node);
            if (done == null) {
                visited.put(node, false);
                for (Node operand : operands(node)) {
                    uses.merge(operand, 1, Integer::sum);
                    if (!visited.containsKey(operand)) {
                        stack.push(operand);
                    }
                }
                markIdentifier(node);
            } else {
                stack.pop();
                if (!done) {
                    visited.put(node, true);
                    bottomUp.add(node);
                }
            }
        }
    }

    private void markIdentifier(Node node) {
        if (node instanceof Operation operation
                && (operation.operator() == Operator.EXTRACT || operation.operator() == Operator.SIGN_EXTEND)) {
            needsIdentifier.put(operation.operand(0), true);
        }
        if (node instanceof Operation operation
                && (operation.operator() == Operator.SHIFT_LEFT || operation.operator() == Operator.SHIFT_RIGHT)) {
            indices.put(operation.operand(1), true);
        }
        if (node instanceof AsynchronousRead read) {
            indices.put(read.address(), true);
        }
    }

    /** The choices at the head of a driver become if statements or a column of choices. */
    private void markBranches(Node root) {
        Deque<Node> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node instanceof Operation operation
                    && operation.operator() == Operator.SELECT
                    && uses.get(node) == 1
                    && !module.names().containsKey(node)) {
                branches.put(node, true);
                open.push(operation.operand(1));
                open.push(operation.operand(2));
            }
        }
    }

    private void measure(Node node) {
        if (operands(node).isEmpty()) {
            sizes.put(node, 0);
            return;
        }
        int size = 1;
        for (Node operand : operands(node)) {
            size += names.containsKey(operand) ? 0 : sizes.get(operand);
        }
        sizes.put(node, size);
        boolean identifier = needsIdentifier.containsKey(node);
        boolean shared = uses.get(node) > 1 && !trivial(node);
        boolean large = size > LARGEST_IN_PLACE && !branches.containsKey(node);
        if (module.names().containsKey(node)) {
            names.put(node, module.name(node));
        } else if (identifier || shared || large || (indices.containsKey(node) && !trivial(node))) {
            names.put(node, "");
        }
        if (branches.containsKey(node)) {
            sizes.put(node, 1);
        }
    }

    private boolean trivial(Node node) {
        if (!(node instanceof Operation operation)) {
            return false;
        }
        return switch (operation.operator()) {
            case EXTRACT, NOT, ZERO_EXTEND, SIGN_EXTEND ->
                operands(operation.operand(0)).isEmpty() || names.containsKey(operation.operand(0));
            default -> false;
        };
    }

    /** Names the wires that {@code root} is the first to need. */
    private void claim(Root root) {
        List<Node> found = new ArrayList<>();
        Deque<Node> stack = new ArrayDeque<>();
        Set<Node> opened = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        stack.push(root.node());
        while (!stack.isEmpty()) {
            Node node = stack.peek();
            if (claimed.containsKey(node)) {
                stack.pop();
            } else if (opened.add(node)) {
                operands(node).reversed().forEach(stack::push);
            } else {
                stack.pop();
                claimed.put(node, true);
                if (names.containsKey(node) && !operands(node).isEmpty()) {
                    found.add(node);
                }
            }
        }
        for (Node node : found) {
            if (names.get(node).isEmpty()) {
                names.put(node, free(root.name().replace('.', '_') + "_" + noun(node)));
            }
        }
        derived.put(root.name(), found);
    }

    private static String noun(Node node) {
        if (!(node instanceof Operation operation)) {
            return "word";
        }
        return switch (operation.operator()) {
            case ADD -> "sum";
            case SUBTRACT -> "difference";
            case MULTIPLY -> "product";
            case AND -> "and";
            case OR -> "or";
            case XOR -> "xor";
            case NOT -> "not";
            case EQUAL -> "equal";
            case NOT_EQUAL -> "differs";
            case LESS, SIGNED_LESS -> "less";
            case LESS_OR_EQUAL, SIGNED_LESS_OR_EQUAL -> "at_most";
            case SELECT -> "choice";
            case CONCATENATE -> "bits";
            case EXTRACT -> "part";
            case ZERO_EXTEND, SIGN_EXTEND -> "extended";
            case SHIFT_LEFT, SHIFT_RIGHT -> "shifted";
            case REDUCE_AND -> "all";
            case REDUCE_OR -> "any";
            case REDUCE_XOR -> "parity";
            case COUNT_ONES -> "ones";
        };
    }
}
