package narrowband.hdl.bits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * And gates with two inputs, inverters, latches. A bit is a <em>literal</em>: twice the number of its variable, plus 1 where it is inverted; {@link #FALSE} and {@link #TRUE}
 * are the literals of variable 0. Equal gates exist once, and gates with constant or equal inputs not at all. A gate's variable is higher than those that it reads.
 */
public final class AndInverterGraph {
    /** The literal of 0. */
    public static final int FALSE = 0;
    /** The literal of 1. */
    public static final int TRUE = 1;

    private static final int NO_GATE = -1;

    /** An input or output bit. */
    public record Port(String name, int literal) {}

    /**
     * A bit of state.
     *
     * @param literal its present value
     * @param next its value after the next clock edge
     */
    public record Latch(String name, int literal, int next, boolean initial) {}

    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final List<Latch> latches = new ArrayList<>();
    private final Map<Long, Integer> gates = new HashMap<>();
    /** The inputs of each variable's gate, the larger literal first; {@link #NO_GATE} for inputs and latches. */
    private int[] first = new int[1024];

    private int[] second = new int[1024];
    private int variables;

    /** A graph of nothing. */
    public AndInverterGraph() {
        variable(NO_GATE, NO_GATE);
    }

    /** A new input. */
    public int input(String name) {
        int literal = variable(NO_GATE, NO_GATE);
        inputs.add(new Port(name, literal));
        return literal;
    }

    /** A new latch; {@link #drive} says what it takes. */
    public int latch(String name, boolean initial) {
        int literal = variable(NO_GATE, NO_GATE);
        latches.add(new Latch(name, literal, literal, initial));
        return literal;
    }

    /** Says what the latch of number {@code index}, in the order of creation, takes at each edge. */
    public void drive(int index, int next) {
        Latch latch = latches.get(index);
        latches.set(index, new Latch(latch.name, latch.literal, next, latch.initial));
    }

    /** Names {@code literal} as an output. */
    public void output(String name, int literal) {
        outputs.add(new Port(name, literal));
    }

    /** 1 where both are 1. */
    public int and(int a, int b) {
        if (a == FALSE || b == FALSE || a == not(b)) {
            return FALSE;
        }
        if (a == TRUE || a == b) {
            return b;
        }
        if (b == TRUE) {
            return a;
        }
        int high = Math.max(a, b);
        int low = Math.min(a, b);
        return gates.computeIfAbsent((long) high << 32 | low, key -> variable(high, low));
    }

    /** 1 where any is 1. */
    public int or(int a, int b) {
        return not(and(not(a), not(b)));
    }

    /** 1 where both differ. */
    public int xor(int a, int b) {
        return or(and(a, not(b)), and(not(a), b));
    }

    /** {@code condition ? a : b}. */
    public int select(int condition, int a, int b) {
        return a == b ? a : or(and(condition, a), and(not(condition), b));
    }

    /** The other value. */
    public static int not(int a) {
        return a ^ 1;
    }

    private int variable(int high, int low) {
        if (variables == first.length) {
            first = Arrays.copyOf(first, 2 * variables);
            second = Arrays.copyOf(second, 2 * variables);
        }
        first[variables] = high;
        second[variables] = low;
        return 2 * variables++;
    }

    public List<Port> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    public List<Port> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    public List<Latch> latches() {
        return Collections.unmodifiableList(latches);
    }

    /** Variables, the constant's among them; from 0 on. */
    public int variables() {
        return variables;
    }

    /** Whether a variable is a gate's. */
    public boolean isGate(int variable) {
        return first[variable] != NO_GATE;
    }

    /** The larger of the two literals that a gate reads. */
    public int first(int gate) {
        return first[gate];
    }

    /** The smaller of the two literals that a gate reads. */
    public int second(int gate) {
        return second[gate];
    }
}
