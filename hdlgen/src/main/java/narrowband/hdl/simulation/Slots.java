package narrowband.hdl.simulation;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;
import narrowband.hdl.ir.SynchronousRead;

/**
 * Where values lie in the state of a compiled design. Registers and read ports come first and in one piece, so that an edge is one array copy. An operation that only one
 * other operation reads has no slot: it is computed where it is read.
 */
final class Slots {
    private static final int LARGEST_IN_PLACE = 24;

    private final FlatNetlist netlist;
    private final Map<Node, Integer> slots = new IdentityHashMap<>();
    private final Map<Node, Integer> uses = new IdentityHashMap<>();
    private final Set<Node> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Node, Integer> sizes = new IdentityHashMap<>();
    private final Map<MemoryBlock, Integer> memories = new IdentityHashMap<>();
    private final int registerWords;
    private int words;

    Slots(FlatNetlist netlist) {
        this.netlist = netlist;
        netlist.registers().forEach(this::place);
        netlist.reads().forEach(this::place);
        registerWords = words;
        netlist.inputs().forEach(this::place);
        netlist.memories().forEach(memory -> memories.put(memory, memories.size()));
        countUses();
        for (Node node : netlist.order()) {
            decide(node);
        }
        for (Node node : netlist.order()) {
            if (stored.contains(node)) {
                place(node);
            }
        }
    }

    /** Words of state that registers and read ports take, from 0 on. */
    int registerWords() {
        return registerWords;
    }

    /** Words of state in all. */
    int words() {
        return words;
    }

    /** The first word of a node with a slot, or -1. */
    int at(Node node) {
        return slots.getOrDefault(node, -1);
    }

    int memory(MemoryBlock memory) {
        return memories.get(memory);
    }

    Set<Map.Entry<Node, Integer>> all() {
        return slots.entrySet();
    }

    /** Operations computed to evaluate {@code node} in place, itself included. */
    int size(Node node) {
        return sizes.getOrDefault(node, 1);
    }

    private void place(Node node) {
        slots.put(node, words);
        words += Words.count(node.width());
    }

    private void countUses() {
        for (Node node : netlist.order()) {
            if (node instanceof Operation operation) {
                operation.operands().forEach(this::use);
            } else if (node instanceof AsynchronousRead read) {
                use(read.address());
            }
        }
        netlist.registers().forEach(register -> use(netlist.drivers().get(register)));
        for (SynchronousRead read : netlist.reads()) {
            keep(read.address());
            keep(read.enable());
        }
        for (MemoryWrite write : netlist.writes().values()) {
            keep(write.address());
            keep(write.data());
            keep(write.enable());
        }
        netlist.outputs().forEach(this::keep);
    }

    private void use(Node node) {
        uses.merge(netlist.source(node), 1, Integer::sum);
    }

    private void keep(Node node) {
        Node source = netlist.source(node);
        switch (source) {
            case Constant constant -> constantSlot(constant);
            case Operation operation -> stored.add(operation);
            case AsynchronousRead read -> stored.add(read);
            case Net net -> {}
            case SynchronousRead read -> {}
        }
    }

    private void constantSlot(Constant constant) {
        if (!slots.containsKey(constant)) {
            place(constant);
        }
    }

    private void decide(Node node) {
        if (node instanceof AsynchronousRead read) {
            stored.add(read);
            if (sizeOf(read.address()) > LARGEST_IN_PLACE) {
                keep(read.address());
            }
            return;
        }
        Operation operation = (Operation) node;
        boolean wide = operation.width() > 64;
        boolean kernel = kernel(operation);
        for (int i = 0; i < operation.operands().size(); i++) {
            Node operand = operation.operand(i);
            boolean wideOperand = operand.width() > 64;
            boolean repeated = wide
                    && switch (operation.operator()) {
                        case SELECT -> i == 0;
                        case EXTRACT, SIGN_EXTEND -> true;
                        case CONCATENATE -> wideOperand;
                        default -> false;
                    };
            if ((kernel && wideOperand) || repeated) {
                keep(operand);
            }
        }
        int size = 1;
        for (Node operand : operation.operands()) {
            size += sizeOf(operand);
        }
        if (size > LARGEST_IN_PLACE) {
            operation.operands().forEach(operand -> {
                if (sizeOf(operand) > 2) {
                    keep(operand);
                }
            });
            size = 1 + operation.operands().stream().mapToInt(this::sizeOf).sum();
        }
        sizes.put(operation, size * Words.count(operation.width()));
        if (uses.getOrDefault(operation, 0) != 1 || (kernel && wide)) {
            stored.add(operation);
        }
    }

    private int sizeOf(Node node) {
        Node source = netlist.source(node);
        return source instanceof Operation && !stored.contains(source) ? sizes.get(source) : 0;
    }

    /** Whether an operation on wide values is a call on stored operands rather than word by word. */
    static boolean kernel(Operation operation) {
        boolean wide = operation.operands().stream().anyMatch(operand -> operand.width() > 64);
        Operator operator = operation.operator();
        return wide
                && switch (operator) {
                    case ADD,
                            SUBTRACT,
                            MULTIPLY,
                            LESS,
                            LESS_OR_EQUAL,
                            SIGNED_LESS,
                            SIGNED_LESS_OR_EQUAL,
                            SHIFT_LEFT,
                            SHIFT_RIGHT,
                            SIGNED_SHIFT_RIGHT -> true;
                    default -> false;
                };
    }
}
