package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.ir.MemoryBlock;

/**
 * A small design as one method: the loop over the cycles inside, what is computed within a cycle in locals and, where there are few enough registers, these too across the
 * whole loop, so that HotSpot keeps them in the processor's registers as far as those go.
 */
final class LoopCompiler {
    private static final int CYCLES = 2;
    private static final int DONE = 4;
    private static final int FIRST_FREE = 6;

    private final Graph graph;
    private final Cone cone;
    private final Slots slots;
    private final Places places;
    private final List<Step> steps;
    private final List<MemoryBlock> memories;
    private final boolean resident;
    private final List<Integer> loaded = new ArrayList<>();
    private final List<Integer> stored = new ArrayList<>();
    private int locals = FIRST_FREE;

    LoopCompiler(Graph graph, Cone cone, Slots slots, List<Step> steps, List<MemoryBlock> memories, boolean resident) {
        this.graph = graph;
        this.cone = cone;
        this.slots = slots;
        this.steps = steps;
        this.memories = memories;
        this.resident = resident;
        places = new Places(graph, slots, memories.size());
        for (MemoryBlock memory : memories) {
            places.memory(graph.memory(memory), locals++);
        }
        place();
    }

    /** Emits the body of {@link Program#run} as a static method: state, memories, cycles. */
    void emit(CodeBuilder code) {
        for (MemoryBlock memory : memories) {
            int number = graph.memory(memory);
            code.aload(1).loadConstant(number).aaload().astore(places.memory(number));
        }
        for (int source : loaded) {
            code.aload(0).loadConstant(slots.at(source)).laload().lstore(places.local(source));
        }
        Label head = code.newLabel();
        Label exit = code.newLabel();
        code.lconst_0().lstore(DONE);
        code.labelBinding(head).lload(DONE).lload(CYCLES).lcmp().ifge(exit);
        StepCode body = new StepCode(new WordCode(graph, cone, places, code), slots, resident, exit);
        steps.forEach(body::emit);
        code.lload(DONE).lconst_1().ladd().lstore(DONE).goto_(head);
        code.labelBinding(exit);
        for (int source : stored) {
            code.aload(0)
                    .loadConstant(slots.at(source))
                    .lload(places.local(source))
                    .lastore();
        }
        code.lload(DONE).lreturn();
    }

    private void place() {
        for (int number = 0; number < graph.size(); number++) {
            if (cone.held(number)) {
                variable(number);
            } else if (cone.needed(number) && !graph.computed(number) && !graph.constant(number)) {
                load(number);
            }
        }
        for (Step step : steps) {
            switch (step) {
                case Step.Advance advance -> change(advance.register(), advance.aside());
                case Step.Fetch fetch -> change(fetch.port(), fetch.aside());
                default -> {}
            }
        }
    }

    private void change(int source, boolean aside) {
        boolean narrow = resident && graph.words(source) == 1;
        if (aside) {
            places.aside(source, narrow ? next() : slots.allocate(graph.words(source)));
        }
        if (narrow) {
            load(source);
            stored.add(source);
        }
    }

    private void load(int source) {
        if (resident && graph.words(source) == 1 && places.local(source) < 0) {
            places.local(source, next());
            loaded.add(source);
        }
    }

    private void variable(int number) {
        if (graph.words(number) == 1) {
            places.local(number, next());
        } else {
            places.slotFor(number);
        }
    }

    private int next() {
        int local = locals;
        locals += 2;
        return local;
    }
}
