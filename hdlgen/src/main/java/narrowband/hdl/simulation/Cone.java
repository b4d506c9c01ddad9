package narrowband.hdl.simulation;

import java.util.Arrays;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/**
 * What must be computed for some values, and which of it is held in a variable. The rest is computed where it is read: what only one reader needs, and what costs nothing.
 */
final class Cone {
    private static final int LARGEST_IN_PLACE = 24;
    private static final int CHEAP = 2;
    /** Parts of a concatenation that count as one operation. */
    private static final int FEW_PARTS = 4;

    private final Graph graph;
    private final boolean[] needed;
    private final int[] uses;
    private final int[] choices;
    private final boolean[] held;
    private final int[] sizes;

    /** What {@code roots} need; a value that is several times a root has several readers. */
    Cone(Graph graph, int[] roots) {
        this.graph = graph;
        needed = new boolean[graph.size()];
        uses = new int[graph.size()];
        choices = new int[graph.size()];
        held = new boolean[graph.size()];
        sizes = new int[graph.size()];
        for (int root : roots) {
            needed[root] = true;
            uses[root]++;
        }
        for (int number = graph.size() - 1; number >= 0; number--) {
            if (needed[number]) {
                int readers = free(number) ? uses[number] : 1;
                int[] operands = graph.operands(number);
                for (int operand : operands) {
                    needed[operand] = true;
                    uses[operand] += readers;
                }
                if (graph.node(number) instanceof Operation operation && operation.operator() == Operator.SELECT) {
                    choices[operands[0]]++;
                }
            }
        }
        for (int number = 0; number < graph.size(); number++) {
            if (needed[number] && graph.computed(number)) {
                decide(number);
            }
        }
    }

    boolean needed(int number) {
        return needed[number];
    }

    /** Whether the value has a variable of its own; only computed values have. */
    boolean held(int number) {
        return held[number];
    }

    /** Gives a variable to what is too large to be computed where a step reads it. */
    void holdLarge(int number) {
        if (sizeInPlace(number) > LARGEST_IN_PLACE) {
            hold(number);
        }
    }

    /** Demands a variable, before anything is scheduled. */
    void hold(int number) {
        if (graph.computed(number)) {
            held[number] = true;
        }
    }

    /** Operations computed to evaluate the value in place, itself included. */
    int size(int number) {
        return sizes[number];
    }

    /** Operations computed where the value is read: none if it is held. */
    int sizeInPlace(int number) {
        return graph.computed(number) && !held[number] ? sizes[number] : 0;
    }

    /** The computed values with a variable, each after those that it reads. */
    int[] allHeld() {
        int[] numbers = new int[held.length];
        int count = 0;
        for (int number = 0; number < held.length; number++) {
            if (held[number]) {
                numbers[count++] = number;
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    private boolean free(int number) {
        return graph.node(number) instanceof Operation operation
                && operation.operator() == Operator.ZERO_EXTEND
                && operation.width() <= 64;
    }

    /** Whether a value is a comparison of a variable with a constant, or a bit of a variable, that is mostly read to choose: done again by each reader at no cost. */
    private boolean chooses(int number) {
        if (choices[number] + 1 < uses[number] || !(graph.node(number) instanceof Operation operation)) {
            return false;
        }
        int[] operands = graph.operands(number);
        boolean variable = sizeInPlace(operands[0]) == 0 && graph.words(operands[0]) == 1;
        return variable
                && switch (operation.operator()) {
                    case EQUAL, NOT_EQUAL -> graph.constant(operands[1]) && graph.width(operands[0]) > 1;
                    case EXTRACT -> operation.width() == 1;
                    default -> false;
                };
    }

    private void decide(int number) {
        int[] operands = graph.operands(number);
        if (graph.node(number) instanceof AsynchronousRead) {
            if (sizeInPlace(operands[0]) > LARGEST_IN_PLACE) {
                hold(operands[0]);
            }
            sizes[number] = 1;
            held[number] = true;
            return;
        }
        Operation operation = (Operation) graph.node(number);
        boolean wide = operation.width() > 64;
        boolean kernel = kernel(number);
        for (int i = 0; i < operands.length; i++) {
            boolean wideOperand = graph.width(operands[i]) > 64;
            boolean repeated = wide
                    && switch (operation.operator()) {
                        case SELECT -> i == 0;
                        case EXTRACT, SIGN_EXTEND -> true;
                        case CONCATENATE -> wideOperand;
                        default -> false;
                    };
            if ((kernel && wideOperand) || repeated) {
                hold(operands[i]);
            }
        }
        int parts = Math.max(1, operands.length - FEW_PARTS);
        int size = parts + inPlace(operands);
        if (size > LARGEST_IN_PLACE) {
            for (int operand : operands) {
                if (sizeInPlace(operand) > CHEAP) {
                    hold(operand);
                }
            }
            size = parts + inPlace(operands);
        }
        sizes[number] = size * Words.count(operation.width());
        held[number] = (uses[number] != 1 && !free(number) && !chooses(number)) || (kernel && wide);
    }

    private int inPlace(int[] operands) {
        int size = 0;
        for (int operand : operands) {
            size += sizeInPlace(operand);
        }
        return size;
    }

    /** Whether a value of several words is computed as a whole into its slot, not word by word. */
    boolean whole(int number) {
        return graph.words(number) > 1 && (graph.node(number) instanceof AsynchronousRead || kernel(number));
    }

    /** Whether an operation on wide values is a call on stored operands rather than word by word. */
    boolean kernel(int number) {
        if (!(graph.node(number) instanceof Operation operation)) {
            return false;
        }
        boolean wide = false;
        for (int operand : graph.operands(number)) {
            wide |= graph.width(operand) > 64;
        }
        return wide
                && switch (operation.operator()) {
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
