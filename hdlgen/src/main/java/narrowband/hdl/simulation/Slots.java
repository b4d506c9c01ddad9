package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Node;

/** Where values lie in the state of a compiled design, in words of 64 bits, the lowest first: registers, read ports and inputs always; what programs want to keep is added. */
final class Slots {
    private final Graph graph;
    private final int[] slots;
    private final Map<Integer, Integer> constants = new LinkedHashMap<>();
    private final int verdict;
    private int words;

    Slots(Graph graph, FlatNetlist netlist) {
        this.graph = graph;
        slots = new int[graph.size()];
        Arrays.fill(slots, -1);
        verdict = allocate(1);
        netlist.registers().forEach(this::place);
        netlist.reads().forEach(this::place);
        netlist.inputs().forEach(this::place);
    }

    /** The word that says why a run ended before its last cycle; 0 where it did not. */
    int verdict() {
        return verdict;
    }

    private void place(Node node) {
        int number = graph.number(node);
        slots[number] = allocate(Words.count(node.width()));
    }

    /** The first word of a register, read port or input, else -1. */
    int at(int number) {
        return slots[number];
    }

    /** Room for that many words; its first. */
    int allocate(int count) {
        int at = words;
        words = Math.addExact(words, count);
        return at;
    }

    /** The first word of a constant. */
    int constant(int number) {
        return constants.computeIfAbsent(number, constant -> allocate(graph.words(constant)));
    }

    /** A copy of {@code state} with room for all that has been added, constants in their places. */
    long[] grown(long[] state) {
        long[] grown = Arrays.copyOf(state, words);
        constants.forEach((number, at) -> Words.store(grown, at, graph.width(number), graph.value(number)));
        return grown;
    }

    BigInteger load(long[] state, int number) {
        return Words.load(state, slots[number], graph.width(number));
    }
}
