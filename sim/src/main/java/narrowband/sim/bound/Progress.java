package narrowband.sim.bound;

import java.util.List;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Count;
import narrowband.accel.design.Program.Step;

/**
 * Counts in a program without walking it: how often something has happened after so many steps, and in which step it happens
 * for the n-th time. Costs the depth of the program's nesting.
 */
final class Progress {
    private final Node root;
    private final int inputs;
    private final int outputs;
    private final int counters;

    /**
     * @param inputs input ports of the unit
     * @param outputs its output ports
     * @param counters its counters
     */
    Progress(Program program, int inputs, int outputs, int counters) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.counters = counters;
        this.root = node(program);
    }

    /** Steps that read a port. */
    int reads(int port) {
        return port;
    }

    /** Steps that write a port. */
    int writes(int port) {
        return inputs + port;
    }

    /** Steps that need a counter. */
    int needs(int counter) {
        return inputs + outputs + counter;
    }

    /** What is added to a counter. */
    int additions(int counter) {
        return inputs + outputs + counters + counter;
    }

    /** What is taken from a counter. */
    int subtractions(int counter) {
        return inputs + outputs + 2 * counters + counter;
    }

    private int events() {
        return inputs + outputs + 3 * counters;
    }

    /** How often an event happens in the whole program. */
    long total(int event) {
        return root.totals[event];
    }

    /** How often an event happens in the first steps. */
    long count(int event, long steps) {
        return root.totals[event] == 0 ? 0 : root.count(event, steps);
    }

    /** The index of the step in which an event happens for the n-th time, n from 1 to {@link #total}. */
    long step(int event, long n) {
        return root.step(event, n);
    }

    /** What a step needs of a counter. */
    int need(int counter, long index) {
        int most = 0;
        for (Count count : root.at(index).needs()) {
            if (count.counter() == counter) {
                most = Math.max(most, count.amount());
            }
        }
        return most;
    }

    private Node node(Program program) {
        return switch (program) {
            case Step step -> new Leaf(step, events(step));
            case Program.Repeat repeat -> new Loop(repeat.count(), node(repeat.body()));
            case Program.Sequence sequence ->
                new Chain(sequence.parts().stream().map(this::node).toList(), events());
        };
    }

    private long[] events(Step step) {
        long[] totals = new long[events()];
        for (int port = 0; port < inputs; port++) {
            totals[reads(port)] = step.reads(port);
        }
        for (int port = 0; port < outputs; port++) {
            totals[writes(port)] = step.writes(port);
        }
        for (Count need : step.needs()) {
            totals[needs(need.counter())] = 1;
        }
        for (Count change : step.changes()) {
            totals[change.amount() > 0 ? additions(change.counter()) : subtractions(change.counter())] +=
                    Math.abs(change.amount());
        }
        return totals;
    }

    private abstract static sealed class Node permits Leaf, Loop, Chain {
        final long steps;
        final long[] totals;

        Node(long steps, long[] totals) {
            this.steps = steps;
            this.totals = totals;
        }

        abstract long count(int event, long first);

        abstract long step(int event, long n);

        abstract Step at(long index);
    }

    private static final class Leaf extends Node {
        private final Step step;

        Leaf(Step step, long[] totals) {
            super(1, totals);
            this.step = step;
        }

        @Override
        long count(int event, long first) {
            return first == 0 ? 0 : totals[event];
        }

        @Override
        long step(int event, long n) {
            return 0;
        }

        @Override
        Step at(long index) {
            return step;
        }
    }

    private static final class Loop extends Node {
        private final Node body;

        Loop(long count, Node body) {
            super(count * body.steps, times(count, body.totals));
            this.body = body;
        }

        private static long[] times(long count, long[] totals) {
            long[] all = totals.clone();
            for (int i = 0; i < all.length; i++) {
                all[i] *= count;
            }
            return all;
        }

        @Override
        long count(int event, long first) {
            if (first == steps) {
                return totals[event];
            }
            return first / body.steps * body.totals[event] + body.count(event, first % body.steps);
        }

        @Override
        long step(int event, long n) {
            long before = (n - 1) / body.totals[event];
            return before * body.steps + body.step(event, n - before * body.totals[event]);
        }

        @Override
        Step at(long index) {
            return body.at(index % body.steps);
        }
    }

    private static final class Chain extends Node {
        private final Node[] parts;
        /** Steps before each part. */
        private final long[] stepsBefore;
        /** Events before each part, by event. */
        private final long[][] before;

        Chain(List<Node> nodes, int events) {
            super(nodes.stream().mapToLong(node -> node.steps).sum(), new long[events]);
            parts = nodes.stream().filter(node -> node.steps > 0).toArray(Node[]::new);
            stepsBefore = new long[parts.length];
            before = new long[events][parts.length];
            long sum = 0;
            for (int i = 0; i < parts.length; i++) {
                stepsBefore[i] = sum;
                sum += parts[i].steps;
                for (int event = 0; event < events; event++) {
                    before[event][i] = totals[event];
                    totals[event] += parts[i].totals[event];
                }
            }
        }

        /** The last part before which there are fewer than {@code n} of what is summed up. */
        private static int part(long[] before, long n) {
            int low = 0;
            int high = before.length - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (before[middle] < n) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        @Override
        long count(int event, long first) {
            if (first == 0) {
                return 0;
            }
            int part = part(stepsBefore, first);
            return before[event][part] + parts[part].count(event, first - stepsBefore[part]);
        }

        @Override
        long step(int event, long n) {
            int part = part(before[event], n);
            return stepsBefore[part] + parts[part].step(event, n - before[event][part]);
        }

        @Override
        Step at(long index) {
            int part = part(stepsBefore, index + 1);
            return parts[part].at(index - stepsBefore[part]);
        }
    }
}
