package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.List;

/** Who waits for whom in an accelerator that stands still. */
final class Waits {
    private final Sequencer[] sequencers;
    private final boolean sourceDone;

    Waits(Sequencer[] sequencers, boolean sourceDone) {
        this.sequencers = sequencers;
        this.sourceDone = sourceDone;
    }

    /** A sequencer, why it stands, and the one that would have to move first; null where that is the world outside. */
    private record Edge(Sequencer from, String reason, Sequencer to) {}

    /**
     * The processes that wait for each other in a circle. If there is none, which only a unit with a wrong program brings
     * about, all that wait.
     */
    List<DeadlockException.Wait> circle() {
        for (Sequencer start : sequencers) {
            List<Edge> path = new ArrayList<>();
            Edge edge = edge(start);
            while (edge != null && indexOf(edge.from, path) < 0) {
                path.add(edge);
                edge = edge.to == null ? null : edge(edge.to);
            }
            if (edge != null) {
                return describe(path.subList(indexOf(edge.from, path), path.size()));
            }
        }
        List<Edge> all = new ArrayList<>();
        for (Sequencer sequencer : sequencers) {
            Edge edge = edge(sequencer);
            if (edge != null) {
                all.add(edge);
            }
        }
        return describe(all);
    }

    private static List<DeadlockException.Wait> describe(List<Edge> edges) {
        return edges.stream()
                .map(edge -> new DeadlockException.Wait(edge.from.name(), edge.reason))
                .toList();
    }

    private static int indexOf(Sequencer sequencer, List<Edge> path) {
        for (int i = 0; i < path.size(); i++) {
            if (path.get(i).from == sequencer) {
                return i;
            }
        }
        return -1;
    }

    private Edge edge(Sequencer sequencer) {
        Fifo full = sequencer.blockedBy();
        if (full != null) {
            return new Edge(
                    sequencer,
                    "for room in the full FIFO %s (depth %d)".formatted(full.channel.name(), full.depth),
                    reader(full));
        }
        if (sequencer.isDone()) {
            return null;
        }
        Fifo empty = sequencer.starvedBy();
        if (empty != null) {
            String outside =
                    empty.channel.from().isExternal() && sourceDone ? ", whose source has sent everything" : "";
            return new Edge(
                    sequencer,
                    "for a word in the empty FIFO %s%s".formatted(empty.channel.name(), outside),
                    writer(empty));
        }
        for (Sequencer other : sequencers) {
            if (other != sequencer && other.unit == sequencer.unit) {
                return new Edge(sequencer, "for a counter that %s changes".formatted(other.name()), other);
            }
        }
        return new Edge(sequencer, "for a counter that nothing changes", null);
    }

    private Sequencer reader(Fifo fifo) {
        for (Sequencer sequencer : sequencers) {
            for (int port = 0; port < sequencer.inputs.length; port++) {
                if (sequencer.inputs[port] == fifo
                        && sequencer.process.program().reads(port) > 0) {
                    return sequencer;
                }
            }
        }
        return null;
    }

    private Sequencer writer(Fifo fifo) {
        for (Sequencer sequencer : sequencers) {
            for (int port = 0; port < sequencer.outputs.length; port++) {
                if (sequencer.outputs[port] == fifo
                        && sequencer.process.program().writes(port) > 0) {
                    return sequencer;
                }
            }
        }
        return null;
    }
}
