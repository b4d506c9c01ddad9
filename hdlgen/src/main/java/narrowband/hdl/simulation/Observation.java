package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Operation;

/**
 * What is looked at from outside. A value that is peeked for the first time is computed node by node; from the second cycle on in which it is peeked a program computes it
 * together with all others that have been. Values that no input reaches within a cycle are not computed again when inputs are poked.
 */
final class Observation {
    private final Graph graph;
    private final Slots slots;
    private final boolean[] fromInputs;
    private final BigInteger[] values;
    private final long[] valid;
    private final int[] slot;
    private final long[] firstAsked;
    private final List<Integer> asked = new ArrayList<>();
    private final Group steady = new Group(false);
    private final Group reached = new Group(true);
    private Group growing;
    private long moment = 1;

    /** Values computed by one program. */
    private static final class Group {
        final boolean fromInputs;
        final List<Integer> members = new ArrayList<>();
        Program program;
        boolean settled;

        Group(boolean fromInputs) {
            this.fromInputs = fromInputs;
        }
    }

    Observation(Graph graph, Slots slots) {
        this.graph = graph;
        this.slots = slots;
        fromInputs = new boolean[graph.size()];
        values = new BigInteger[graph.size()];
        valid = new long[graph.size()];
        firstAsked = new long[graph.size()];
        slot = new int[graph.size()];
        Arrays.fill(slot, -1);
        for (int number = 0; number < graph.size(); number++) {
            fromInputs[number] = graph.node(number) instanceof Net net && net.kind() == Net.Kind.INPUT;
            for (int operand : graph.operands(number)) {
                fromInputs[number] |= fromInputs[operand];
            }
        }
    }

    /** Sources have changed. */
    void edge() {
        moment++;
        steady.settled = false;
        reached.settled = false;
    }

    /** Inputs have changed. */
    void poke() {
        moment++;
        reached.settled = false;
    }

    /** Whether a program is to be compiled, of {@link #steps}, before this computed value is read. */
    boolean compiles(int number) {
        if (slot[number] >= 0) {
            return false;
        }
        if (firstAsked[number] == 0) {
            firstAsked[number] = moment;
            asked.add(number);
            return false;
        }
        if (firstAsked[number] == moment) {
            return false;
        }
        growing = fromInputs[number] ? reached : steady;
        asked.removeIf(other -> {
            boolean joins = fromInputs[other] == growing.fromInputs;
            if (joins) {
                growing.members.add(other);
                slot[other] = slots.allocate(graph.words(other));
            }
            return joins;
        });
        return true;
    }

    /** The steps of the program that is to be compiled. */
    List<Step> steps() {
        return growing.members.stream()
                .map(member -> (Step) new Step.Show(member, slot[member]))
                .toList();
    }

    /** Takes the program that was to be compiled. */
    void program(Program program) {
        growing.program = program;
        growing.settled = false;
    }

    /** A computed value. */
    BigInteger value(int number, long[] state, long[][] memories) {
        int at = slot(number, state, memories);
        return at >= 0 ? Words.load(state, at, graph.width(number)) : compute(number, state, memories);
    }

    /** Any value, computed without a program. */
    BigInteger walked(int number, long[] state, long[][] memories) {
        return graph.constant(number)
                ? graph.value(number)
                : graph.computed(number) ? compute(number, state, memories) : slots.load(state, number);
    }

    /** Where a computed value lies in the state, up to date; -1 where no program computes it yet. */
    int slot(int number, long[] state, long[][] memories) {
        if (slot[number] >= 0) {
            Group group = fromInputs[number] ? reached : steady;
            if (!group.settled) {
                group.program.run(state, memories, 1);
                group.settled = true;
            }
        }
        return slot[number];
    }

    /** Node by node and without recursion, as chains may be long; each at most once between changes. */
    private BigInteger compute(int root, long[] state, long[][] memories) {
        int[] stack = {root, 0, 0, 0};
        int depth = 1;
        while (depth > 0) {
            int number = stack[depth - 1];
            int before = depth;
            if (valid[number] != moment) {
                for (int operand : graph.operands(number)) {
                    if (graph.computed(operand) && valid[operand] != moment) {
                        if (depth == stack.length) {
                            stack = Arrays.copyOf(stack, 2 * depth);
                        }
                        stack[depth++] = operand;
                    }
                }
            }
            if (depth == before) {
                depth--;
                if (valid[number] != moment) {
                    values[number] = result(number, state, memories);
                    valid[number] = moment;
                }
            }
        }
        return values[root];
    }

    private BigInteger result(int number, long[] state, long[][] memories) {
        List<BigInteger> operands = new ArrayList<>();
        for (int operand : graph.operands(number)) {
            operands.add(
                    graph.computed(operand)
                            ? values[operand]
                            : graph.constant(operand) ? graph.value(operand) : slots.load(state, operand));
        }
        if (graph.node(number) instanceof AsynchronousRead read) {
            int words = Words.count(read.width());
            long[] contents = memories[graph.memory(read.memory())];
            BigInteger address = operands.getFirst();
            return address.compareTo(BigInteger.valueOf(read.memory().depth())) < 0
                    ? Words.load(contents, address.intValue() * words, read.width())
                    : BigInteger.ZERO;
        }
        Operation operation = (Operation) graph.node(number);
        return operation.operator().evaluate(operation.width(), operation.low(), operation.operands(), operands);
    }
}
