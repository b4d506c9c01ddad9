package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SynchronousRead;

/**
 * A design compiled to bytecode: what to use for long runs. Equal to the {@link Interpreter} in every signal and cycle. An edge computes only what registers and memories
 * need; what is peeked is computed when it is peeked.
 */
public final class CompiledSimulator extends Simulator {
    private final FlatNetlist netlist;
    private final Graph graph;
    private final Slots slots;
    private final ProgramCompiler compiler;
    private final long[][] memories;
    private final Observation observation;
    private long[] state;
    private Program edge;

    /** A design at power up. */
    public CompiledSimulator(FlatNetlist netlist) {
        this(netlist, ProgramCompiler.Sizes.USUAL);
    }

    /** A design at power up, compiled in forms that {@code sizes} choose. */
    CompiledSimulator(FlatNetlist netlist, ProgramCompiler.Sizes sizes) {
        super(netlist);
        this.netlist = netlist;
        graph = new Graph(netlist);
        slots = new Slots(graph, netlist);
        compiler = new ProgramCompiler(netlist, graph, slots, sizes);
        state = slots.initial(netlist);
        memories = new long[netlist.memories().size()][];
        for (MemoryBlock memory : netlist.memories()) {
            int words = Words.count(memory.width());
            long[] contents = new long[Math.multiplyExact(memory.depth(), words)];
            for (int i = 0; i < memory.contents().size(); i++) {
                Words.store(
                        contents, i * words, memory.width(), memory.contents().get(i));
            }
            memories[graph.memory(memory)] = contents;
        }
        observation = new Observation(graph, slots);
    }

    @Override
    void advance(long cycles, boolean reset) {
        if (edge == null) {
            edge = compiled(edgeSteps());
        }
        observation.edge();
        if (!reset) {
            edge.run(state, memories, cycles);
            return;
        }
        for (long i = 0; i < cycles; i++) {
            edge.run(state, memories, 1);
            for (Net register : netlist.registers()) {
                if (register.resettable()) {
                    Words.store(state, slots.at(graph.number(register)), register.width(), register.initial());
                }
            }
        }
    }

    private Program compiled(List<Step> steps) {
        Program program = compiler.compile(steps);
        state = slots.grown(state);
        return program;
    }

    private List<Step> edgeSteps() {
        List<Step> steps = new ArrayList<>();
        for (Net register : netlist.registers()) {
            int driver = graph.number(netlist.drivers().get(register));
            int number = graph.number(register);
            if (driver != number) {
                steps.add(new Step.Advance(number, driver, false));
            }
        }
        for (SynchronousRead read : netlist.reads()) {
            steps.add(new Step.Fetch(
                    graph.number(read),
                    read.memory(),
                    graph.number(read.address()),
                    graph.number(read.enable()),
                    false));
        }
        for (Map.Entry<MemoryBlock, MemoryWrite> entry : netlist.writes().entrySet()) {
            MemoryWrite write = entry.getValue();
            steps.add(new Step.Write(
                    entry.getKey(),
                    graph.number(write.address()),
                    graph.number(write.data()),
                    graph.number(write.enable())));
        }
        return steps;
    }

    @Override
    void write(Net input, BigInteger value) {
        int at = slots.at(graph.number(input));
        boolean changed = false;
        for (int i = 0; i < Words.count(input.width()); i++) {
            long word = i == 0 ? value.longValue() : value.shiftRight(64 * i).longValue();
            changed |= state[at + i] != word;
            state[at + i] = word;
        }
        if (changed) {
            observation.poke();
        }
    }

    @Override
    BigInteger read(Node reference) {
        int number = graph.number(reference);
        if (graph.node(number) instanceof Constant constant) {
            return constant.value();
        }
        if (!graph.computed(number)) {
            return slots.load(state, number);
        }
        if (observation.compiles(number)) {
            observation.program(compiled(observation.steps()));
        }
        return observation.value(number, state, memories);
    }
}
