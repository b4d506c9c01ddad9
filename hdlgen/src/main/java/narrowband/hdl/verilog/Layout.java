package narrowband.hdl.verilog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Keywords;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.NodeNumbers;
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
    private final NodeNumbers numbered = new NodeNumbers();
    private final List<Place> places = new ArrayList<>();
    /** Each expression after its operands. */
    private final List<Place> bottomUp = new ArrayList<>();

    private final Set<String> taken = new HashSet<>();
    /** The last number that told names of one base apart. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final Map<String, List<Node>> derivedFor = new HashMap<>();
    private final List<Node> derived = new ArrayList<>();
    private final List<Node> derivedByChecks = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();

    /** A driven thing and the name after which expressions that feed it are called; the ports of a memory are {@code memory.port}, which no signal's name equals. */
    private record Root(String name, Node node, boolean statement) {}

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
                place(node).name = name;
            } else {
                place(node).given = name;
            }
        });
        taken.addAll(module.memories().values());
        module.instances().forEach(instance -> {
            taken.add(instance.name());
            for (Net port : instance.module().ports()) {
                place(port).name =
                        free(instance.name() + "_" + instance.module().name(port));
            }
        });
        module.checks().forEach(check -> labels.add(free(Properties.label(check))));
        List<Root> roots = roots();
        List<Node> needed = new ArrayList<>(roots.stream().map(Root::node).toList());
        module.checks().forEach(check -> needed.add(check.condition()));
        needed.forEach(node -> count(place(node)));
        if (SharedArithmetic.find(module, this, bottomUp)) {
            bottomUp.forEach(Place::forgetUses);
            bottomUp.clear();
            needed.forEach(node -> count(place(node)));
        }
        bottomUp.forEach(Layout::mark);
        module.reads().forEach(read -> place(read.address()).index = true);
        module.writes().values().forEach(write -> place(write.address()).index = true);
        roots.stream().filter(Root::statement).forEach(root -> {
            markBranches(place(root.node()));
            place(root.node()).signed = false;
        });
        bottomUp.forEach(Layout::measure);
        for (Root root : roots) {
            List<Node> found = claim(root);
            if (!found.isEmpty()) {
                derivedFor.put(root.name(), found);
                derived.addAll(found);
            }
        }
        for (int i = 0; i < labels.size(); i++) {
            Node condition = module.checks().get(i).condition();
            derivedByChecks.addAll(claim(new Root(labels.get(i), condition, false)));
        }
    }

    /** All roots, in the order in which they are written. */
    private List<Root> roots() {
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
                        .forEach(port ->
                                roots.add(new Root(name(port), module.drivers().get(port), true))));
        module.names().forEach((node, name) -> {
            if (!operands(node).isEmpty()) {
                roots.add(new Root(name, node, false));
            }
        });
        return roots;
    }

    /** What is known of {@code node}. */
    Place place(Node node) {
        int number = numbered.enter(node);
        if (number < 0) {
            return places.get(~number);
        }
        Place place = new Place(node);
        places.add(place);
        return place;
    }

    /** Whether the module needs {@code node}: holds once all that it needs has been counted. */
    boolean needs(Node node) {
        int number = numbered.of(node);
        return number >= 0 && places.get(number).counted;
    }

    /** The identifier of a node, or null where it is written in place. */
    String name(Node node) {
        return place(node).name;
    }

    /** Wires that are first needed by the root of this name, each before those that read it. */
    List<Node> derivedFor(String root) {
        return derivedFor.getOrDefault(root, List.of());
    }

    /** What each check of the module is called. */
    List<String> labels() {
        return Collections.unmodifiableList(labels);
    }

    /** Wires that only checks need, each before those that read it. */
    List<Node> derivedByChecks() {
        return Collections.unmodifiableList(derivedByChecks);
    }

    /** All wires that expressions of the hardware got. */
    List<Node> derived() {
        return Collections.unmodifiableList(derived);
    }

    /** A legal name that nothing in the module has yet. */
    String free(String base) {
        String name = base;
        while (Keywords.verilog(name) || !taken.add(name)) {
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

    private void count(Place root) {
        root.uses++;
        if (root.counted) {
            return;
        }
        Deque<Place> path = new ArrayDeque<>();
        open(root, path);
        while (!path.isEmpty()) {
            Place place = path.peek();
            if (place.next < place.operands.length) {
                Place operand = place.operands[place.next++];
                operand.uses++;
                if (!operand.counted) {
                    open(operand, path);
                }
            } else {
                place.next = 0;
                bottomUp.add(path.pop());
            }
        }
    }

    private void open(Place place, Deque<Place> path) {
        place.counted = true;
        List<Node> operands = place.whole == null ? operands(place.node) : List.of(place.whole);
        if (!operands.isEmpty() && place.operands.length == 0) {
            place.operands = new Place[operands.size()];
            for (int i = 0; i < operands.size(); i++) {
                place.operands[i] = place(operands.get(i));
            }
        }
        path.push(place);
    }

    private static void mark(Place place) {
        if (place.whole != null) {
            place.operands[0].selected = true;
        } else if (place.node instanceof Operation operation) {
            switch (operation.operator()) {
                case EXTRACT, SIGN_EXTEND -> place.operands[0].selected = true;
                case SHIFT_LEFT, SHIFT_RIGHT -> place.operands[1].index = true;
                case SIGNED_SHIFT_RIGHT -> {
                    place.operands[1].index = true;
                    place.signed = true;
                }
                default -> {}
            }
        } else if (place.node instanceof AsynchronousRead) {
            place.operands[0].index = true;
        }
    }

    /** The choices at the head of a driver become if statements or a column of choices. */
    private static void markBranches(Place root) {
        Deque<Place> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Place place = open.pop();
            if (place.node instanceof Operation operation
                    && operation.operator() == Operator.SELECT
                    && place.uses == 1
                    && place.given == null) {
                place.branch = true;
                open.push(place.operands[1]);
                open.push(place.operands[2]);
            }
        }
    }

    private static void measure(Place place) {
        if (place.operands.length == 0) {
            if (place.selected && place.node instanceof Constant) {
                place.name = "";
            }
            return;
        }
        int size = 1;
        for (Place operand : place.operands) {
            size += operand.name != null ? 0 : operand.size;
        }
        boolean trivial = trivial(place);
        boolean shared = place.uses > 1 && !trivial;
        boolean large = size > LARGEST_IN_PLACE && !place.branch;
        if (place.given != null) {
            place.name = place.given;
        } else if (place.selected || place.signed || shared || large || (place.index && !trivial)) {
            place.name = "";
        }
        place.size = place.branch ? 1 : size;
    }

    private static boolean trivial(Place place) {
        if (!(place.node instanceof Operation operation)) {
            return false;
        }
        if (place.whole != null) {
            return true;
        }
        return switch (operation.operator()) {
            case EXTRACT, NOT, ZERO_EXTEND, SIGN_EXTEND ->
                place.operands[0].operands.length == 0 || place.operands[0].name != null;
            default -> false;
        };
    }

    /** Names the wires that {@code root} is the first to need; returns them, each before those that read it. */
    private List<Node> claim(Root root) {
        Place start = place(root.node());
        List<Node> found = new ArrayList<>();
        if (start.claimed) {
            return found;
        }
        Deque<Place> path = new ArrayDeque<>();
        start.claimed = true;
        path.push(start);
        while (!path.isEmpty()) {
            Place place = path.peek();
            if (place.next < place.operands.length) {
                Place operand = place.operands[place.next++];
                if (!operand.claimed) {
                    operand.claimed = true;
                    path.push(operand);
                }
            } else {
                path.pop();
                if (place.name != null && (place.operands.length > 0 || place.node instanceof Constant)) {
                    found.add(place.node);
                    if (place.name.isEmpty()) {
                        place.name = free(root.name().replace('.', '_') + "_" + noun(place));
                    }
                }
            }
        }
        return found;
    }

    private static String noun(Place place) {
        Node node = place.node;
        if (place.whole != null) {
            return "part";
        }
        if (!(node instanceof Operation operation)) {
            return node instanceof Constant ? "constant" : "word";
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
            case SHIFT_LEFT, SHIFT_RIGHT, SIGNED_SHIFT_RIGHT -> "shifted";
            case REDUCE_AND -> "all";
            case REDUCE_OR -> "any";
            case REDUCE_XOR -> "parity";
            case COUNT_ONES -> "ones";
        };
    }
}
