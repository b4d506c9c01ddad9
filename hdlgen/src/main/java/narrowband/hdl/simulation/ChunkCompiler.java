package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.hdl.ir.Operation;

/**
 * A large design in pieces that are methods of their own, each short enough that HotSpot compiles it. What one piece hands to another lies in the state; what stays within a
 * piece, or is read more than once there, in locals.
 */
final class ChunkCompiler {
    private static final int FIRST_FREE = 2;

    private final Graph graph;
    private final Cone cone;
    private final Slots slots;
    private final Places places;
    private final List<Piece> pieces = new ArrayList<>();
    private int guards;

    /** Consecutive steps, and what they keep in locals. */
    private record Piece(List<Step> steps, int[] cached, int[] defined) {}

    ChunkCompiler(Graph graph, Cone cone, Slots slots, List<Step> steps, int memories, int largest) {
        this.graph = graph;
        this.cone = cone;
        this.slots = slots;
        places = new Places(graph, slots, memories);
        cut(divided(steps, largest), largest);
    }

    /** How many pieces there are. */
    int count() {
        return pieces.size();
    }

    /** How many pieces, from the first on, must have run before it is known whether the cycle takes place. */
    int guards() {
        return guards;
    }

    /** Emits a piece as the body of a static method of the state and the memories. */
    void emit(int index, CodeBuilder code) {
        Piece piece = pieces.get(index);
        int local = FIRST_FREE;
        for (int number : piece.cached) {
            code.aload(0).loadConstant(places.slot(number)).laload().lstore(local);
            places.local(number, local);
            local += 2;
        }
        for (int number : piece.defined) {
            places.local(number, local);
            local += 2;
        }
        var end = code.newLabel();
        StepCode body = new StepCode(new WordCode(graph, cone, places, code), slots, false, end);
        piece.steps.forEach(body::emit);
        code.labelBinding(end).return_();
        for (int number : piece.cached) {
            places.local(number, -1);
        }
        for (int number : piece.defined) {
            places.local(number, -1);
        }
    }

    /** Values of many words, word by word, so that no step is longer than a method. */
    private List<Step> divided(List<Step> steps, int largest) {
        List<Step> divided = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Hold hold && cone.size(hold.value()) > largest && !cone.whole(hold.value())) {
                for (int word = 0; word < graph.words(hold.value()); word++) {
                    divided.add(new Step.Hold(hold.value(), word, word + 1));
                }
            } else {
                divided.add(step);
            }
        }
        return divided;
    }

    private void cut(List<Step> steps, int largest) {
        int lastHalt = -1;
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Halt) {
                lastHalt = i;
            }
        }
        List<List<Step>> parts = new ArrayList<>();
        int work = largest;
        int[] definer = new int[graph.size()];
        Arrays.fill(definer, -1);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            int cost = cost(step);
            if (work + cost > largest || i == lastHalt + 1) {
                parts.add(new ArrayList<>());
                work = 0;
            }
            work += cost;
            parts.getLast().add(step);
            if (step instanceof Step.Hold hold) {
                definer[hold.value()] = parts.size() - 1;
            }
            if (i == lastHalt) {
                guards = parts.size();
            }
        }
        int[] reads = new int[graph.size()];
        int[] seen = new int[graph.size()];
        boolean[] travels = new boolean[graph.size()];
        Arrays.fill(seen, -1);
        for (int part = 0; part < parts.size(); part++) {
            List<Integer> read = new ArrayList<>();
            for (Step step : parts.get(part)) {
                for (int variable : Schedule.variables(graph, cone, step)) {
                    if (variable < graph.size() && graph.words(variable) == 1) {
                        if (step instanceof Step.Hold hold && hold.to() != Integer.MAX_VALUE) {
                            // One word of many reads few of the variables, and none of them often.
                            travels[variable] = true;
                            continue;
                        }
                        if (seen[variable] != part) {
                            seen[variable] = part;
                            reads[variable] = 0;
                            read.add(variable);
                        }
                        reads[variable]++;
                        travels[variable] |= definer[variable] != part;
                    }
                }
            }
            int[] cached = read.stream()
                    .mapToInt(Integer::intValue)
                    .filter(variable -> reads[variable] > 1)
                    .toArray();
            int index = part;
            int[] local = Arrays.stream(cached)
                    .filter(variable -> definer[variable] != index)
                    .toArray();
            int[] defined = read.stream()
                    .mapToInt(Integer::intValue)
                    .filter(variable -> definer[variable] == index)
                    .toArray();
            pieces.add(new Piece(parts.get(part), local, defined));
        }
        for (List<Step> part : parts) {
            for (Step step : part) {
                switch (step) {
                    case Step.Hold hold
                    when graph.words(hold.value()) > 1 || travels[hold.value()] -> places.slotFor(hold.value());
                    case Step.Advance advance when advance.aside() -> aside(advance.register());
                    case Step.Fetch fetch when fetch.aside() -> aside(fetch.port());
                    default -> {}
                }
            }
        }
    }

    private void aside(int source) {
        places.aside(source, slots.allocate(graph.words(source)));
    }

    private int cost(Step step) {
        int cost = 2;
        if (step instanceof Step.Hold hold) {
            int words = graph.words(hold.value());
            cost += cone.size(hold.value()) / words * (Math.min(words, hold.to()) - hold.from());
            if (graph.node(hold.value()) instanceof Operation operation && operation.width() > 64) {
                cost += graph.words(hold.value());
            }
        } else {
            for (int root : step.roots()) {
                cost += cone.sizeInPlace(root) + graph.words(root);
            }
        }
        return cost;
    }
}
