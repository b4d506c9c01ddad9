package narrowband.hdl.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import narrowband.hdl.ir.AsynchronousRead;

/**
 * The order of a cycle's work. What an edge changes is changed in place once nothing will read the old value any more; where registers read each other in a circle, the new
 * value of one is put aside first. Values that are held come right before their first reader.
 */
final class Schedule {
    private static final int[] NONE = {};

    private final Graph graph;
    private final Cone cone;
    private final List<Step> edge;
    private final List<Step> order = new ArrayList<>();
    private final List<Step> commits = new ArrayList<>();
    private final boolean[] emitted;
    /** The variables read by each step of the edge, in place. */
    private final int[][] reads;
    /** The variables read by each held value. */
    private final int[][] heldReads;
    /** For each variable that the edge writes: the held values that read it. */
    private final int[][] holders;

    /** Orders {@code edge}, steps that read values of {@code cone}. */
    Schedule(Graph graph, Cone cone, List<Step> edge, int memories) {
        this.graph = graph;
        this.cone = cone;
        this.edge = edge;
        emitted = new boolean[graph.size()];
        reads = new int[edge.size()][];
        for (int i = 0; i < reads.length; i++) {
            reads[i] = variables(graph, cone, edge.get(i));
        }
        heldReads = new int[graph.size()][];
        holders = holders(graph.size() + memories);
        arrange();
        order.addAll(commits);
    }

    List<Step> order() {
        return order;
    }

    /** The variables that a step reads where it stands: sources, held values, and memories (numbered after all values); one twice where it is read twice. */
    static int[] variables(Graph graph, Cone cone, Step step) {
        Variables found = new Variables(graph, cone);
        if (step instanceof Step.Hold hold) {
            found.definition(hold.value());
        } else {
            for (int root : step.roots()) {
                found.reference(root);
            }
        }
        if (step instanceof Step.Fetch fetch) {
            found.add(graph.size() + graph.memory(fetch.memory()));
        }
        return found.numbers();
    }

    /** Collects variables. */
    private static final class Variables {
        private final Graph graph;
        private final Cone cone;
        private int[] numbers = new int[8];
        private int count;

        Variables(Graph graph, Cone cone) {
            this.graph = graph;
            this.cone = cone;
        }

        void add(int number) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
        }

        void reference(int number) {
            if (graph.computed(number) && !cone.held(number)) {
                definition(number);
            } else if (!graph.constant(number)) {
                add(number);
            }
        }

        void definition(int number) {
            if (graph.node(number) instanceof AsynchronousRead read) {
                add(graph.size() + graph.memory(read.memory()));
            }
            for (int operand : graph.operands(number)) {
                reference(operand);
            }
        }

        int[] numbers() {
            return Arrays.copyOf(numbers, count);
        }
    }

    private int[][] holders(int variables) {
        int[] held = cone.allHeld();
        int[][] found = new int[variables][];
        int[] counts = new int[variables];
        for (int value : held) {
            heldReads[value] = variables(graph, cone, new Step.Hold(value));
            for (int read : heldReads[value]) {
                if (found[read] == null) {
                    found[read] = new int[2];
                } else if (counts[read] == found[read].length) {
                    found[read] = Arrays.copyOf(found[read], 2 * counts[read]);
                }
                found[read][counts[read]++] = value;
            }
        }
        for (int i = 0; i < variables; i++) {
            found[i] = found[i] == null ? NONE : Arrays.copyOf(found[i], counts[i]);
        }
        return found;
    }

    /** The variable that a step changes, or -1. */
    private int target(Step step) {
        return switch (step) {
            case Step.Advance advance -> advance.register();
            case Step.Fetch fetch -> fetch.port();
            case Step.Write write -> graph.size() + graph.memory(write.memory());
            default -> -1;
        };
    }

    /** Steps that read a variable come before the one that changes it: Kahn's order, lowest index first. */
    private void arrange() {
        int[] writer = new int[holders.length];
        Arrays.fill(writer, -1);
        for (int i = 0; i < edge.size(); i++) {
            int target = target(edge.get(i));
            if (target >= 0) {
                writer[target] = i;
            }
        }
        int[] blockers = new int[edge.size()];
        for (int i = 0; i < edge.size(); i++) {
            for (int read : reads[i]) {
                if (writer[read] >= 0 && writer[read] != i) {
                    blockers[writer[read]]++;
                }
            }
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < edge.size(); i++) {
            if (blockers[i] == 0) {
                ready.add(i);
            }
        }
        boolean[] done = new boolean[edge.size()];
        int first = 0;
        for (int left = edge.size(); left > 0; left--) {
            int next;
            boolean aside = ready.isEmpty();
            if (aside) {
                while (done[first] || edge.get(first) instanceof Step.Write) {
                    first++;
                }
                next = first;
            } else {
                next = ready.remove();
            }
            done[next] = true;
            emit(edge.get(next), reads[next], aside);
            for (int read : reads[next]) {
                int blocked = writer[read];
                if (blocked >= 0 && blocked != next && --blockers[blocked] == 0 && !done[blocked]) {
                    ready.add(blocked);
                }
            }
        }
    }

    private void emit(Step step, int[] variables, boolean aside) {
        int target = target(step);
        if (!aside && target >= 0) {
            for (int holder : holders[target]) {
                hold(holder);
            }
        }
        for (int variable : variables) {
            if (variable < emitted.length && cone.held(variable)) {
                hold(variable);
            }
        }
        order.add(
                !aside
                        ? step
                        : switch (step) {
                            case Step.Advance advance -> new Step.Advance(advance.register(), advance.driver(), true);
                            case Step.Fetch fetch ->
                                new Step.Fetch(fetch.port(), fetch.memory(), fetch.address(), fetch.enable(), true);
                            default -> throw new IllegalStateException("only registers and read ports wait");
                        });
        if (aside) {
            commits.add(new Step.Commit(target));
        }
    }

    /** Computes a value and first what it needs; without recursion, as chains may be long. */
    private void hold(int value) {
        if (emitted[value]) {
            return;
        }
        int[] stack = new int[64];
        int depth = 0;
        stack[depth++] = value;
        while (depth > 0) {
            int top = stack[depth - 1];
            if (emitted[top]) {
                depth--;
                continue;
            }
            int before = depth;
            for (int read : heldReads[top]) {
                if (read < emitted.length && cone.held(read) && !emitted[read]) {
                    if (depth == stack.length) {
                        stack = Arrays.copyOf(stack, 2 * depth);
                    }
                    stack[depth++] = read;
                }
            }
            if (depth == before) {
                emitted[top] = true;
                order.add(new Step.Hold(top));
                depth--;
            }
        }
    }
}
