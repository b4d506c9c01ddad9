package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A cycle's steps value by value, without compiled code: for the first edges of a design so large that compiling it takes longer than they do. */
final class Walk implements Program {
    private final Graph graph;
    private final Slots slots;
    private final Observation observation;
    private final List<Step> steps;

    /** {@code steps} in the order in which {@link Edges} gives them. */
    Walk(Graph graph, Slots slots, Observation observation, List<Step> steps) {
        this.graph = graph;
        this.slots = slots;
        this.observation = observation;
        this.steps = steps;
    }

    /** A place that takes a new value once all are computed. */
    private record Change(long[] words, int at, int width, BigInteger value) {}

    @Override
    public long run(long[] state, long[][] memories, long cycles) {
        for (long done = 0; done < cycles; done++) {
            List<Change> changes = new ArrayList<>();
            for (Step step : steps) {
                if (halts(step, state, memories, changes)) {
                    return done;
                }
            }
            for (Change change : changes) {
                Words.store(change.words, change.at, change.width, change.value);
            }
            observation.edge();
        }
        return cycles;
    }

    private boolean halts(Step step, long[] state, long[][] memories, List<Change> changes) {
        switch (step) {
            case Step.Halt halt -> {
                boolean off = halt.unless() >= 0 && state[halt.unless()] != 0;
                if (!off && holds(halt.value(), state, memories) == halt.wanted()) {
                    state[slots.verdict()] = halt.verdict();
                    return true;
                }
            }
            case Step.Count count -> {
                boolean off = count.unless() >= 0 && state[count.unless()] != 0;
                if (!off && holds(count.value(), state, memories)) {
                    BigInteger next = BigInteger.valueOf(state[count.slot()] + 1);
                    changes.add(new Change(state, count.slot(), Long.SIZE, next));
                }
            }
            case Step.Advance advance ->
                changes.add(source(advance.register(), state, value(advance.driver(), state, memories)));
            case Step.Fetch fetch -> {
                if (holds(fetch.enable(), state, memories)) {
                    int address = value(fetch.address(), state, memories).intValueExact();
                    int width = fetch.memory().width();
                    BigInteger word = address < fetch.memory().depth()
                            ? Words.load(memories[graph.memory(fetch.memory())], address * Words.count(width), width)
                            : BigInteger.ZERO;
                    changes.add(source(fetch.port(), state, word));
                }
            }
            case Step.Write write -> {
                if (holds(write.enable(), state, memories)) {
                    int address = value(write.address(), state, memories).intValueExact();
                    int width = write.memory().width();
                    if (address < write.memory().depth()) {
                        changes.add(new Change(
                                memories[graph.memory(write.memory())],
                                address * Words.count(width),
                                width,
                                value(write.data(), state, memories)));
                    }
                }
            }
            case Step.Hold hold -> throw unordered();
            case Step.Commit commit -> throw unordered();
            case Step.Show show -> throw unordered();
        }
        return false;
    }

    private static IllegalStateException unordered() {
        return new IllegalStateException("only the steps of an edge are walked");
    }

    private Change source(int number, long[] state, BigInteger value) {
        return new Change(state, slots.at(number), graph.width(number), value);
    }

    private BigInteger value(int number, long[] state, long[][] memories) {
        return observation.walked(number, state, memories);
    }

    private boolean holds(int number, long[] state, long[][] memories) {
        return value(number, state, memories).signum() != 0;
    }
}
