package narrowband.hdl.bits;

import java.util.List;

/** Runs a graph for 64 stimuli at once: bit k of each long is what stimulus k sees. */
public final class BitSimulation {
    private final AndInverterGraph graph;
    private final long[] values;

    /** A graph at power up. */
    public BitSimulation(AndInverterGraph graph) {
        this.graph = graph;
        values = new long[graph.variables()];
        graph.latches().forEach(latch -> values[latch.literal() >>> 1] = latch.initial() ? -1L : 0);
    }

    /** Sets the input of number {@code index}, in the graph's order. */
    public void poke(int index, long stimuli) {
        values[graph.inputs().get(index).literal() >>> 1] = stimuli;
    }

    /** The value of a literal; of gates, as {@link #settle} left it. */
    public long peek(int literal) {
        return (literal & 1) == 0 ? values[literal >>> 1] : ~values[literal >>> 1];
    }

    /** Computes all gates. */
    public void settle() {
        for (int variable = 0; variable < values.length; variable++) {
            if (graph.isGate(variable)) {
                values[variable] = peek(graph.first(variable)) & peek(graph.second(variable));
            }
        }
    }

    /** One clock edge. */
    public void step() {
        settle();
        List<AndInverterGraph.Latch> latches = graph.latches();
        long[] next = latches.stream().mapToLong(latch -> peek(latch.next())).toArray();
        for (int i = 0; i < next.length; i++) {
            values[latches.get(i).literal() >>> 1] = next[i];
        }
    }
}
